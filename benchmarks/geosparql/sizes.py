"""What the spatial index costs: its making, size and opening, a fresh query process, and queries that do not need it.

Run as a program, `python -m benchmarks.geosparql.sizes FOLDER`, it measures in a process that has done nothing else.
"""

import json
import os
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from pyoxigraph import Store

from benchmarks.geosparql.scenarios import Question, workload
from endpoint.engine.geography import Geography
from regin_graph.geosparql import SpatialIndex

PROJECT = Path(__file__).parents[2]
AREA = "POLYGON ((5 45, 6 45, 6 46, 5 46, 5 45))"
SPATIAL = Question("workload/polygon", {"area": AREA})
JOIN = Question("workload/join", {})
PLAIN = "PREFIX ex: <https://example.org/synthetic/> SELECT ?feature { ?feature ex:kind <https://example.org/synthetic/kind/3> } LIMIT 10"
FRESH_PROCESSES = 30
PREPARATIONS = 20_000


def measure(options: dict, folder: Path, machine: dict) -> dict:
    """Give the record of sizes and costs for a world of points, with one row for each and its target."""
    made = workload(options["points"], options["polygons"], options["seed"])
    store = Store(str(folder / "store"))
    store.bulk_extend(made.statements)
    store.flush()
    began = time.perf_counter()
    index = SpatialIndex.build(store)
    built_s = time.perf_counter() - began
    index.save(folder / "spatial_index")
    del store, index
    done = subprocess.run([sys.executable, "-m", "benchmarks.geosparql.sizes", str(folder)], cwd=PROJECT, capture_output=True, text=True, check=True)
    found = {"build_s": built_s, "disk_bytes": sum(path.stat().st_size for path in (folder / "spatial_index").iterdir()), **json.loads(done.stdout)}
    count = options["points"]
    rows = [
        ["Index on disk, bytes a point", f"{found['disk_bytes'] / count:.0f}", "< 500"],
        ["Resident memory after opening, bytes a point", f"{found['opened_bytes'] / count:.0f}", "< 500"],
        ["Resident memory after selections and a join over all, bytes a point", f"{found['used_bytes'] / count:.0f}", ""],
        ["of which own to the process, not shared", f"{found['own_bytes'] / count:.0f}", ""],
        ["Opening the index, ms", f"{found['open_s'] * 1000:.1f}", "< 1000"],
        ["Fresh query process: from its fork to its first spatial answer, ms (median)", f"{found['fresh_s'] * 1000:.1f}", "< 100"],
        ["Added to a query that names no spatial term, ms", f"{found['plain_s'] * 1000:.4f}", "< 0.1"],
        ["Making the index at build time, s", f"{found['build_s']:.2f}", ""],
    ]
    about = f"{count:,} points and {options['polygons']} polygons; memory is of a process of its own."
    return {"title": "Cost of the spatial index", "about": about, "date": date.today().isoformat(), "machine": machine, "measured": found, "rows": rows}


def memory(part: str = "Rss") -> int:
    """Give the memory of this process. Units: bytes."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    wanted = (part,) if part == "Rss" else ("Private_Clean", "Private_Dirty")
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(wanted))


def answered(geography: Geography, store: Store, query: str) -> int:
    """Give the number of rows of a query, prepared as a query process prepares it."""
    functions, aggregates = geography.functions(query)
    text = geography.prepare(query, store, False).text
    return sum(1 for _ in store.query(text, custom_functions=functions, custom_aggregate_functions=aggregates))


def costs(folder: Path) -> dict:
    """Give what opening, using and forking cost in this process. Units: seconds, bytes."""
    # What every process has before it meets a large index: libraries, functions, a first small query.
    small = Store()
    answered(Geography(SpatialIndex.build(small)), small, SPATIAL.sparql())
    before, own = memory(), memory("own")
    began = time.perf_counter()
    index = SpatialIndex.open(folder / "spatial_index")
    open_s = time.perf_counter() - began
    opened_bytes = memory() - before
    geography = Geography(index)
    fresh_s = statistics.median(fresh(geography, folder) for _ in range(FRESH_PROCESSES))
    plain_s = plain(geography, small)
    geography.prepare(SPATIAL.sparql(), small, False)
    prepared = geography.prepare(JOIN.sparql(), small, False)
    del prepared
    return {"open_s": open_s, "opened_bytes": opened_bytes, "used_bytes": memory() - before, "own_bytes": memory("own") - own, "fresh_s": fresh_s, "plain_s": plain_s}


def fresh(geography: Geography, folder: Path) -> float:
    """Give how long a process forked from one that has everything loaded takes to its first spatial answer. Units: seconds."""
    told, tell = os.pipe()
    began = time.perf_counter()
    if os.fork() == 0:
        try:
            rows = answered(geography, Store.read_only(str(folder / "store")), SPATIAL.sparql())
            os.write(tell, str(rows).encode())
        finally:
            os._exit(0)
    os.close(tell)
    rows = int(os.read(told, 100))
    took = time.perf_counter() - began
    os.close(told)
    os.wait()
    if not rows:
        raise RuntimeError("the forked process found nothing")
    return took


def plain(geography: Geography, store: Store) -> float:
    """Give what the spatial part adds to a query that names no spatial term. Units: seconds."""
    began = time.perf_counter()
    for _ in range(PREPARATIONS):
        geography.functions(PLAIN)
        geography.prepare(PLAIN, store, False)
    return (time.perf_counter() - began) / PREPARATIONS


if __name__ == "__main__":
    sys.stdout.write(json.dumps(costs(Path(sys.argv[1]))))
