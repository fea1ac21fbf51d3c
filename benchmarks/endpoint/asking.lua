-- What wrk asks: the request targets of a file, one a line, one after the other and again from the start.
-- wrk -s asking.lua http://127.0.0.1:8000 -- FILE ACCEPT
-- Prints one line of JSON: answers, seconds, bytes, milliseconds, failures by their kind.

local requests, last = {}, 0

function init(args)
  wrk.headers["Accept"] = args[2]
  for target in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", target)
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"answers": %d, "seconds": %f, "bytes": %d, "p50": %f, "p95": %f, "p99": %f, "failures": {"status": %d, "connect": %d, "read": %d, "write": %d, "timeout": %d}}\n',
    summary.requests - errors.status, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect, errors.read, errors.write, errors.timeout
  ))
end
