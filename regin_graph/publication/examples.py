"""The example queries as data: editors of queries find them in the graph.
Source: SHACL, SPARQL-based executables, in the way of https://github.com/sib-swiss/sparql-examples."""

import re
from collections.abc import Iterator
from importlib.resources import files

from pyoxigraph import Literal, NamedNode, Triple

from regin_graph.identifiers import rebase
from regin_graph.publication.namespaces import term
from regin_graph.publication.record import TYPE

FORMS = {"SELECT": ("SPARQLSelectExecutable", "select"), "ASK": ("SPARQLAskExecutable", "ask"), "CONSTRUCT": ("SPARQLConstructExecutable", "construct")}


def example_statements(base: str) -> Iterator[Triple]:
    """Give every example query with its title, its group of readers and its text."""
    folder = files("regin_graph").joinpath("queries", "examples")
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if not entry.name.endswith(".rq"):
            continue
        text = rebase(entry.read_text(encoding="utf-8"), base)
        node = NamedNode(f"{base}query/{entry.name.removesuffix('.rq').replace('_', '-')}")
        word = re.search(r"^\s*(SELECT|ASK|CONSTRUCT)\b", text, re.MULTILINE)[1]
        kind, prop = FORMS[word]
        yield Triple(node, TYPE, term("sh:SPARQLExecutable"))
        yield Triple(node, TYPE, term(f"sh:{kind}"))
        yield Triple(node, term(f"sh:{prop}"), Literal(text))
        yield Triple(node, term("sh:prefixes"), NamedNode(f"{base}def"))
        yield Triple(node, term("schema:target"), NamedNode(f"{base}sparql"))
        for name, key in (("rdfs:comment", "Title"), ("schema:keywords", "Group")):
            yield Triple(node, term(name), Literal(re.search(rf"^# {key}: (.*)$", text, re.MULTILINE)[1], language="en"))


def state_examples(statements) -> None:
    """State the example queries in the graph."""
    from regin_graph.build.report import Place

    for triple in example_statements(statements.base):
        name = triple.subject.value.rpartition("/")[2].replace("-", "_")
        statements.add(triple, triple.subject.value, ["editorial"], Place(f"regin_graph/queries/examples/{name}.rq"))
