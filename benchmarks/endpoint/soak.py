"""Mixed load with a hostile query every second: no innocent request may fail, and memory stays flat.

    python benchmarks/endpoint/soak.py --minutes 60 --out benchmarks/endpoint/soak.json
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from itertools import count
from pathlib import Path

import uvloop
from clients import ask_once, measure
from dataset import write_store
from mix import HOSTILE, mixed
from run import machine, place, start_ours, wait_until_ready


async def attack(port: int, path: str, seconds: float) -> None:
    """Send one hostile query a second and wait for none of them."""
    async def one(number: int) -> None:
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            await asyncio.wait_for(ask_once(reader, writer, path, ("hostile", f"{HOSTILE[number % len(HOSTILE)]} # {number}", "text/csv")), 60)
            writer.close()
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            return

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


async def soak(options: argparse.Namespace) -> dict:
    """Give what clients and memory did over the time."""
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        release = Path(folder)
        triples = write_store(release / "store", options.practices)
        server = start_ours("endpoint", release, query_timeout_s=options.limit, query_memory_mib=512)
        try:
            await wait_until_ready(server)
            memory: list[int] = []

            async def look() -> None:
                while True:
                    await asyncio.sleep(5)
                    memory.append(round(server.memory_mib()))

            seconds = options.minutes * 60
            looking = asyncio.create_task(look())
            attacking = asyncio.create_task(attack(*place(server), seconds))
            seen = await measure(*place(server), [mixed(options.practices, n) for n in range(4)], seconds)
            looking.cancel()
            await attacking
            await asyncio.sleep(options.limit + 2)
            return {
                "minutes": options.minutes, "triples": triples, "machine": machine(), "per_second": round(seen.rate, 1), "ms": seen.quantiles(),
                "lookup_ms": seen.quantiles("lookup"), "failures": len(seen.failures), "failed_as": sorted(set(seen.failures)),
                "memory_mib": memory, "memory_after_mib": round(server.memory_mib()),
            }
        finally:
            server.process.terminate()
            server.process.wait(60)


def main() -> None:
    """Soak and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--practices", type=int, default=38_000)
    parser.add_argument("--limit", type=float, default=10, help="seconds that a query may take")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    results = uvloop.run(soak(options))
    sys.stdout.write(json.dumps(results, indent=1) + "\n")
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n")
    sys.exit(1 if results["failures"] else 0)


if __name__ == "__main__":
    main()
