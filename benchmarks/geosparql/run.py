"""Run the spatial workload here and in PostGIS, and print times and ratios: `regin bench geosparql --help`."""

import json
import os
import platform
import tempfile
import time
from pathlib import Path

import click
from pyoxigraph import Store

from benchmarks.geosparql import postgis, world
from regin_graph.geosparql import CUSTOM_AGGREGATES, CUSTOM_FUNCTIONS, SpatialIndex, prepare

QUERIES = Path(__file__).parent / "queries"
PLACES = [(3.1, 50.2), (12.4, 48.9), (21.7, 60.3), (-3.6, 40.1), (8.8, 55.5)]
TARGETS = {"polygon": 3.0, "radius": 1.5, "join": 2.0, "grouped": 3.0, "nearest": None}


def texts(name: str, areas: list[str]) -> list[str]:
    """Give the queries of one kind, one per area."""
    query = (QUERIES / f"{name}.rq").read_text("utf-8")
    return [query.replace("?area", f'"{area}"^^geo:wktLiteral') for area in areas] if "?area" in query else [query]


def best_of(runs: int, ask, queries: list[str]) -> tuple[float, int]:
    """Give the shortest of the mean times of a query over some runs, and the number of rows. Units: seconds."""
    best, rows = float("inf"), 0
    for _ in range(runs):
        began = time.perf_counter()
        rows = sum(ask(query) for query in queries)
        best = min(best, (time.perf_counter() - began) / len(queries))
    return best, rows


@click.command()
@click.option("--points", default=100_000, show_default=True)
@click.option("--polygons", default=300, show_default=True)
@click.option("--runs", default=5, show_default=True, help="Runs of which the best counts.")
@click.option("--seed", default=1, show_default=True)
@click.option("--plain/--no-plain", default=False, help="Also without the index, for the two selections (slow).")
@click.option("--out", type=click.Path(path_type=Path), help="File for the results, JSON.")
def main(points: int, polygons: int, runs: int, seed: int, plain: bool, out: Path | None) -> None:
    """Print times and ratios of the workload."""
    made = world.make_world(points, polygons, seed)
    quads = list(world.statements(made))
    memory = Store()
    memory.extend(quads)
    folder = Path(tempfile.mkdtemp(prefix="regin-bench-"))
    Store(str(folder / "store")).bulk_extend(quads)
    began = time.perf_counter()
    SpatialIndex.build(memory).save(folder / "index")
    built = time.perf_counter() - began
    began = time.perf_counter()
    index = SpatialIndex.open(folder / "index")
    opened = time.perf_counter() - began
    disk = Store.read_only(str(folder / "store"))
    areas = {"polygon": [made.polygons[number].wkt for number in range(0, min(polygons, 50), 10)], "join": [], "grouped": []}
    areas["radius"] = areas["nearest"] = [f"POINT ({x} {y})" for x, y in PLACES]
    database = postgis.PostGIS(made)
    sql = {"polygon": [postgis.polygon(area) for area in areas["polygon"]], "radius": [postgis.radius(*place) for place in PLACES], "join": [postgis.JOIN], "grouped": [postgis.GROUPED], "nearest": [postgis.nearest(*place) for place in PLACES]}
    results = {}

    def asked(store: Store, with_index: bool = True):
        def ask(query: str) -> int:
            text = prepare(query, index, plain_dataset=True).text if with_index else query
            return sum(1 for _ in store.query(text, custom_functions=CUSTOM_FUNCTIONS, custom_aggregate_functions=CUSTOM_AGGREGATES))

        return ask

    for name in TARGETS:
        queries = texts(name, areas[name])
        measured = {}
        rounds = [database.timed(sql[name]) for _ in range(runs + 1)][1:]
        measured["postgis"] = (min(sum(took for took, _ in one) / len(one) for one in rounds), sum(rows for _, rows in rounds[0]))
        measured["memory"] = best_of(runs, asked(memory), queries)
        measured["disk"] = best_of(runs, asked(disk), queries)
        if plain and name in ("polygon", "radius"):
            measured["functions without index"] = best_of(1, asked(memory, False), queries[:1])
        results[name] = {system: {"seconds": seconds, "rows": rows, "ratio": seconds / measured["postgis"][0]} for system, (seconds, rows) in measured.items()}
        line = "  ".join(f"{system} {one['seconds'] * 1000:.2f} ms ({one['rows']} rows, {one['ratio']:.2f}x)" for system, one in results[name].items())
        click.echo(f"{name:8} {line}  target {TARGETS[name] or '-'}x")
    database.close()
    click.echo(f"index: built in {built:.2f} s, opened in {opened * 1000:.1f} ms")
    if out:
        machine = {"system": platform.platform(), "processors": os.cpu_count(), "python": platform.python_version(), "load": os.getloadavg()}
        out.write_text(json.dumps({"machine": machine, "points": points, "polygons": polygons, "runs": runs, "seed": seed, "index_built_s": built, "index_opened_s": opened, "results": results}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
