"""The ontology says what it is, who keeps it, and which version it is."""

import tomllib

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, Namespace, URIRef

from .conftest import BASE, ONTOLOGY, OWN_LANGUAGES, PROJECT, REGIN

VANN = Namespace("http://purl.org/vocab/vann/")
DEF = URIRef(BASE + "def")


def test_version_is_the_package_version(vocabulary):
    package = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    version = str(vocabulary.value(DEF, OWL.versionInfo))
    assert version == package, f"ontology/regin.ttl: owl:versionInfo is {version}, pyproject.toml says {package}."
    expected = URIRef(f"{BASE}def/{package}")
    assert vocabulary.value(DEF, OWL.versionIRI) == expected, f"ontology/regin.ttl: set owl:versionIRI to {expected}."


@pytest.mark.parametrize(
    "term",
    [
        DCTERMS.title, DCTERMS.description, DCTERMS.creator, DCTERMS.publisher, DCTERMS.created, DCTERMS.license,
        DCTERMS.hasPart, VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri,
    ],
)  # fmt: skip
def test_header_has(vocabulary, term):
    assert (DEF, RDF.type, OWL.Ontology) in vocabulary
    assert vocabulary.value(DEF, term, any=True) is not None, f"ontology/regin.ttl: the header lacks {term.n3()}."


def test_title_and_description_in_all_languages(vocabulary):
    for term in (DCTERMS.title, DCTERMS.description):
        languages = {text.language for text in vocabulary.objects(DEF, term)}
        assert languages == {"en", *OWN_LANGUAGES}, f"ontology/regin.ttl: {term.n3()} stands in {sorted(languages)}."


def test_modules_are_the_files(vocabulary):
    stated = {str(part).rsplit("/", 1)[1] for part in vocabulary.objects(DEF, DCTERMS.hasPart)}
    files = {path.stem for path in ONTOLOGY.glob("*.ttl")} - {"regin", "prefixes"}
    assert stated == files, f"ontology/regin.ttl: dcterms:hasPart and the module files differ: {stated ^ files}."
    for module in files:
        graph = URIRef(f"{BASE}graph/ontology/{module}")
        languages = {text.language for text in vocabulary.objects(graph, DCTERMS.title)}
        assert languages == {"en", *OWN_LANGUAGES}, f"ontology/{module}.ttl: title of the module in {languages}."


def test_creator_is_a_group_with_a_label(vocabulary):
    assert vocabulary.value(DEF, DCTERMS.creator) == REGIN.editors
    assert vocabulary.value(REGIN.editors, RDFS.label, any=True) is not None
