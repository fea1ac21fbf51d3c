"""The keys of records and tables, and the vocabulary, are one list."""

import json
import re

import pytest
import yaml
from rdflib import OWL, RDF, RDFS, SKOS, Namespace, URIRef

from .conftest import BASE, PROJECT, REGIN, SCHEME

XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
CONTEXT = json.loads((PROJECT / "data/context.jsonld").read_text())["@context"]


def keys_of_ours(context: dict = CONTEXT) -> list[tuple[str, dict]]:
    """The keys, also those of inner contexts, that lead to a property of ours."""
    found = []
    for key, meaning in context.items():
        if isinstance(meaning, dict):
            if str(meaning.get("@id", meaning.get("@reverse", ""))).startswith("regin:"):
                found.append((key, meaning))
            found += keys_of_ours(meaning.get("@context", {}))
    return found


@pytest.mark.parametrize(("key", "meaning"), keys_of_ours(), ids=[key for key, _ in keys_of_ours()])
def test_key_has_a_term_of_the_right_kind(vocabulary, key, meaning):
    name = meaning.get("@id", meaning.get("@reverse"))
    term = REGIN[name.removeprefix("regin:")]
    kinds = set(vocabulary.objects(term, RDF.type))
    assert kinds, f'data/context.jsonld: "{key}" leads to {name}, which no module of ontology/ defines.'
    links = meaning.get("@type") in ("@id", "@vocab") or "@reverse" in meaning or "@type" not in meaning
    if meaning.get("@container") == "@language":
        assert vocabulary.value(term, RDFS.range) == RDF.langString, f"{name} holds texts: its range is rdf:langString."
    elif links:
        assert OWL.ObjectProperty in kinds, f'data/context.jsonld: "{key}" is a link, so {name} is an object property.'
    else:
        prefix, local = meaning["@type"].split(":")
        datatype = REGIN[local] if prefix == "regin" else XSD[local]
        assert vocabulary.value(term, RDFS.range) == datatype, f"{name}: range and data/context.jsonld differ."


def test_schemes_of_the_context_exist(vocabulary):
    text = (PROJECT / "data/context.jsonld").read_text()
    schemes = {name for name in re.findall(re.escape(BASE) + r"scheme/([a-z0-9-]+)/", text)}
    missing = {s for s in schemes if (SCHEME[s], RDF.type, SKOS.ConceptScheme) not in vocabulary}
    assert schemes and not missing, f"data/context.jsonld names schemes without a file in ontology/concepts/: {missing}"


def classes_of_records_and_tables() -> set[str]:
    """The classes that records, their parts and table rows state."""
    kinds = (PROJECT / "data/record_types.yml").read_text()
    classes = set(re.findall(r"class: (\S+?)[,}\s]", yaml.dump(yaml.safe_load(kinds))))
    for path in (PROJECT / "data").rglob("*.csv-metadata.json"):
        stated = json.loads(path.read_text()).get("regin:class", [])
        classes |= {stated} if isinstance(stated, str) else set(stated)
    return {name for name in classes if name.startswith("regin:")}


def test_classes_of_records_and_tables_exist(vocabulary):
    classes = classes_of_records_and_tables()
    assert "regin:Practice" in classes and "regin:Score" in classes
    missing = {c for c in classes if (REGIN[c.removeprefix("regin:")], RDF.type, OWL.Class) not in vocabulary}
    assert not missing, f"Stated by data/ and defined in no module of ontology/: {missing}"


def test_annotations_of_table_metadata_exist(vocabulary):
    names = set()
    for path in (PROJECT / "data").rglob("*.csv-metadata.json"):
        names |= set(re.findall(r'"regin:(\w+)":', path.read_text()))
    missing = {name for name in names if not list(vocabulary.objects(REGIN[name], RDF.type))}
    assert names and not missing, f"Annotations of tables that ontology/source.ttl does not define: {missing}"


def test_sources_exist(vocabulary):
    ids = {line.split(",")[0] for line in (PROJECT / "data/sources/sources.csv").read_text().splitlines()}
    cited = {str(term) for term in vocabulary.objects() if isinstance(term, URIRef)}
    cited = {iri.removeprefix(BASE + "id/source/") for iri in cited if iri.startswith(BASE + "id/source/")}
    assert cited and cited <= ids, f"Cited in ontology/ and not in data/sources/sources.csv: {sorted(cited - ids)}"
