"""Measure the endpoint against other servers over the same million triples, in alternating rounds of one run.

    python benchmarks/endpoint/run.py --seconds 8 --rounds 2 --out benchmarks/endpoint/results.json

Takes part: this endpoint (cache off, cache on, two server processes), `oxigraph serve-read-only` (PyPI `oxigraph`).
Only ratios of one run say something; the machine stands in the results."""

import argparse
import asyncio
import json
import os
import platform
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import uvloop
from clients import Seen, ask_once, measure
from dataset import write_store
from mix import HOSTILE, mixed

PROJECT = Path(__file__).parents[2]


@dataclass
class Contender:
    """A server that takes part: its name, its process, where it answers."""

    name: str
    process: subprocess.Popen
    port: int
    path: str

    def memory_mib(self) -> int:
        """Resident memory of the process and all below it."""
        return sum(resident(pid) for pid in family(self.process.pid)) // (1024 * 1024)


def family(pid: int) -> list[int]:
    """Give a process and all below it."""
    parents: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents.setdefault(int((folder / "stat").read_text().rpartition(")")[2].split()[1]), []).append(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    found = [pid]
    for one in found:
        found.extend(parents.get(one, ()))
    return found


def resident(pid: int) -> int:
    """Proportional memory of a process in bytes: shared pages count once."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    except (FileNotFoundError, ProcessLookupError, PermissionError):
        return 0
    return 0


def free_port() -> int:
    """Give a port of the loopback interface that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start_ours(name: str, release: Path, **settings: object) -> Contender:
    """Start this endpoint."""
    port = free_port()
    environment = os.environ | {"REGIN_RELEASE": str(release), "REGIN_LOG_REQUESTS": "false", "PYTHONPATH": str(PROJECT)}
    environment |= {f"REGIN_{key.upper()}": str(value) for key, value in settings.items()}
    process = subprocess.Popen([sys.executable, "-c", f"from endpoint.serve import serve; serve(port={port})"], env=environment, stderr=subprocess.DEVNULL)
    return Contender(name, process, port, "/sparql")


def start_native(store: Path) -> Contender | None:
    """Start the native server, where it is installed."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"])
    if program is None:
        return None
    port = free_port()
    command = [program, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    return Contender("oxigraph serve", subprocess.Popen(command, stderr=subprocess.DEVNULL), port, "/query")


async def wait_until_ready(contender: Contender) -> None:
    """Wait until a server answers."""
    for _ in range(900):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", contender.port)
            status, _ = await ask_once(reader, writer, contender.path, ("ready", "ASK {}", "*/*"))
            writer.close()
            if status == 200:
                return
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.1)
    raise SystemExit(f"{contender.name} did not start")


async def with_hostile(contender: Contender, practices: int, seconds: float) -> Seen:
    """Measure lookups while four hostile queries run all the time."""
    async def attack(number: int, until: float) -> None:
        while time.monotonic() < until:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", contender.port)
                text = f"{HOSTILE[number % len(HOSTILE)]} # {number} {time.monotonic()}"
                await asyncio.wait_for(ask_once(reader, writer, contender.path, ("hostile", text, "text/csv")), max(0.1, until - time.monotonic()))
                writer.close()
            except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
                continue

    attackers = [asyncio.create_task(attack(number, time.monotonic() + seconds + 1)) for number in range(4)]
    await asyncio.sleep(1)
    seen = await measure(contender.port, contender.path, [mixed(practices, 900 + n, "lookup") for n in range(4)], seconds)
    for task in attackers:
        task.cancel()
    return seen


async def run(options: argparse.Namespace) -> dict:
    """Run all rounds and give the results."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        release = Path(folder) / "release"
        release.mkdir()
        triples = write_store(release / "store", options.practices)
        contenders = [
            start_ours("endpoint, cache off", release, cache_mib=0),
            start_ours("endpoint, cache on", release),
            start_ours("endpoint, two processes, cache off", release, cache_mib=0, workers=2),
        ]
        native = start_native(release / "store")
        contenders += [native] if native else []
        try:
            for contender in contenders:
                await wait_until_ready(contender)
            return {"triples": triples, "machine": machine(), "rounds": await rounds(contenders, options)}
        finally:
            for contender in contenders:
                contender.process.terminate()
            for contender in contenders:
                contender.process.wait(40)


async def rounds(contenders: list[Contender], options: argparse.Namespace) -> list[dict]:
    """Give one record per round, server and load."""
    records = []
    for number in range(options.rounds):
        order = contenders if number % 2 == 0 else contenders[::-1]
        for kind, clients in [("lookup", 8), *(("mix", clients) for clients in options.clients)]:
            for contender in order:
                only = "lookup" if kind == "lookup" else None
                sources = [mixed(options.practices, 1000 * number + n, only) for n in range(clients)]
                seen = await measure(contender.port, contender.path, sources, options.seconds)
                records.append(record(number, contender, kind, clients, seen))
        for contender in order:
            repeated = [iter_repeated(options.practices) for _ in range(8)]
            records.append(record(number, contender, "repeated aggregates", 8, await measure(contender.port, contender.path, repeated, options.seconds / 2)))
        for contender in order:
            if contender.name.startswith("endpoint"):
                records.append(record(number, contender, "lookup beside 4 hostile queries", 4, await with_hostile(contender, options.practices, options.seconds)))
    return records


def iter_repeated(practices: int):
    """Give the same five aggregates again and again."""
    source = mixed(practices, 5, "aggregate")
    five = [next(source) for _ in range(5)]
    while True:
        yield from five


def record(number: int, contender: Contender, kind: str, clients: int, seen: Seen) -> dict:
    """Give the record of one measurement, and print its line."""
    told = {
        "round": number, "server": contender.name, "load": kind, "clients": clients, "per_second": round(seen.rate, 1), "mib_per_second": round(seen.bytes / seen.seconds / 2**20, 2),
        "ms": seen.quantiles(), "lookup_ms": seen.quantiles("lookup") if kind == "mix" else {}, "failures": len(seen.failures), "failed_as": sorted(set(seen.failures))[:5],
        "memory_mib": contender.memory_mib(),
    }
    sys.stdout.write(f"{kind:<32} {clients:>2} clients  {contender.name:<36} {told['per_second']:>9} /s  {told['ms']}  lookups {told['lookup_ms']}  failures {told['failures']}  {told['memory_mib']} MiB\n")
    sys.stdout.flush()
    return told


def machine() -> dict:
    """Tell what the numbers were measured on."""
    return {"processors": os.cpu_count(), "architecture": platform.machine(), "python": platform.python_version(), "load_before": os.getloadavg()[0]}


def ratios(results: dict) -> dict:
    """Give, for each load, how many times the native server's rate each server reached; the median over the rounds."""
    table: dict[str, dict[str, list[float]]] = {}
    for entry in results["rounds"]:
        table.setdefault(f"{entry['load']}, {entry['clients']} clients", {}).setdefault(entry["server"], []).append(entry["per_second"])
    found = {}
    for load, rates in table.items():
        native = rates.get("oxigraph serve")
        if native:
            found[load] = {server: round(sorted(own / other for own, other in zip(values, native, strict=True) if other)[len(values) // 2], 3) for server, values in rates.items() if any(native)}
    return found


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--practices", type=int, default=38_000, help="26 triples each")
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    results = uvloop.run(run(options))
    results["ratios_to_oxigraph_serve"] = ratios(results)
    sys.stdout.write(json.dumps(results["ratios_to_oxigraph_serve"], indent=1) + "\n")
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
