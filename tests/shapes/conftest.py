"""What the tests of shapes share: the shapes, and the findings about all examples, made in one run."""

from collections import defaultdict
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, SH, Graph, URIRef

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def shapes() -> Graph:
    """Give all shapes as one graph."""
    graph = Graph()
    for path in sorted((HERE.parents[1] / "shapes").glob("*.ttl")):
        graph.parse(path)
    return graph


@pytest.fixture(scope="session")
def findings(shapes) -> dict[Path, set[tuple[str, str, str]]]:
    """Give the findings of each example. Shape: file → (shape, severity, constraint component).

    One run over all examples, each with nodes of its own, takes seconds; a run for each takes minutes.
    """
    data, owner = Graph().parse(HERE / "context.ttl"), {}
    for number, path in enumerate(sorted(HERE.glob("*/*.ttl"))):
        example = Graph().parse(path)
        own = {node: URIRef(f"{node}.{number}") for node in example.subjects(RDF.type)}
        owner.update(dict.fromkeys(own.values(), path))
        for subject, predicate, value in example:
            data.add((own.get(subject, subject), predicate, own.get(value, value)))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    found = defaultdict(set)
    for result in report.objects(None, SH.result):
        if path := owner.get(report.value(result, SH.focusNode)):
            names = (SH.sourceShape, SH.resultSeverity, SH.sourceConstraintComponent)
            shape, severity, component = (str(report.value(result, name)) for name in names)
            component = component.rpartition("#")[2].removesuffix("ConstraintComponent")
            found[path].add((shape.rpartition("/")[2], severity.rpartition("#")[2], component))
    return found
