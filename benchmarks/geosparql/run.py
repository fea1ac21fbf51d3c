"""Measure spatial questions here, in PostGIS and in other SPARQL servers: `regin bench geosparql -- --help`.

Every scenario is measured in one run, question by question in all systems one after the other; only ratios of one run say something.
Results are kept by scenario in one file, with machine and versions; docs/benchmarks.md shows their tables.
"""

import json
import os
import platform
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

import click
from pyoxigraph import RdfFormat, Store, serialize

from benchmarks import peers
from benchmarks.geosparql import tables
from benchmarks.geosparql.measuring import System, measured
from benchmarks.geosparql.postgis import Cluster, PostGIS
from benchmarks.geosparql.scenarios import Scenario, scenario
from benchmarks.geosparql.systems import Endpoint, PeerServer, Process
from regin_graph.geosparql import SpatialIndex

SYSTEMS = ("postgis", "postgis-without-jit", "memory", "disk", "endpoint", "alone", "virtuoso", "fuseki")


def write_world(made: Scenario, folder: Path) -> None:
    """Write a world as N-Triples, as a store on disk and its spatial index, laid out as a release is."""
    with (folder / "world.nt").open("wb") as file:
        serialize((quad.triple for quad in made.statements), file, format=RdfFormat.N_TRIPLES)
    store = Store(str(folder / "store"))
    store.bulk_extend(made.statements)
    store.flush()
    store.optimize()
    SpatialIndex.build(store).save(folder / "spatial_index")


def taking_part(wanted: Iterable[str], cluster: Cluster, folder: Path) -> list[System]:
    """Give the systems by their names, none of them filled yet but the cluster."""
    makers = {
        "postgis": lambda: PostGIS(cluster),
        "postgis-without-jit": lambda: PostGIS(cluster, "PostGIS without JIT", ("jit = off",)),
        "memory": lambda: Process("memory", "memory", folder),
        "disk": lambda: Process("disk", "disk", folder),
        "endpoint": lambda: Endpoint(folder),
        "alone": lambda: Process("engine alone", "alone", folder),
        "virtuoso": lambda: PeerServer("Virtuoso", "virtuoso", "virtuoso", virtuoso_version(), folder / "world.nt", folder / "virtuoso"),
        "fuseki": lambda: PeerServer("Fuseki", "fuseki-geosparql", "fuseki", f"Jena {peers.JENA_VERSION}", folder / "world.nt", folder / "fuseki"),
    }
    return [makers[name]() for name in wanted]


def virtuoso_version() -> str:
    """Give the version Virtuoso prints."""
    program = shutil.which("virtuoso-t")
    if program is None:
        return ""
    told = subprocess.run([program, "-?"], capture_output=True, text=True, check=False)
    return next((line.strip() for line in (told.stdout + told.stderr).splitlines() if "Version" in line), "")


def machine() -> dict:
    """Tell what the figures were measured on."""
    model = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), platform.machine())
    return {"processor": model, "processors": os.cpu_count(), "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30), "system": platform.system(), "python": platform.python_version(), "load": round(os.getloadavg()[0], 2)}


def run_scenario(name: str, options: dict, systems: Iterable[str], folder: Path, known: dict[str, dict], keep: Callable[[dict], None]) -> None:
    """Measure a scenario and hand over its record after each group: what was asked, of whom, and what came out, with ratios to PostGIS.

    `known` are groups measured before that are not measured now: each group is a run of its own in all systems.
    """
    made = scenario(name, options)
    write_world(made, folder)
    cluster = Cluster(made)
    parts = taking_part(systems, cluster, folder)
    wanted = [group for group in made.groups if not options["group"] or any(part in group for part in options["group"])]
    results = {group: {} if group in wanted else known[group] for group in made.groups if group in wanted or group in known}
    record = {
        "title": made.title, "about": made.about, "date": date.today().isoformat(), "machine": machine(),
        "versions": {system.name: system.version for system in parts}, "cap_s": options["cap"], "runs": options["runs"], "seed": options["seed"], "results": results,
    }
    try:
        for group in wanted:
            row = results[group]
            for system in parts:
                row[system.name] = measured(system, made.groups[group], options["runs"], options["cap"])
                if "seconds" in row[system.name] and "seconds" in row.get("PostGIS", {}):
                    row[system.name]["ratio"] = row[system.name]["seconds"] / row["PostGIS"]["seconds"]
            click.echo(f"{group:28} " + "  ".join(f"{system} {tables.cell(one, row)}" for system, one in row.items()))
            keep(record)
    finally:
        for system in parts:
            system.close()
        cluster.close()


@click.command()
@click.argument("scenarios", nargs=-1, type=click.Choice(["workload", "micro", "macro"]))
@click.option("--system", "systems", multiple=True, type=click.Choice(SYSTEMS), default=SYSTEMS, help="Who takes part; all unless named.")
@click.option("--as", "record_name", type=click.Choice(["workload-servers"]), help="Keep the workload under this name, beside the one measured with fewer systems.")
@click.option("--group", multiple=True, help="Only groups with this in their name, such as “joins”; others are kept as they were in the file of results.")
@click.option("--points", default=100_000, show_default=True, help="Points of the workload.")
@click.option("--polygons", default=300, show_default=True, help="Polygons of the workload.")
@click.option("--size", default=40, show_default=True, help="Rows and columns of the hexagon world.")
@click.option("--sessions", default=5, show_default=True, help="Places asked about in the hexagon world.")
@click.option("--runs", default=5, show_default=True, help="Rounds of which the best counts.")
@click.option("--cap", default=20.0, show_default=True, help="Seconds after which a query is ended.")
@click.option("--seed", default=1, show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File of results; scenarios not run now are kept in it.")
def main(scenarios: tuple[str, ...], systems: tuple[str, ...], out: Path | None, record_name: str | None, **options) -> None:
    """Measure SCENARIOS (all unless named) and print times with ratios to PostGIS."""
    known = json.loads(out.read_text("utf-8")) if out and out.is_file() else {}
    records = known.get("scenarios", {})
    for scenario_name in scenarios or ("workload", "micro", "macro"):
        name = record_name if record_name and scenario_name == "workload" else scenario_name
        folder = Path(tempfile.mkdtemp(prefix="regin-bench-"))

        def keep(record: dict, name: str = name) -> None:
            records[name] = record
            if out:
                out.write_text(json.dumps({"tables": tables.tables(records), "scenarios": records}, indent=1) + "\n", "utf-8")

        try:
            run_scenario(scenario_name, options, systems, folder, records.get(name, {}).get("results", {}), keep)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
