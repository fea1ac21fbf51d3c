"""Check every geometry literal that is stated, whatever its serialisation and wherever it was written."""

from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import DefaultGraph, Literal, Quad

from regin_graph.build.outlines import geometry_problem
from regin_graph.build.report import Finding, Place
from regin_graph.build.statements import Statements
from regin_graph.geosparql.literals import READERS
from regin_graph.geosparql.problems import SpatialError
from regin_graph.geosparql.reference_systems import WGS84_LON_LAT, transform

SHOWN = 60
REPAIR = "Write it as its serialisation says, rings closed, longitude first unless its reference system says otherwise."


def check_geometries(root: Path, statements: Statements) -> None:
    """Note a violation for each geometry literal that cannot be read, is no valid shape or lies outside the earth."""
    statements.findings += sorted(broken_literals(root, statements))


def broken_literals(root: Path, statements: Statements) -> Iterator[Finding]:
    """Give a finding for each broken geometry literal."""
    for quad in statements.quads:
        if isinstance(quad.object, Literal) and isinstance(quad.graph_name, DefaultGraph) and quad.object.datatype.value in READERS:
            problem = problem_of(quad.object)
            if problem:
                shown = quad.object.value if len(quad.object.value) <= SHOWN else quad.object.value[:SHOWN] + "…"
                yield Finding(place_of(quad, root, statements), "Violation", "broken-geometry", f'the geometry "{shown}" is broken: {problem}.', REPAIR, quad.subject.value)


def problem_of(literal: Literal) -> str:
    """Tell what is wrong with a geometry literal; an empty text when nothing is."""
    try:
        geometry = READERS[literal.datatype.value](literal.value)
        return geometry_problem(transform(geometry.written, geometry.system, WGS84_LON_LAT))
    except SpatialError as error:
        return str(error).rstrip(".")


def place_of(quad: Quad, root: Path, statements: Statements) -> Place:
    """Give the place of a literal: the line of its file that has its text, where the statement's own place does not."""
    known = statements.place_of(quad.subject.value, quad.predicate.value, str(quad.object)) or Place("")
    path = root / known.file
    if not known.file or not path.is_file():
        return known
    beginning = quad.object.value.strip().split("\n")[0][:SHOWN]
    lines = path.read_text("utf-8", errors="replace").splitlines()
    if 0 < known.line <= len(lines) and beginning in lines[known.line - 1]:
        return known
    found = next((number for number, line in enumerate(lines, 1) if beginning and beginning in line), known.line)
    return Place(known.file, found, known.field)
