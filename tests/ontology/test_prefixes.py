"""One list of prefixes, and every file keeps to it."""

import json
import re

import pytest
from rdflib import SH, URIRef

from .conftest import BASE, ONTOLOGY, PROJECT

PREFIX = re.compile(r"(?mi)^\s*@?prefix\s+([\w-]*):\s*<([^>]*)>")


@pytest.fixture(scope="module")
def declared(vocabulary) -> dict[str, str]:
    """The declared prefixes with their namespaces."""
    nodes = list(vocabulary.objects(URIRef(BASE + "def"), SH.declare))
    pairs = [(str(vocabulary.value(n, SH.prefix)), str(vocabulary.value(n, SH.namespace))) for n in nodes]
    assert len(pairs) == len(dict(pairs)), "ontology/prefixes.ttl declares a prefix twice."
    return dict(pairs)


@pytest.mark.parametrize("path", sorted(ONTOLOGY.rglob("*.ttl")), ids=lambda p: p.stem)
def test_prefixes_of_the_vocabulary_are_declared(declared, path):
    used = dict(PREFIX.findall(path.read_text()))
    assert used.items() <= declared.items(), (
        f"{path.name}: declare in ontology/prefixes.ttl {set(used.items()) - set(declared.items())}"
    )


def test_no_file_gives_a_declared_prefix_another_meaning(declared):
    folders = ("regin_graph", "endpoint", "shapes", "ontology")
    paths = [p for folder in folders for kind in ("*.rq", "*.ttl") for p in (PROJECT / folder).rglob(kind)]
    wrong = [
        f"{path.relative_to(PROJECT)}: {prefix}: is <{declared[prefix]}>, not <{namespace}>"
        for path in paths
        for prefix, namespace in PREFIX.findall(path.read_text())
        if declared.get(prefix, namespace) != namespace
    ]
    assert not wrong, "\n".join(wrong)


def test_context_and_list_agree(declared):
    context = json.loads((PROJECT / "data/context.jsonld").read_text())["@context"]
    used = {key: value for key, value in context.items() if isinstance(value, str) and value.startswith("http")}
    assert used.items() <= declared.items(), f"data/context.jsonld: {set(used.items()) - set(declared.items())}"


def test_list_is_in_order():
    names = re.findall(r'sh:prefix "([^"]+)"', (ONTOLOGY / "prefixes.ttl").read_text())
    assert names == sorted(names), "ontology/prefixes.ttl: keep the prefixes in the order of the alphabet."
