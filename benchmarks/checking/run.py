"""How the cost of checking grows: pySHACL in chunks on all cores, against one plain run of pySHACL over everything.

Run by hand: `regin bench checking`. Prints one row per number of synthetic practices; ratios are to the plain run.
"""

import argparse
import platform
import resource
import sys
import tempfile
import time
from pathlib import Path

import pyshacl
from pyoxigraph import DefaultGraph, RdfFormat, serialize
from rdflib import Graph

from regin_graph.build import derive_facts, read, state
from regin_graph.build.rules import check_rules
from regin_graph.build.shacl import check_shapes, read_shapes
from regin_graph.settings import BuildSettings
from regin_graph.synthesis import SYNTHETIC_BASE, synthesise


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


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--practices", type=int, nargs="+", default=[250, 500, 1000, 2000])
    parser.add_argument("--plain-up-to", type=int, default=500, help="largest number for which the plain run is made too")
    arguments = parser.parse_args()
    print(f"{platform.machine()}, {platform.system()}, Python {platform.python_version()}, pySHACL {pyshacl.__version__}\n")
    print("| practices | triples | shapes, s | ms a practice | rules, s | plain pySHACL, s | ratio | peak MiB |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for practices in arguments.practices:
            settings, statements = statements_of(practices, Path(folder))
            shapes, place = read_shapes(settings.shapes, settings.base_iri), statements.place_of
            triples = sum(isinstance(quad.graph_name, DefaultGraph) for quad in statements.quads)
            chunked = seconds(lambda: check_shapes(statements.quads, shapes, settings.base_iri, 0, place))
            rules = seconds(lambda: check_rules(statements.quads, settings.shapes / "checks", settings.base_iri, place))
            once = seconds(lambda: plain(statements.quads, shapes)) if practices <= arguments.plain_up_to else None
            peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
            shown = f"{once:.1f} | {chunked / once:.2f}" if once else "– | –"
            print(f"| {practices} | {triples} | {chunked:.1f} | {1000 * chunked / practices:.1f} | {rules:.1f} | {shown} | {peak} |")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
