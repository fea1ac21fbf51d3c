"""Measure the endpoint against other servers over the same million triples, in alternating rounds of one run.

    regin bench endpoint -- --rounds 2 --out benchmarks/endpoint/results.json

Take part: this endpoint (cache off, cache on, two server processes of each), `oxigraph serve-read-only` (PyPI `oxigraph`) over the
same store, Virtuoso and rdflib-endpoint with stores of their own.
What is asked is either of one kind, by wrk, or the mix, by clients of our own, which tell the kinds apart.
Only ratios of one run say something; the machine stands in the results."""

import argparse
import asyncio
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import uvloop

from benchmarks import peers as peer_servers
from benchmarks.endpoint import wrk
from benchmarks.endpoint.clients import Seen, ask_once, measure
from benchmarks.endpoint.dataset import statements, write_store
from benchmarks.endpoint.mix import HOSTILE, SOUGHT, Query, mixed, repeated
from benchmarks.peers import Peer, free_port

PROJECT = Path(__file__).parents[2]
NATIVE = "oxigraph serve"
# Their heavy queries take minutes: they are asked for lookups only.
LIGHT_ONLY = ("rdflib-endpoint",)
# Has to do with the cache alone, so it is asked only what is asked again and again.
REPEATED_ONLY = ("endpoint, two processes, cache on",)
# Every server is asked so long before it is measured. Units: seconds.
WARM_LOOKUPS_S, WARM_MIX_S, WARM_REPEATED_S = 10.0, 8.0, 2.0
# So many looks, half a second apart, must find a server without a query before it counts as at rest.
LOOKS_AT_REST = 4
REPEATED = ("lookups", "aggregates", "overviews")
# What is under way when the time is over does not count: an overview takes some servers seconds. Units: seconds.
OVERVIEWS_S = 15.0


def start_ours(name: str, release: Path, **settings: object) -> Peer:
    """Start this endpoint."""
    port = free_port()
    environment = os.environ | {"REGIN_RELEASE": str(release), "REGIN_LOG_REQUESTS": "false", "PYTHONPATH": str(PROJECT)}
    environment |= {f"REGIN_{key.upper()}": str(value) for key, value in settings.items()}
    process = subprocess.Popen([sys.executable, "-c", f"from endpoint.serve import serve; serve(port={port})"], env=environment, stderr=subprocess.DEVNULL)
    return Peer(name, release, process, f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}/sparql")


def start_native(store: Path) -> Peer | None:
    """Start the native server over the same store, where it is installed."""
    program = shutil.which("oxigraph", path=str(Path(sys.executable).parent) + os.pathsep + os.environ["PATH"])
    if program is None:
        return None
    port = free_port()
    command = [program, "serve-read-only", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    return Peer(NATIVE, store, subprocess.Popen(command, stderr=subprocess.DEVNULL), f"http://127.0.0.1:{port}", f"http://127.0.0.1:{port}/query")


def start_others(names: list[str], folder: Path, practices: int) -> list[Peer]:
    """Start servers that keep stores of their own, and load the set into them."""
    file = folder / "set.nt"
    with file.open("w", encoding="utf-8") as sink:
        sink.writelines(statements(practices))
    peers = []
    for name in names:
        peer = peer_servers.start(name, folder / name, memory_mib=4096)
        sys.stdout.write(f"{name}: loaded in {peer.load(file):.0f} s\n")
        sys.stdout.flush()
        peers.append(peer)
    return peers


def place(peer: Peer) -> tuple[int, str]:
    """Give the port and the path, up to the query, under which a server is asked."""
    address = urlsplit(peer.query_url)
    graph = f"default-graph-uri={quote(peer.default_graph, safe='')}&" if peer.default_graph else ""
    return address.port, f"{address.path}?{graph}query="


async def wait_until_ready(peer: Peer) -> None:
    """Wait until a server answers; a large release takes seconds to come into memory."""
    port, path = place(peer)
    for _ in range(900):
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            ended, _ = await ask_once(reader, writer, path, ("ready", "ASK {}", "*/*"))
            writer.close()
            if ended == "200":
                return
        except (OSError, asyncio.IncompleteReadError):
            await asyncio.sleep(0.1)
    raise SystemExit(f"{peer.name} did not start")


async def wait_until_at_rest(peer: Peer) -> None:
    """Wait until a server of ours has read what its pages will show, as it does at start; over a large release that takes a while."""
    looks_at_rest = 0
    for _ in range(600):
        lines = (await asyncio.to_thread(httpx.get, f"{peer.address}/metrics")).text.splitlines()
        is_at_rest = all(line.endswith(" 0.0") for line in lines if line.startswith("regin_queries_running{"))
        looks_at_rest = looks_at_rest + 1 if is_at_rest else 0
        if looks_at_rest == LOOKS_AT_REST:
            return
        await asyncio.sleep(0.5)
    raise SystemExit(f"{peer.name} does not come to rest")


async def with_hostile(peer: Peer, practices: int, seconds: float) -> wrk.Asked:
    """Measure lookups while four hostile queries run all the time."""
    port, path = place(peer)

    async def attack(number: int) -> None:
        while True:
            try:
                reader, writer = await asyncio.open_connection("127.0.0.1", port)
                text = f"{HOSTILE[number % len(HOSTILE)]} # {number} {time.monotonic()}"
                await ask_once(reader, writer, path, ("hostile", text, "text/csv"))
                writer.close()
            except (OSError, asyncio.IncompleteReadError, ValueError):
                continue

    attackers = [asyncio.create_task(attack(number)) for number in range(4)]
    await asyncio.sleep(1)
    seen = await wrk.ask(port, path, mixed(practices, 900, "lookup"), 4, seconds)
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
            start_ours("endpoint, two processes, cache on", release, workers=2),
        ]
        native = start_native(release / "store")
        contenders += [native] if native else []
        contenders += start_others(options.peers, Path(folder), options.practices)
        try:
            for contender in contenders:
                await wait_until_ready(contender)
            for contender in contenders:
                if contender.name.startswith("endpoint"):
                    await wait_until_at_rest(contender)
            return {"triples": triples, "machine": machine(), "rounds": await rounds(contenders, options)}
        finally:
            for contender in contenders:
                contender.process.terminate()
            for contender in contenders:
                contender.process.wait(40)


async def warmed(contender: Peer, warm_s: float, sources: list[Iterator[Query]], seconds: float) -> Seen:
    """Measure a server under the mix that has been asked the same for a while before."""
    await measure(*place(contender), sources, warm_s)
    return await measure(*place(contender), sources, seconds)


async def warmed_alike(contender: Peer, warm_s: float, queries: Iterable[Query], seconds: float) -> wrk.Asked:
    """Measure a server under one kind of query, by eight clients, that has been asked the same for a while before."""
    await wrk.ask(*place(contender), queries, 8, warm_s)
    return await wrk.ask(*place(contender), queries, 8, seconds)


async def rounds(contenders: list[Peer], options: argparse.Namespace) -> list[dict]:
    """Give one record per round, server and load."""
    records = []
    for number in range(options.rounds):
        order = contenders if number % 2 == 0 else contenders[::-1]
        asked_all = [one for one in order if one.name not in REPEATED_ONLY]
        for contender in asked_all:
            lookups = mixed(options.practices, 1000 * number, "lookup")
            records.append(record(number, contender, "lookup", 8, await warmed_alike(contender, WARM_LOOKUPS_S, lookups, options.seconds)))
        for clients in options.clients:
            for contender in [one for one in asked_all if one.name not in LIGHT_ONLY]:
                sources = [mixed(options.practices, 1000 * number + n) for n in range(clients)]
                records.append(record(number, contender, "mix", clients, await warmed(contender, WARM_MIX_S, sources, options.seconds)))
        for kind in REPEATED:
            for contender in [one for one in order if one.name not in LIGHT_ONLY]:
                queries = repeated(options.practices, kind)
                records.append(record(number, contender, f"repeated {kind}", 8, await warmed_alike(contender, WARM_REPEATED_S, queries, OVERVIEWS_S if kind == "overviews" else options.seconds)))
        for contender in asked_all:
            if contender.name.startswith("endpoint"):
                records.append(record(number, contender, "lookup beside 4 hostile queries", 4, await with_hostile(contender, options.practices, options.seconds)))
    return records


def record(number: int, contender: Peer, kind: str, clients: int, seen: Seen | wrk.Asked) -> dict:
    """Give the record of one measurement, and print its line."""
    told = {
        "round": number, "server": contender.name, "load": kind, "clients": clients, "per_second": round(seen.rate, 1), "mib_per_second": round(seen.bytes / seen.seconds / 2**20, 2),
        "ms": seen.quantiles(), "lookup_ms": seen.quantiles("lookup") if kind == "mix" else {}, "failures": len(seen.failures), "failed_as": sorted(set(seen.failures))[:5],
        "memory_mib": round(contender.memory_mib()),
    }
    sys.stdout.write(f"{kind:<32} {clients:>2} clients  {contender.name:<36} {told['per_second']:>9} /s  {told['ms']}  lookups {told['lookup_ms']}  failures {told['failures']}  {told['memory_mib']} MiB\n")
    sys.stdout.flush()
    return told


def machine() -> dict:
    """Tell what the numbers were measured on."""
    return {"date": f"{date.today():%Y-%m-%d}", "processors": os.cpu_count(), "architecture": platform.machine(), "python": platform.python_version(), "load_before": os.getloadavg()[0]}


def ratios(results: dict) -> dict:
    """Give, for each load, how many times the native server's rate each server reached; the median over the rounds."""
    table: dict[str, dict[str, list[float]]] = {}
    for entry in results["rounds"]:
        table.setdefault(f"{entry['load']}, {entry['clients']} clients", {}).setdefault(entry["server"], []).append(entry["per_second"])
    found = {}
    for load, rates in table.items():
        native = rates.get(NATIVE)
        if native:
            found[load] = {server: round(statistics.median(own / other for own, other in zip(values, native, strict=True) if other), 3) for server, values in rates.items() if any(native)}
    return found


def tables(results: dict) -> list[dict]:
    """Give the table that the page of benchmarks shows. Shape: title, note, columns, rows."""
    servers = list(dict.fromkeys(entry["server"] for entry in results["rounds"]))
    loads: dict[str, dict[str, list[dict]]] = {}
    for entry in results["rounds"]:
        loads.setdefault(f"{entry['load']}, {entry['clients']} clients", {}).setdefault(entry["server"], []).append(entry)
    rows = []
    for load, measured in loads.items():
        compared = results["ratios_to_oxigraph_serve"].get(load, {})
        rows.append([load, *(cell(measured.get(server, []), compared.get(server)) for server in servers)])
    on = results["machine"]
    note = (
        f"Answers a second (how many times those of `{NATIVE}`), then milliseconds that 50 and 99 of 100 took at the most, for lookups alone where the load is a mix; "
        f"the median of the rounds. Times of one kind of query are wrk's, which adds those of requests that a slow answer kept from being sent. Before it was measured, every server was asked for lookups for {WARM_LOOKUPS_S:g} s, the mix for {WARM_MIX_S:g} s and what is repeated for {WARM_REPEATED_S:g} s: "
        f"lookups are of any of all practices, repeated ones of {SOUGHT:,}; aggregates are of a year, overviews of all. Measured {on['date']}; {results['triples']:,} triples; {on['processors']} processors ({on['architecture']}), shared with the clients. “–”: not asked."
    )
    return [{"title": "Requests a second", "note": note, "columns": ["", *servers], "rows": rows}]


def cell(entries: list[dict], ratio: float | None) -> str:
    """Give what a server did under a load, as the table shows it."""
    if not entries:
        return "–"
    rate = statistics.median(entry["per_second"] for entry in entries)
    times = [entry["lookup_ms"] or entry["ms"] for entry in entries]
    if not all(times):
        return f"{rate:,.0f}"
    half, most = (round(statistics.median(told[name] for told in times), 2) for name in ("p50", "p99"))
    compared = f" ({ratio:.2g}×)" if ratio is not None and ratio < 100 else f" ({ratio:,.0f}×)" if ratio is not None else ""
    return f"{rate:,.0f}{compared}; {half}, {most} ms"


def main() -> None:
    """Measure and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--practices", type=int, default=38_000, help="26 triples each")
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--clients", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--peers", nargs="*", default=["virtuoso", "rdflib-endpoint"], help="servers with stores of their own, by their names in benchmarks/peers.py")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    wrk.program()
    results = uvloop.run(run(options))
    results["ratios_to_oxigraph_serve"] = ratios(results)
    results["tables"] = tables(results)
    sys.stdout.write(json.dumps(results["ratios_to_oxigraph_serve"], indent=1) + "\n")
    if options.out:
        options.out.write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
