"""Read the ontology, its alignments and the concept schemes as quads, each file in a graph of its own."""

import re
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    NamedNode,
    Quad,
    RdfFormat,
    parse,
)

from regin_graph.build.records import shown_path
from regin_graph.build.report import Finding, Place
from regin_graph.build.statements import Statements
from regin_graph.identifiers import rebase

GRAPH_OF_FOLDER = {"concepts": "scheme", "alignments": "alignment"}


def state_vocabulary(ontology: Path, root: Path, statements: Statements) -> None:
    """State every Turtle file below the ontology folder, once in the default graph and once in the file's graph."""
    for path in sorted(ontology.rglob("*.ttl")):
        kind = GRAPH_OF_FOLDER.get(path.parent.name, "ontology")
        graph = NamedNode(f"{statements.base}graph/{kind}/{path.stem}")
        outcome = read_turtle(path, root, statements.base)
        if isinstance(outcome, Finding):
            statements.findings.append(outcome)
            continue
        topic = f"{statements.base}scheme/{path.stem}" if kind == "scheme" else f"{statements.base}def"
        statements.graphs[graph.value] = (topic, "editorial")
        statements.quads |= {Quad(*quad.triple, name) for quad in outcome for name in (DefaultGraph(), graph)}
        statements.places.update(_subject_places(path, root, outcome))


def read_turtle(path: Path, root: Path, base: str) -> list[Quad] | Finding:
    """Give the quads of a Turtle file with stable blank nodes, or what hinders reading it."""
    try:
        quads = Dataset(parse(rebase(path.read_text("utf-8"), base), format=RdfFormat.TURTLE))
    except (SyntaxError, UnicodeDecodeError) as error:
        place = Place(shown_path(path, root), getattr(error, "lineno", 0) or 0)
        problem = f"the file is not valid Turtle: {getattr(error, 'msg', error)}."
        return Finding(place, "Violation", "unreadable-file", problem, "Check this line and the one before.")
    quads.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return [Quad(_stable(quad.subject, path), quad.predicate, _stable(quad.object, path)) for quad in quads]


def _stable(term, path: Path):
    # Canonical labels start anew in each file: the file's name keeps them apart.
    label = re.sub(r"[^A-Za-z0-9]", "", path.stem)
    return BlankNode(f"{label}{term.value}") if isinstance(term, BlankNode) else term


def _subject_places(path: Path, root: Path, quads: list[Quad]) -> Iterator[tuple[tuple[str], Place]]:
    shown = shown_path(path, root)
    lines: dict[str, int] = {}
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if match := re.match(r"<?([^\s<>]*[/:#])?([A-Za-z0-9._-]+)>?\s", line + " "):
            lines.setdefault(match[2], number)
    for subject in {quad.subject for quad in quads if isinstance(quad.subject, NamedNode)}:
        local = re.split(r"[/#]", subject.value)[-1]
        yield (subject.value,), Place(shown, lines.get(local, 0))
