"""What the spatial index of a release costs: its size a point, how fast a process opens it, and what queries without geography pay.

Run by hand: `regin bench spatial_index`. Prints a table; `--out FILE` writes the same as JSON. The world is generated:
features on a grid with a default geometry each, as the graph has them. Units: bytes, milliseconds, microseconds.
"""

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from datetime import date
from pathlib import Path

import shapely
from pyoxigraph import Literal, NamedNode, Quad, Store

from endpoint.engine.geography import Geography
from regin_graph.geosparql import SpatialIndex, prepare
from regin_graph.geosparql.vocabulary import GEO, WKT_LITERAL

BASE = "https://example.org/id/place/"
WKT, AS_WKT, HAS, TYPE = NamedNode(WKT_LITERAL), NamedNode(GEO + "asWKT"), NamedNode(GEO + "hasDefaultGeometry"), NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
PLAIN = [
    "SELECT * { ?s ?p ?o } LIMIT 10", "ASK { <https://example.org/a> ?p ?o }",
    "PREFIX dcterms: <http://purl.org/dc/terms/> SELECT ?title (COUNT(*) AS ?n) { ?practice dcterms:title ?title OPTIONAL { ?practice dcterms:subject ?topic } } GROUP BY ?title ORDER BY DESC(?n)" + " # text" * 200,
]
SPATIAL = f"PREFIX geo: <{GEO}> PREFIX geof: <http://www.opengis.net/def/function/geosparql/> SELECT ?f {{ ?f geo:hasDefaultGeometry/geo:asWKT ?w FILTER(geof:sfWithin(?w, 'POLYGON ((10 40, 11 40, 11 41, 10 41, 10 40))'^^geo:wktLiteral)) }}"


def world(points: int) -> Store:
    """Give a store with so many points, each the default geometry of a feature."""
    def quads():
        for number in range(points):
            feature, geometry = NamedNode(f"{BASE}{number}"), NamedNode(f"{BASE}{number}/place")
            yield Quad(feature, HAS, geometry)
            yield Quad(geometry, TYPE, NamedNode("http://www.opengis.net/ont/sf#Point"))
            yield Quad(geometry, AS_WKT, Literal(f"POINT ({number % 400 / 10:.4f} {35 + number // 400 / 10:.4f})", datatype=WKT))

    store = Store()
    store.bulk_extend(quads())
    return store


def resident_bytes() -> int:
    """Give the memory of this process that is in use, mapped files included."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def in_a_fresh_process(work) -> dict:
    """Give what work tells, done in a copy of this process."""
    reading, writing = os.pipe()
    if not (child := os.fork()):
        os.write(writing, json.dumps(work()).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        found = json.loads(told.read())
    os.waitpid(child, 0)
    return found


def opened(folder: Path) -> dict:
    """Open the index and answer one query with it; tell how long it took and what it needs."""
    before, began = resident_bytes(), time.perf_counter()
    index = SpatialIndex.open(folder)
    open_ms = (time.perf_counter() - began) * 1e3
    assert prepare(SPATIAL, index, plain_dataset=True).is_rewritten
    ready_ms = (time.perf_counter() - began) * 1e3
    return {"open_ms": open_ms, "first_query_prepared_ms": ready_ms, "resident_bytes": resident_bytes() - before}


def first_answer(geography: Geography, store: Path) -> dict:
    """Open the store and answer a first spatial query, as a query process does that has the index from the process it is a copy of."""
    began = time.perf_counter()
    opened_store = Store.read_only(str(store))
    functions, aggregates = geography.functions(SPATIAL)
    text = geography.prepare(SPATIAL, opened_store, False).text
    rows = sum(1 for _ in opened_store.query(text, custom_functions=functions, custom_aggregate_functions=aggregates))
    return {"first_answer_ms": (time.perf_counter() - began) * 1e3, "rows": rows}


def tables(figures: dict) -> list[dict]:
    """Give the figures as the page of benchmarks shows them."""
    without = figures["query_without_geography_us"]
    rows = [
        ["Index on disk, bytes a point", figures["bytes_a_point"], "< 500"], ["Resident once opened, bytes a point", figures["resident_bytes_a_point"], "< 500"],
        ["Opening the index, ms", figures["open_ms"], "< 1000"], ["Opening it and preparing a first query, ms", figures["first_query_prepared_ms"], ""],
        ["A fresh query process's first answer, ms", figures["first_answer_ms"], "< 100"],
        ["Added to queries that name no spatial term, ms", " – ".join(f"{one / 1000:.4f}" for one in (min(without), max(without))), "< 0.1"],
        ["Making the index at build time, s", figures["build_s"], ""],
    ]
    note = f"{figures['points']:,} points, each a feature's default geometry. Medians. Measured {figures['date']}, {figures['machine']}."
    return [{"title": "Cost of the spatial index", "note": note, "columns": ["", "measured", "target"], "rows": rows}]


def microseconds(work, times: int) -> float:
    """Give the median time of one call."""
    rounds = []
    for _ in range(7):
        began = time.perf_counter()
        for _ in range(times):
            work()
        rounds.append((time.perf_counter() - began) / times * 1e6)
    return statistics.median(rounds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=100_000)
    parser.add_argument("--out", type=Path, help="JSON file for the figures")
    arguments = parser.parse_args()
    shapely.prepare(shapely.Point(0, 0))
    with tempfile.TemporaryDirectory() as name:
        folder, store = Path(name), world(arguments.points)
        began = time.perf_counter()
        index = SpatialIndex.build(store)
        build_s = time.perf_counter() - began
        index.save(folder)
        on_disk = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
        names = sum(array.nbytes for part, array in index.arrays.items() if part.startswith(("nodes_", "texts_")))
        runs = [in_a_fresh_process(lambda: opened(folder)) for _ in range(9)]
        geography = Geography(SpatialIndex.open(folder))
        geography.make_ready()
        Store(str(folder / "store")).bulk_extend(store)
        answers = [in_a_fresh_process(lambda: first_answer(geography, folder / "store")) for _ in range(9)]
        plain = [microseconds(lambda text=text: (geography.functions(text), geography.prepare(text, store, False)), 2000) for text in PLAIN]
        spatial = microseconds(lambda: geography.prepare(SPATIAL, store, False), 20)
    figures = {
        "date": date.today().isoformat(),
        "machine": f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}", "points": arguments.points, "build_s": round(build_s, 2),
        "bytes_a_point": round(on_disk / arguments.points, 1), "of_which_names": round(names / arguments.points, 1),
        "resident_bytes_a_point": round(statistics.median(run["resident_bytes"] for run in runs) / arguments.points, 1),
        "open_ms": round(statistics.median(run["open_ms"] for run in runs), 2), "first_query_prepared_ms": round(statistics.median(run["first_query_prepared_ms"] for run in runs), 2),
        "slowest_first_query_prepared_ms": round(max(run["first_query_prepared_ms"] for run in runs), 2),
        "first_answer_ms": round(statistics.median(answer["first_answer_ms"] for answer in answers), 2),
        "query_without_geography_us": [round(value, 2) for value in plain], "query_with_geography_us": round(spatial, 1),
    }
    print("\n".join(f"{name:34} {value}" for name, value in figures.items()))
    if arguments.out:
        arguments.out.write_text(json.dumps({"tables": tables(figures), **figures}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
