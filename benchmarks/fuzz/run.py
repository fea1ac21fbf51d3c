"""Generated requests and queries against a server of its own: no fault of ours (5xx but 503 and 504), no hang, no leak.

    regin bench fuzz -- --cases 5000

Half of the cases are query texts derived from the grammar, many of them spoilt; half are requests to every address, by
schemathesis. A part of both goes to a scratch store, which takes updates. Exit code 1 when anything was seen that must not be.
Needs the extra `fuzz`: pip install --editable '.[fuzz]'."""

import argparse
import json
import random
import time
from collections import Counter
from pathlib import Path

import httpx
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from server import Server
from surface import surface
from texts import Writer

QUERY_LIMIT_S = 2.0
LONGEST_S = QUERY_LIMIT_S + 8
ALLOWED_FAULTS = (503, 504)
ACCEPTS = ("*/*", "text/csv", "application/rdf+xml", "text/html", "text/turtle;q=0.2", "image/png")
BOUNDS = {"query_timeout_s": QUERY_LIMIT_S, "query_memory_mib": 300, "log_requests": "false"}


class Tally:
    """What was answered: statuses, and what must not be."""

    def __init__(self) -> None:
        self.statuses: Counter[int] = Counter()
        self.wrong: list[str] = []
        self.longest_s = 0.0
        self.broken = 0

    def take(self, answer: httpx.Response, what: str) -> None:
        """Count one answer."""
        spent = answer.elapsed.total_seconds()
        self.longest_s = max(self.longest_s, spent)
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500 and answer.status_code not in ALLOWED_FAULTS or "Traceback" in answer.text:
            self.wrong.append(f"{answer.status_code} {what}")
        if spent > LONGEST_S:
            self.wrong.append(f"{spent:.1f} s {what}")


def ask_texts(server: Server, cases: int, first: int, tally: Tally, is_update: bool = False) -> None:
    """Ask generated texts."""
    with httpx.Client(base_url=server.address, timeout=60) as client:
        for number in range(first, first + cases):
            text = Writer(number).text()
            dice = random.Random(number)
            headers = {"Content-Type": "application/sparql-update" if is_update else "application/sparql-query", "Accept": dice.choice(ACCEPTS)}
            if is_update:
                text = dice.choice(("INSERT { ?s ?p 1 } ", "DELETE ", "INSERT { GRAPH <urn:g> { ?s ?p ?o } } ", "DROP SILENT NAMED ; DELETE { ?s ?p ?o } ")) + text[text.find("WHERE"):]
            params = {"timeout": str(dice.choice((0.2, 0.5, 2))), **({"default-graph-uri": "urn:g"} if dice.random() < 0.1 and not is_update else {})}
            try:
                answer = client.post("/update" if is_update else "/sparql", params={} if is_update else params, content=text.encode("utf-8", "surrogatepass"), headers=headers)
            except httpx.RemoteProtocolError:
                tally.broken += 1  # rows were flowing when a limit was met
                continue
            except httpx.TimeoutException:
                tally.wrong.append(f"no answer: {text[:300]}")
                continue
            tally.take(answer, text[:300])


def ask_surface(server: Server, cases: int, is_scratch: bool, number: int, tally: Tally) -> None:
    """Send requests that schemathesis makes, the same number to each operation."""
    schema = schemathesis.openapi.from_dict(surface(is_scratch))
    operations = [result.ok() for result in schema.get_all_operations()]
    with httpx.Client(base_url=server.address, timeout=60) as client:
        for operation in operations:
            @seed(number)
            @settings(max_examples=max(1, cases // len(operations)), deadline=None, suppress_health_check=list(HealthCheck), database=None)
            @given(case=operation.as_strategy())
            def ask(case):
                given_ = case.as_transport_kwargs(base_url=server.address)
                given_ = {name: value for name, value in given_.items() if name in ("method", "url", "params", "headers", "data", "json", "files", "content")}
                headers = {name: str(value) for name, value in dict(given_.pop("headers", None) or {}).items() if str(value).isascii()}
                try:
                    answer = client.request(headers=headers, **given_)
                except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError, TypeError):
                    return  # not to be sent by this client
                except httpx.RemoteProtocolError:
                    tally.broken += 1
                    return
                tally.take(answer, f"{answer.request.method} {answer.request.url}"[:300])

            ask()


def fuzz(cases: int, number: int, is_scratch: bool, release: Path) -> dict:
    """Give what was seen at one server."""
    server = Server(is_scratch, release=release, **BOUNDS)
    try:
        tally = Tally()
        ask_surface(server, 60, is_scratch, number, tally)  # what is loaded once is no leak
        ask_texts(server, 30, number * 1_000_000, tally)
        before, begun = server.holdings(), time.monotonic()
        ask_surface(server, cases // 2, is_scratch, number + 1, tally)
        if is_scratch:
            ask_texts(server, cases // 4, number * 1_000_000 + 100, tally)
            ask_texts(server, cases // 4, number * 1_000_000 + 500_000, tally, is_update=True)
        else:
            ask_texts(server, cases // 2, number * 1_000_000 + 100, tally)
        time.sleep(QUERY_LIMIT_S + 1)
        after = server.holdings()
        running = [line for line in httpx.get(server.address + "/metrics").text.splitlines() if line.startswith(("regin_queries_running{", "regin_queue_waiting "))]
        left = [line for line in running if not line.endswith(" 0.0")]
        grown = {name: after[name] - before[name] for name in before}
        wrong = [*tally.wrong, *left, *([f"grown by {grown}"] if grown["descriptors"] > 20 or grown["memory_mib"] > 100 else [])]
        return {
            "store": "scratch" if is_scratch else "release", "cases": sum(tally.statuses.values()) + tally.broken, "seconds": round(time.monotonic() - begun),
            "statuses": dict(sorted(tally.statuses.items())), "broken_at_a_limit": tally.broken, "longest_s": round(tally.longest_s, 2),
            "before": before, "after": after, "wrong": wrong,
        }
    finally:
        server.stop()


def main() -> None:
    """Fuzz a release and a scratch store, and tell what was seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--release", type=Path, default=Path("build/current"))
    parser.add_argument("--out", type=Path, help="file for the results")
    options = parser.parse_args()
    results = [fuzz(options.cases * 4 // 5, options.seed, False, options.release), fuzz(options.cases // 5, options.seed, True, options.release)]
    text = json.dumps(results, indent=1)
    print(text)
    if options.out:
        options.out.write_text(text + "\n", encoding="utf-8")
    if any(result["wrong"] for result in results):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
