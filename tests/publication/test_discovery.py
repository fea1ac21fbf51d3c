"""From the root address alone: VoID with true counts, sitemap, linksets, citations, ontology and example queries."""

import json
import re
from collections import Counter
from xml.etree import ElementTree

import httpx
import pytest
from pyoxigraph import Dataset, DefaultGraph, NamedNode, RdfFormat, Store, parse

from regin_graph.publication.namespaces import term

BASE = "https://w3id.org/regin/"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


@pytest.fixture(scope="module")
def client(server):
    """Give an HTTP client of the server."""
    with httpx.Client(base_url=server, timeout=30) as found:
        yield found


@pytest.fixture(scope="module")
def void(client) -> Dataset:
    """Give the VoID description."""
    return Dataset(parse(client.get("/.well-known/void").content, format=RdfFormat.TURTLE))


def one(graph: Dataset, subject, name: str) -> str:
    """Give the one value of a property."""
    (value,) = [quad.object for quad in graph.quads_for_subject(subject) if quad.predicate == term(name)]
    return value.value


def test_void_counts_are_those_of_the_graph(release, void):
    classes, properties, triples = Counter(), Counter(), 0
    for quad in Store.read_only(str(release / "store")).quads_for_pattern(None, None, None, DefaultGraph()):
        triples += 1
        properties[quad.predicate.value] += 1
        if quad.predicate == term("rdf:type"):
            classes[quad.object.value] += 1
    node = NamedNode(BASE + "void")
    assert int(one(void, node, "void:triples")) == triples
    for kind, counted, key in (("class", classes, "void:entities"), ("property", properties, "void:triples")):
        parts = [quad.object for quad in void.quads_for_subject(node) if quad.predicate == term(f"void:{kind}Partition")]
        assert {one(void, part, f"void:{kind}"): int(one(void, part, key)) for part in parts} == counted


def test_void_says_how_the_query_service_counts_the_same(client, void):
    node, schema = NamedNode(BASE + "void"), "http://www.opengis.net/ont/geosparql#"
    assert "rdfs=false and rewrite=false" in one(void, node, "rdfs:comment")
    parts = {one(void, quad.object, "void:property"): quad.object for quad in void.quads_for_subject(node) if quad.predicate == term("void:propertyPartition")}
    asked = [iri for iri in parts if iri.startswith(schema)]
    assert asked
    for iri in asked:
        query = {"query": f"SELECT (COUNT(*) AS ?count) WHERE {{ ?s <{iri}> ?o }}", "rdfs": "false", "rewrite": "false"}
        counted = client.get("/sparql", params=query, headers={"Accept": "text/csv"}).text.split()[1]
        assert counted == one(void, parts[iri], "void:triples"), iri


def test_void_examples_and_dumps_resolve(client, void, server):
    node = NamedNode(BASE + "void")
    examples = [quad.object.value for quad in void.quads_for_subject(node) if quad.predicate == term("void:exampleResource")]
    assert len(examples) > 15
    for iri in examples:
        assert client.get("/" + iri.removeprefix(BASE), headers={"Accept": "text/turtle"}, follow_redirects=True).status_code == 200, iri
    for quad in void:
        if quad.predicate == term("void:dataDump"):
            assert client.head(quad.object.value).status_code == 200


def test_robots_lead_to_the_sitemap_and_the_sitemap_to_pages(client, server):
    address = re.search(r"^Sitemap: (.*)$", client.get("/robots.txt").text, re.MULTILINE)[1]
    urls = ElementTree.fromstring(client.get(address).content).findall(f"{SITEMAP}url")
    assert len(urls) > 500
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", url.findtext(f"{SITEMAP}lastmod")) for url in urls)
    addresses = [url.findtext(f"{SITEMAP}loc") for url in urls]
    assert len(set(addresses)) == len(addresses)
    for found in addresses[:: len(addresses) // 25]:
        assert client.get(found).status_code == 200, found


def test_linkset_and_link_header_agree(client):
    header = client.head("/dataset/practices", headers={"Accept": "text/html"}).headers["link"]
    address = re.search(r'<([^>]*)>; rel="linkset"', header)[1]
    answer = client.get(address)
    assert answer.headers["content-type"] == "application/linkset+json"
    linkset = answer.json()["linkset"]
    for relation in ("cite-as", "item", "describedby", "license", "type", "author"):
        assert {link["href"] for link in linkset[0][relation]} == set(re.findall(rf'<([^>]*)>; rel="{relation}"', header))
    assert any("collection" in entry for entry in linkset[1:])


@pytest.mark.parametrize("target", ["iri=https://w3id.org/regin/id/practice/skane-milsa-educational-platform", "iri=https://w3id.org/regin/dataset/practices", "iri=https://w3id.org/regin/id/region/skane", "query=%23%20Title:%20All%0ASELECT%20*%20WHERE%20{}"])
def test_citations_say_what_who_when_where(client, target, release):
    version = json.loads((release / "manifest.json").read_text("utf-8"))["version"]
    text = client.get(f"/cite?{target}&format=txt").text
    assert version in text and BASE in text and "Editors of REGIN Graph" in text
    bibtex = client.get(f"/cite?{target}&format=bibtex").text
    assert bibtex.startswith("@misc{regin-") and bibtex.count("{") == bibtex.count("}")
    (entry,) = client.get(f"/cite?{target}&format=csl").json()
    assert entry["type"] == "dataset" and entry["version"] == version and entry["author"] and entry["issued"]["date-parts"]


def test_a_query_is_cited_under_a_short_key_and_balanced_whatever_its_title_holds(client):
    query = "# Title: 50 % of a_b ~ c^2 \\ {d} } & #1 $\nSELECT * WHERE { VALUES ?x { " + "<urn:x> " * 500 + "} }"
    bibtex = client.get("/cite", params={"query": query, "format": "bibtex"}).text
    key = re.match(r"@misc\{([^,]*),", bibtex)[1]
    assert re.fullmatch(r"regin-query-[0-9a-f]{8}-\d{4}", key)
    assert key == client.get("/cite", params={"query": query, "format": "csl"}).json()[0]["id"]
    assert key not in client.get("/cite", params={"query": query + " LIMIT 1", "format": "bibtex"}).text
    title = re.search(r"title = \{(.*)\},\n", bibtex)[1]
    assert title.startswith(r"50 \% of a\_b \textasciitilde{} c\textasciicircum{}2 \textbackslash{} \textbraceleft{}d\textbraceright{} \textbraceright{} \& \#1 \$ [")
    depth = 0
    for sign in bibtex:
        depth += {"{": 1, "}": -1}.get(sign, 0)
        assert depth >= 0
    assert depth == 0


def test_what_is_no_query_is_not_cited(client):
    refused = client.get("/cite", params={"query": "SELECT ?s WHERE {\n ?s ?p FILTR }"})
    assert refused.status_code == 400 and refused.json()["type"].endswith("query-syntax") and refused.json()["line"] == 2
    assert client.get("/cite", params={"query": "SELEC"}).status_code == 400
    assert client.get("/cite", params={"query": "INSERT DATA { <urn:a> <urn:b> <urn:c> }"}).status_code == 400
    assert client.get("/cite", params={"query": "SELECT * { SERVICE <http://example.org/> {} }"}).status_code == 400
    assert client.get("/cite", params={"query": "ASK {}", "iri": f"{BASE}dataset/practices"}).status_code == 400
    for text in ("ASK {}", "CONSTRUCT WHERE { ?s ?p ?o }", "DESCRIBE <urn:x>", "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"):
        assert client.get("/cite", params={"query": text}).status_code == 200


def test_what_cannot_be_cited_is_told(client):
    assert client.get("/cite?iri=https://example.org/x").status_code == 400
    assert client.get(f"/cite?iri={BASE}id/practice/never-was").status_code == 404
    assert client.get(f"/cite?iri={BASE}dataset/practices&format=docx").status_code == 400
    version = client.get("/cite", params={"iri": f"{BASE}dataset/practices", "format": "csl"}).json()[0]["version"]
    assert client.get("/cite", params={"iri": f"{BASE}dataset/practices/{version}"}).status_code == 200
    for rest in ('"', " ", "\\", "{}", "a\nb", "<x", f"dataset/practices/{version}/}}\n}}\n@misc{{evil, title={{x}}"):
        assert client.get("/cite", params={"iri": BASE + rest}).status_code == 404, rest


def test_citation_file_is_complete(client):
    import yaml

    content = yaml.safe_load(client.get("/CITATION.cff").text)
    assert content["cff-version"] == "1.2.0" and content["license"] == "CC-BY-4.0"
    assert all(content.get(key) for key in ("title", "authors", "version", "date-released", "abstract", "keywords"))


def test_ontology_resolves_as_a_whole_and_term_by_term(client, release):
    for accept, syntax in (("text/turtle", RdfFormat.TURTLE), ("application/rdf+xml", RdfFormat.RDF_XML), ("application/ld+json", RdfFormat.JSON_LD), ("application/n-triples", RdfFormat.N_TRIPLES)):
        answer = client.get("/def", headers={"Accept": accept}, follow_redirects=True)
        assert answer.status_code == 200
        graph = Dataset(parse(answer.content, format=syntax))
        assert any(quad.predicate == term("owl:versionIRI") for quad in graph)
    version = next(quad.object.value for quad in graph if quad.predicate == term("owl:versionIRI"))
    assert client.get("/" + version.removeprefix(BASE), headers={"Accept": "text/turtle"}).status_code == 303
    assert client.get("/def/9.9.9", headers={"Accept": "text/turtle"}).status_code == 404
    terms = {quad.subject.value for quad in graph if quad.subject.__class__ is NamedNode and quad.subject.value.startswith(BASE + "def/")}
    assert len(terms) > 100
    for iri in sorted(terms)[::12]:
        assert client.get("/" + iri.removeprefix(BASE), headers={"Accept": "text/turtle"}, follow_redirects=True).status_code == 200, iri


def test_example_queries_resolve(client):
    answer = client.get("/query/who-says-so", headers={"Accept": "text/html"})
    assert answer.status_code == 303 and answer.headers["location"].startswith("/sparql?query=")
    assert b"SPARQLExecutable" in client.get("/query/who-says-so", headers={"Accept": "text/turtle"}).content
    assert client.get("/query/nothing").status_code == 404
