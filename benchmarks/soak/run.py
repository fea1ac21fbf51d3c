"""Mixed load with a hostile query every second: no innocent request may fail, and memory stays flat.

    regin bench soak -- --minutes 60 --out benchmarks/soak/results.json

Four clients ask the endpoint's mix over a million generated triples, and one sends queries that never end. Memory is looked
at every few seconds; what comes before the warm-up's end does not count. Ends with 1 when a request of the mix failed."""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter
from itertools import count
from pathlib import Path
from statistics import mean

import httpx
import uvloop
from pyoxigraph import Store

from benchmarks.endpoint.clients import ask_once, measure
from benchmarks.endpoint.dataset import write_store
from benchmarks.endpoint.mix import HOSTILE, mixed
from benchmarks.endpoint.run import machine, place, start_ours, wait_until_at_rest, wait_until_ready
from benchmarks.peers import Peer

CLIENTS = 4
WARM_UP_S = 20
LOOK_S = 5


async def attack(port: int, path: str, seconds: float, ends: Counter) -> None:
    """Send one hostile query a second, wait for none of them, and count how they end."""
    async def one(number: int) -> None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            text = f"{HOSTILE[number % len(HOSTILE)]} # {number}"
            ended, _ = await asyncio.wait_for(ask_once(reader, writer, path, ("hostile", text, "text/csv")), 60)
            ends[ended] += 1
            writer.close()
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError) as error:
            ends[type(error).__name__] += 1

    tasks: set[asyncio.Task] = set()
    until = time.monotonic() + seconds
    for number in count():
        if time.monotonic() >= until:
            break
        task = asyncio.create_task(one(number))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
        await asyncio.sleep(1)
    for task in tasks:
        task.cancel()


async def look(server: Peer, seen: list[tuple[float, float]]) -> None:
    """Note the memory of the server and all its processes, with the seconds since the beginning. Units: s, MiB."""
    begun = time.monotonic()
    while True:
        await asyncio.sleep(LOOK_S)
        seen.append((time.monotonic() - begun, server.memory_mib()))


async def processes_ended(server: Peer) -> dict[str, int]:
    """Give how many query processes ended for what cause."""
    lines = (await asyncio.to_thread(httpx.get, f"{server.address}/metrics")).text.splitlines()
    return {line.split('"')[1]: int(float(line.rsplit(" ", 1)[1])) for line in lines if line.startswith("regin_query_processes_ended{")}


def flatness(seen: list[tuple[float, float]]) -> dict:
    """Give mean, least and most memory after the warm-up, and the largest deviation from the mean: of single looks, and of
    the means of whole minutes. Units: MiB; percent.

    >>> flatness([(10, 900.0), (30, 95.0), (50, 105.0), (70, 100.0), (90, 110.0), (110, 90.0)])
    {'mean': 100, 'min': 90, 'max': 110, 'deviation': 10.0, 'deviation_of_minutes': 0.0}
    """
    steady = [(at - WARM_UP_S, mib) for at, mib in seen if at > WARM_UP_S]
    if not steady:
        return {}
    values = [mib for _, mib in steady]
    middle = mean(values)
    minutes: dict[int, list[float]] = {}
    for at, mib in steady:
        minutes.setdefault(int(at // 60), []).append(mib)
    if len(minutes) > 1 and len(minutes[max(minutes)]) < len(minutes[0]) / 2:
        del minutes[max(minutes)]  # too short to have a mean of its own
    return {
        "mean": round(middle), "min": round(min(values)), "max": round(max(values)),
        "deviation": percent(values, middle), "deviation_of_minutes": percent([mean(values) for values in minutes.values()], middle),
    }


def percent(values: list[float], middle: float) -> float:
    """Give the largest deviation of the values from the middle, in percent of it."""
    return round(max(abs(value - middle) for value in values) / middle * 100, 1)


async def soak(options: argparse.Namespace) -> dict:
    """Give what clients and memory did over the time."""
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        release = options.release or Path(folder)
        triples = write_store(release / "store", options.practices) if options.release is None else len(Store.read_only(str(release / "store")))
        server = start_ours("endpoint", release, query_timeout_s=options.limit, query_memory_mib=512)
        try:
            await wait_until_ready(server)
            await wait_until_at_rest(server)
            told = {"minutes": options.minutes, "triples": triples, "machine": machine()}
            at_start = round(server.memory_mib())
            memory: list[tuple[float, float]] = []
            ends: Counter = Counter()
            seconds = options.minutes * 60
            looking = asyncio.create_task(look(server, memory))
            attacking = asyncio.create_task(attack(*place(server), seconds, ends))
            seen = await measure(*place(server), [mixed(options.practices, n) for n in range(CLIENTS)], seconds)
            looking.cancel()
            await attacking
            processes = await processes_ended(server)
            await asyncio.sleep(options.limit + 2)
            return told | {
                "clients": CLIENTS, "answers": sum(map(len, seen.spent_ms.values())), "per_second": round(seen.rate, 1), "ms": seen.quantiles(),
                "ms_by_kind": {kind: seen.quantiles(kind) for kind in sorted(seen.spent_ms)}, "failures": len(seen.failures), "failed_as": dict(Counter(seen.failures)),
                "hostile_ended_as": dict(ends), "processes_ended": processes, "memory": flatness(memory), "memory_at_start_mib": at_start, "memory_after_mib": round(server.memory_mib()),
                "memory_mib": [round(mib) for _, mib in memory],
            }
        finally:
            server.process.terminate()
            server.process.wait(60)


def tables(results: dict) -> list[dict]:
    """Give the table that the page of benchmarks shows. Shape: title, note, columns, rows."""
    memory, on = results["memory"], results["machine"]
    rows = [
        ["Requests of the mix answered", f"{results['answers']:,}", ""],
        ["Failed", ", ".join(f"{number} {kind}" for kind, number in results["failed_as"].items()) or "0", "0"],
        ["Milliseconds of a lookup, 50 and 99 of 100", f"{results['ms_by_kind']['lookup']['p50']}, {results['ms_by_kind']['lookup']['p99']}", "≤ 5, ≤ 50"],
        ["Milliseconds of any, 50 and 99 of 100", f"{results['ms']['p50']}, {results['ms']['p99']}", ""],
        ["Memory after the warm-up, MiB: mean, least, most", f"{memory['mean']:,}, {memory['min']:,}, {memory['max']:,}", ""],
        ["Largest deviation of a minute's mean from the whole mean, %", memory["deviation_of_minutes"], "≤ 5"],
        ["Largest deviation of a single look, %", memory["deviation"], ""],
        ["Memory before and after, MiB", f"{results['memory_at_start_mib']:,}, {results['memory_after_mib']:,}", ""],
    ]
    note = (
        f"{results['minutes']:g} minutes, {results['clients']} clients, {results['triples']:,} triples; all processes of the server, shared pages counted once, "
        f"warm-up {WARM_UP_S} s. Measured {on['date']}, {on['processors']} processors shared with the clients, load {on['load_before']:.1f}."
    )
    return [{"title": "Mixed load with a hostile query every second", "note": note, "columns": ["", "measured", "target"], "rows": rows}]


def main() -> None:
    """Soak and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--practices", type=int, default=38_000, help="26 triples each")
    parser.add_argument("--release", type=Path, help="release folder with the generated set, made before")
    parser.add_argument("--limit", type=float, default=10, help="seconds that a query may take")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    results = uvloop.run(soak(options))
    results["tables"] = tables(results)
    sys.stdout.write(json.dumps({key: value for key, value in results.items() if key != "tables"}, indent=1) + "\n")
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n")
    sys.exit(1 if results["failures"] else 0)


if __name__ == "__main__":
    main()
