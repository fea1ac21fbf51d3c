"""How the cost of checking grows: pySHACL in chunks on all cores, against one plain run of pySHACL over everything.

Run by hand: `regin bench checking`. Prints one row per number of synthetic practices; ratios are to the plain run. With `--out`,
results are written to a file; rows of other numbers of practices already in it are kept, as each row is a run of its own.
"""

import argparse
import json
import os
import platform
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import pyshacl
from pyoxigraph import DefaultGraph, RdfFormat, serialize
from rdflib import Graph

from regin_graph.build import derive_facts, read, state
from regin_graph.build.rules import check_rules
from regin_graph.build.shacl import check_shapes, read_shapes
from regin_graph.settings import BuildSettings
from regin_graph.synthesis import SYNTHETIC_BASE, synthesise

COLUMNS = ["practices", "triples", "shapes, s", "ms a practice", "rules, s", "plain pySHACL, s", "ratio", "peak MiB"]


def quiet(*_, **__) -> None:
    """Show no steps."""


def statements_of(practices: int, folder: Path):
    """Give settings and statements of so many synthetic practices."""
    data = folder / str(practices)
    synthesise(practices, 1, data)
    settings = BuildSettings(data=data, base_iri=SYNTHETIC_BASE)
    records, _ = read(settings, quiet)
    statements = state(records, settings, quiet)
    derive_facts(statements, quiet)
    return settings, statements


def seconds(work) -> float:
    """Give the seconds a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def plain(quads, shapes: str) -> None:
    """Check everything in one plain run of pySHACL."""
    text = serialize((q.triple for q in quads if isinstance(q.graph_name, DefaultGraph)), format=RdfFormat.N_TRIPLES)
    pyshacl.validate(Graph().parse(data=text, format="nt"), shacl_graph=Graph().parse(data=shapes, format="nt"), inplace=True)


def measured(practices: int, folder: Path, is_plain: bool) -> dict:
    """Give one row: what checking so many practices takes, and what the plain run takes. Units: seconds, MiB."""
    settings, statements = statements_of(practices, folder)
    shapes, place = read_shapes(settings.shapes, settings.base_iri), statements.place_of
    return {
        "practices": practices, "triples": sum(isinstance(quad.graph_name, DefaultGraph) for quad in statements.quads),
        "shapes_s": seconds(lambda: check_shapes(statements.quads, shapes, settings.base_iri, 0, place)),
        "rules_s": seconds(lambda: check_rules(statements.quads, settings.shapes / "checks", settings.base_iri, place)),
        "plain_s": seconds(lambda: plain(statements.quads, shapes)) if is_plain else None,
        "peak_mib": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "date": date.today().isoformat(), "load": round(os.getloadavg()[0], 2),
    }


def cells(row: dict) -> list[str]:
    """Give a row as the table shows it."""
    plain_s, shapes_s = row["plain_s"], row["shapes_s"]
    compared = [f"{plain_s:.1f}", f"{shapes_s / plain_s:.2f}"] if plain_s else ["–", "–"]
    return [f"{row['practices']:,}", f"{row['triples']:,}", f"{shapes_s:.1f}", f"{1000 * shapes_s / row['practices']:.1f}", f"{row['rules_s']:.1f}", *compared, str(row["peak_mib"])]


def tables(rows: list[dict]) -> list[dict]:
    """Give the table of all rows, as the page of benchmarks shows it."""
    processor = next((line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), platform.machine())
    days = sorted({row["date"] for row in rows})
    note = f"“Ratio” is the time of the shapes in chunks on all processors to that of one plain run. Measured {' and '.join(days)}, {processor}, {os.cpu_count()} processors, Python {platform.python_version()}, pySHACL {pyshacl.__version__}."
    return [{"title": "Growth of checking", "note": note, "columns": COLUMNS, "rows": [cells(row) for row in rows]}]


def main() -> None:
    """Print the table, and write it where a file is named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practices", type=int, nargs="+", default=[100, 250, 500, 1000])
    parser.add_argument("--plain-up-to", type=int, default=500, help="largest number for which the plain run is made too")
    parser.add_argument("--out", type=Path, help="file of results, JSON")
    arguments = parser.parse_args()
    known = json.loads(arguments.out.read_text("utf-8"))["rows"] if arguments.out and arguments.out.is_file() else []
    rows = {row["practices"]: row for row in known}
    print(f"| {' | '.join(COLUMNS)} |\n|{' --- |' * len(COLUMNS)}")
    with tempfile.TemporaryDirectory() as folder:
        for practices in arguments.practices:
            rows[practices] = measured(practices, Path(folder), practices <= arguments.plain_up_to)
            print(f"| {' | '.join(cells(rows[practices]))} |")
            sys.stdout.flush()
            if arguments.out:
                kept = [rows[count] for count in sorted(rows)]
                arguments.out.write_text(json.dumps({"tables": tables(kept), "rows": kept}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
