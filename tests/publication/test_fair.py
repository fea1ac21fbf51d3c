"""What assessors of FAIR data, search engines of datasets and checkers of ontologies look for, each check by its own name.
Source: F-UJI metrics 0.5 (https://doi.org/10.5281/zenodo.6461229), FOOPS! (https://w3id.org/foops), Signposting
(https://signposting.org/FAIR/), Google Search Central, Dataset structured data; read and written anew, run on a real server."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from pyoxigraph import Dataset, NamedNode, RdfFormat, parse

from regin_graph.publication.namespaces import LICENSE, term

PROJECT = Path(__file__).parents[2]
BASE = "https://w3id.org/regin/"
NAMES = ("practices", "regions", "actors", "mipexr-scores", "context-statistics", "vocabulary", "links", "sources")
RDF = {"text/turtle": RdfFormat.TURTLE, "application/ld+json": RdfFormat.JSON_LD, "application/rdf+xml": RdfFormat.RDF_XML, "application/n-triples": RdfFormat.N_TRIPLES}
RDFS_LABEL, DEFINITION = term("rdfs:label"), term("skos:definition")
VANN, BIBO = "http://purl.org/vocab/vann/", "http://purl.org/ontology/bibo/"


@pytest.fixture(scope="module")
def client(server):
    """Give a client for which identifiers lead to the server, as they do when w3id.org redirects to it."""
    def redirected(request: httpx.Request) -> None:
        if str(request.url).startswith(BASE):
            request.url = httpx.URL(f"{server}/" + str(request.url).removeprefix(BASE))
            request.headers["host"] = request.url.netloc.decode()

    with httpx.Client(base_url=server, timeout=30, follow_redirects=True, event_hooks={"request": [redirected]}) as found:
        yield found


@pytest.fixture(scope="module", params=NAMES)
def landing(request, client) -> SimpleNamespace:
    """Give what stands behind the identifier of a dataset: its page, links, embedded description and graph."""
    identifier = f"{BASE}dataset/{request.param}"
    page = client.get(identifier, headers={"Accept": "text/html"})
    links: dict[str, list[str]] = {}
    for target, relation in re.findall(r'<([^>]*)>; rel="([^"]*)"', page.headers["link"]):
        links.setdefault(relation, []).append(target)
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.S)
    graph = Dataset(parse(client.get(identifier, headers={"Accept": "text/turtle"}).content, format=RdfFormat.TURTLE))
    return SimpleNamespace(identifier=identifier, node=NamedNode(identifier), page=page, links=links, blocks=blocks, embedded=json.loads(blocks[0]), graph=graph)


def said(landing, name: str) -> list:
    """Give the values of a property of the dataset."""
    return [quad.object for quad in landing.graph.quads_for_subject(landing.node) if quad.predicate == term(name)]


def downloads(landing) -> list[dict]:
    return landing.embedded["distribution"]


# The 17 metrics of F-UJI 0.5 with the points of each. One point is out of reach without a DOI, which nobody has registered:
# FsF-F4-01M-2, an entry in the registry of DataCite; and the tool itself gives that of FsF-A2-01M to DOIs alone.
METRICS = {
    "FsF-F1-01D": 1, "FsF-F1-02D": 1, "FsF-F2-01M": 2, "FsF-F3-01M": 1, "FsF-F4-01M": 2, "FsF-A1-01M": 1, "FsF-A1-02M": 1, "FsF-A1-03D": 1,
    "FsF-A2-01M": 1, "FsF-I1-01M": 2, "FsF-I2-01M": 1, "FsF-I3-01M": 1, "FsF-R1-01MD": 4, "FsF-R1.1-01M": 2, "FsF-R1.2-01M": 2, "FsF-R1.3-01M": 1,
    "FsF-R1.3-02D": 1,
}
# Formats that the tool's lists hold as open, and as fit for the long term.
OPEN, LASTING = {"text/csv", "application/ld+json", "application/rdf+xml", "application/geo+json"}, {"text/csv", "application/rdf+xml"}

FUJI = {
    "FsF-F1-01D-1 the identifier resolves": lambda it, client: it.page.status_code == 200,
    "FsF-F1-02D-1 the identifier has the form of a persistent one": lambda it, client: it.identifier.startswith("https://w3id.org/"),
    "FsF-F1-02D-2 the persistent identifier resolves": lambda it, client: client.get(it.identifier).status_code == 200,
    "FsF-F2-01M-1a metadata are embedded in the page": lambda it, client: len(it.blocks) == 1,
    "FsF-F2-01M-1b metadata are negotiated": lambda it, client: all(client.get(it.identifier, headers={"Accept": one}).headers["content-type"].startswith(one) for one in RDF),
    "FsF-F2-01M-1c typed links lead to metadata": lambda it, client: 'rel="alternate" type="text/turtle"' in it.page.text,
    "FsF-F2-01M-1d signposts lead to metadata": lambda it, client: len(it.links["describedby"]) >= 3,
    "FsF-F2-01M-2 what a citation needs": lambda it, client: all(it.embedded.get(one) for one in ("creator", "name", "identifier", "publisher", "datePublished")),
    "FsF-F2-01M-3 summary and keywords": lambda it, client: it.embedded["description"] and it.embedded["keywords"],
    "FsF-F3-01M-1 metadata name file, size and type": lambda it, client: all(one["contentUrl"] and one["contentSize"] and one["encodingFormat"] for one in downloads(it)),
    "FsF-F3-01M-2 metadata say where the data lie": lambda it, client: {one["contentUrl"] for one in downloads(it)} == set(it.links["item"]),
    "FsF-F4-01M-1 search engines can take it in": lambda it, client: it.embedded["@context"] == "https://schema.org/" and it.embedded["@type"] == "Dataset",
    "FsF-A1-01M-1 rights of access are told": lambda it, client: it.embedded["conditionsOfAccess"] and said(it, "dct:accessRights"),
    "FsF-A1-01M-3 access is told in a standard term": lambda it, client: said(it, "dct:accessRights")[0].value.rpartition("/")[2] == "PUBLIC",
    "FsF-A1-01M-2 access is machine-readable": lambda it, client: said(it, "dct:accessRights")[0].value.endswith("/access-right/PUBLIC") and it.embedded["isAccessibleForFree"],
    "FsF-A1-02M-1 the page by a standard protocol": lambda it, client: it.page.url.scheme in ("http", "https"),
    "FsF-A1-03D-1 the data by a standard protocol": lambda it, client: client.head(it.links["item"][0]).status_code == 200,
    "FsF-A2-01M-1 an older version keeps its description": lambda it, client: client.get(said(it, "dcat:hasVersion")[-1].value, headers={"Accept": "text/turtle"}).status_code == 200,
    "FsF-I1-01M-1 structured metadata in the page": lambda it, client: len(list(parse(it.blocks[0].replace('"https://schema.org/"', '{"@vocab": "http://schema.org/"}', 1).encode(), format=RdfFormat.JSON_LD))) > 20,
    "FsF-I1-01M-2 a graph by negotiation": lambda it, client: len(it.graph) > 50,
    "FsF-I2-01M-1 vocabularies can be told by their namespaces": lambda it, client: len({re.match(r".*[/#]", quad.predicate.value)[0] for quad in it.graph}) >= 8,
    "FsF-I2-01M-2 known vocabularies are used": lambda it, client: {"http://www.w3.org/ns/dcat#", "http://purl.org/dc/terms/", "http://www.w3.org/ns/prov#"} <= {re.match(r".*[/#]", quad.predicate.value)[0] for quad in it.graph},
    "FsF-I3-01M-1 related things are named": lambda it, client: it.embedded["isPartOf"] and it.embedded["includedInDataCatalog"],
    "FsF-I3-01M-2 related things are linked": lambda it, client: said(it, "dct:relation") or said(it, "dct:source") and it.embedded["isPartOf"],
    "FsF-R1-01MD-1a the kind of resource is given": lambda it, client: term("dcat:Dataset") in said(it, "rdf:type") and "https://schema.org/Dataset" in it.links["type"],
    "FsF-R1-01MD-1b what the data hold is linked": lambda it, client: it.links["item"] and said(it, "dcat:distribution"),
    "FsF-R1-01MD-2a size and type of files are given": lambda it, client: all(one["contentSize"] and one["encodingFormat"] for one in downloads(it)),
    "FsF-R1-01MD-2b variables are given": lambda it, client: it.embedded["variableMeasured"],
    "FsF-R1-01MD-3 the data are of the size and type told": lambda it, client: all(_fits(client, one) for one in downloads(it)[:3]),
    "FsF-R1-01MD-4 the data hold the variables": lambda it, client: set(it.embedded["variableMeasured"]) <= set(re.findall(r"[\w-]+", " ".join(client.get(one["contentUrl"]).text.partition("\r\n")[0] for one in downloads(it) if one["encodingFormat"] == "text/csv"))),
    "FsF-R1.1-01M-1 a licence is told where it belongs": lambda it, client: it.embedded["license"] and said(it, "dct:license") and it.links["license"],
    "FsF-R1.1-01M-2 the licence is one of SPDX": lambda it, client: it.embedded["license"] == LICENSE and said(it, "dct:license")[0].value == LICENSE,
    "FsF-R1.2-01M-1 provenance is told": lambda it, client: all(said(it, one) for one in ("dct:provenance", "dct:creator", "dct:issued", "dct:modified", "dcat:version")),
    "FsF-R1.2-01M-2 provenance in the terms of PROV": lambda it, client: said(it, "prov:wasGeneratedBy") and said(it, "prov:qualifiedAttribution"),
    "FsF-R1.3-01M-1 a standard of the community": lambda it, client: b"http://www.w3.org/ns/dcat#" in client.get(it.identifier, headers={"Accept": "text/turtle"}).content,
    "FsF-R1.3-02D-1a there is an open format": lambda it, client: OPEN & {one["encodingFormat"] for one in downloads(it)},
    "FsF-R1.3-02D-1b there is one that lasts": lambda it, client: LASTING & {one["encodingFormat"] for one in downloads(it)},
}


def _fits(client, file: dict) -> bool:
    answer = client.get(file["contentUrl"], headers={"Accept-Encoding": "identity"})
    return f"{len(answer.content)} B" == file["contentSize"] and answer.headers["content-type"].startswith(file["encodingFormat"])


SIGNPOSTING = {
    "one cite-as, the persistent identifier of the version": lambda it, client: len(it.links["cite-as"]) == 1 and it.links["cite-as"][0].startswith(it.identifier + "/"),
    "cite-as leads back to a page of the dataset": lambda it, client: client.get(it.links["cite-as"][0], headers={"Accept": "text/html"}).status_code == 200,
    "two types: of the thing and of the page": lambda it, client: set(it.links["type"]) == {"https://schema.org/Dataset", "https://schema.org/AboutPage"},
    "one licence": lambda it, client: it.links["license"] == [LICENSE],
    "an author with a name": lambda it, client: b"Editors of REGIN Graph" in client.get(it.links["author"][0], headers={"Accept": "text/turtle"}).content,
    "every description answers with the type told": lambda it, client: all(client.get(target).headers["content-type"].startswith(kind) for target, kind in re.findall(r'<([^>]*)>; rel="describedby"; type="([^"]*)"', it.page.headers["link"])),
    "every file answers with the type told": lambda it, client: all(client.head(target).headers["content-type"].startswith(kind) for target, kind in re.findall(r'<([^>]*)>; rel="item"; type="([^"]*)"', it.page.headers["link"])),
    "a linkset tells the same": lambda it, client: client.get(it.links["linkset"][0]).headers["content-type"] == "application/linkset+json",
    "files lead back to their dataset": lambda it, client: f'<{it.links["cite-as"][0]}>; rel="collection"' in client.head(it.links["item"][0]).headers["link"],
    "the header is short enough": lambda it, client: len(it.page.headers["link"]) < 8000,
    "the header stands with HEAD": lambda it, client: client.head(it.identifier, headers={"Accept": "text/html"}).headers["link"] == it.page.headers["link"],
}

GOOGLE = {
    "name": lambda it, client: it.embedded["name"],
    "description of 50 to 5000 characters": lambda it, client: 50 <= len(it.embedded["description"]) <= 5000,
    "alternate names": lambda it, client: len(it.embedded["alternateName"]) == 7,
    "creator as an organisation with address": lambda it, client: it.embedded["creator"]["@type"] == "Organization" and it.embedded["creator"]["url"],
    "identifier": lambda it, client: it.embedded["identifier"] == it.identifier,
    "licence": lambda it, client: it.embedded["license"] == LICENSE,
    "keywords": lambda it, client: len(it.embedded["keywords"]) >= 16,
    "catalogue": lambda it, client: it.embedded["includedInDataCatalog"]["@type"] == "DataCatalog",
    "downloads with address and format": lambda it, client: all(one["@type"] == "DataDownload" and one["contentUrl"].startswith("http") for one in downloads(it)),
    "time": lambda it, client: re.fullmatch(r"\d{4}-\d\d-\d\d/\d{4}-\d\d-\d\d", it.embedded["temporalCoverage"]),
    "places": lambda it, client: all(one["@type"] == "Place" and one["name"] and one["sameAs"] for one in it.embedded["spatialCoverage"]),
    "version and days": lambda it, client: it.embedded["version"] and it.embedded["datePublished"] and it.embedded["dateModified"],
    "canonical address": lambda it, client: 'rel="canonical"' in it.page.text,
    "in the sitemap": lambda it, client: it.embedded["url"] in client.get("/sitemap.xml").text,
    "not shut out by robots.txt": lambda it, client: not any(it.page.url.path.startswith(path) for path in re.findall(r"Disallow: (\S+)", client.get("/robots.txt").text)),
}


@pytest.mark.parametrize("check", [*FUJI.items(), *SIGNPOSTING.items(), *GOOGLE.items()], ids=lambda check: check[0])
def test_dataset(landing, client, check):
    assert check[1](landing, client)


def test_every_metric_has_a_check():
    assert {re.match(r"FsF-[\w.]+-\d\d[A-Z]+", name)[0] for name in FUJI} == METRICS.keys()
    assert sum(METRICS.values()) == 25


@pytest.fixture(scope="module")
def ontology(client) -> SimpleNamespace:
    """Give the ontology as a checker finds it: by its identifier."""
    graph = Dataset(parse(client.get(BASE + "def", headers={"Accept": "text/turtle"}).content, format=RdfFormat.TURTLE))
    kinds = {term(f"owl:{kind}") for kind in ("Class", "ObjectProperty", "DatatypeProperty")}
    terms = {quad.subject for quad in graph if quad.predicate == term("rdf:type") and quad.object in kinds and quad.subject.value.startswith(BASE + "def/")}
    header: dict[str, list] = {}
    for quad in graph.quads_for_subject(NamedNode(BASE + "def")):
        header.setdefault(quad.predicate.value, []).append(quad.object)
    return SimpleNamespace(graph=graph, terms=terms, header=header)


def has(*names: str):
    return lambda it, client: all(it.header.get(name if ":/" in name else term(name).value) for name in names)


FOOPS = {
    "CN1 negotiated as HTML and RDF": lambda it, client: all(client.get(BASE + "def", headers={"Accept": one}).headers["content-type"].startswith(one) for one in ("text/html", *RDF)),
    "DOC1 documented in HTML": lambda it, client: "<h1>Vocabulary</h1>" in client.get(BASE + "def", headers={"Accept": "text/html"}).text,
    "RDF1 RDF is there": lambda it, client: len(it.graph) > 1000,
    "PURL1 persistent address": lambda it, client: BASE.startswith("https://w3id.org/"),
    "HTTP1 open protocol": lambda it, client: BASE.startswith("https:"),
    "OM1 minimum metadata": has("dct:title", "dct:description", "dct:license", "owl:versionIRI", "dct:creator", VANN + "preferredNamespaceUri"),
    "OM2 recommended metadata": has(VANN + "preferredNamespacePrefix", "owl:versionInfo", "dct:created", "dct:bibliographicCitation"),
    # There is no DOI: none has been registered, and none is made up.
    "OM3 detailed metadata": has("dct:publisher", "foaf:logo", BIBO + "status", "dct:source", "dct:issued", "dct:modified"),
    "OM4.1 licence": lambda it, client: it.header[term("dct:license").value][0].value == LICENSE,
    "OM5.1 basic provenance": has("dct:created", "dct:creator"),
    "OM5.2 full provenance": has("dct:issued", "dct:publisher"),
    "FIND1 prefix": lambda it, client: it.header[VANN + "preferredNamespacePrefix"][0].value == "regin",
    "URI1 the identifier resolves": lambda it, client: client.get(BASE + "def").status_code == 200,
    "URI2 the identifier is the ontology's": lambda it, client: term("owl:Ontology") in it.header[term("rdf:type").value],
    "VER1 version IRI of its own": lambda it, client: it.header[term("owl:versionIRI").value][0].value not in ("", BASE + "def"),
    "VER2 the version IRI resolves": lambda it, client: client.get(it.header[term("owl:versionIRI").value][0].value, headers={"Accept": "text/turtle"}).status_code == 200,
    "VOC1 metadata in known vocabularies": lambda it, client: sum(name.startswith(("http://purl.org/dc/", VANN, BIBO, "http://xmlns.com/foaf/")) for name in it.header) >= 8,
    "VOC2 other vocabularies are built on": lambda it, client: any(quad.predicate == term("rdfs:subClassOf") and isinstance(quad.object, NamedNode) and not quad.object.value.startswith(BASE) for quad in it.graph),
    "VOC3 every term has a label": lambda it, client: not [one.value for one in it.terms if not any(quad.predicate == RDFS_LABEL for quad in it.graph.quads_for_subject(one))],
    "VOC4 every term has a definition": lambda it, client: not [one.value for one in it.terms if not any(quad.predicate == DEFINITION for quad in it.graph.quads_for_subject(one))],
    "every term resolves to its place": lambda it, client: all(client.head(one.value, headers={"Accept": "text/html"}).status_code == 200 for one in sorted(it.terms, key=str)[::15]),
    "the logo is there": lambda it, client: client.get(it.header[term("foaf:logo").value][0].value).headers["content-type"] == "image/svg+xml",
    "the page shows each term with uses, rules and an example": lambda it, client: _is_told(client.get("/vocabulary").text, it.terms),
    "the page has a diagram": lambda it, client: client.get("/vocabulary").text.count("<rect ") >= 20,
    "the rules of terms resolve": lambda it, client: client.get(BASE + "shape/practice-topic", headers={"Accept": "text/turtle"}).status_code == 200 and client.get(BASE + "shape/practice-topic", headers={"Accept": "text/html"}).url.fragment == "topic",
    "all shapes in one file": lambda it, client: sum(quad.predicate == term("sh:targetClass") for quad in parse(client.get("/shapes.ttl").content, format=RdfFormat.TURTLE)) > 20,
}


def _is_told(page: str, terms: set) -> bool:
    places = re.findall(r'<div id="(\w+)"(?: class="deprecated")?><dt>(.*?)</dd></div>', page, re.S)
    told = {name: text for name, text in places}
    return {one.value.rpartition("/")[2] for one in terms} <= told.keys() and all("term-facts" in text and "/sparql?query=" in text for text in told.values())


@pytest.mark.parametrize("check", FOOPS.items(), ids=lambda check: check[0])
def test_ontology(ontology, client, check):
    assert check[1](ontology, client)


def test_the_page_of_the_vocabulary_is_kept_for_each_language_and_carries_on_what_its_address_says(client):
    english, swedish = (client.get("/vocabulary", headers={"Accept-Language": one}) for one in ("en", "sv"))
    assert english.text == client.get("/vocabulary").text != swedish.text
    assert [one.headers["content-language"] for one in (english, swedish)] == ["en", "sv"]
    assert "?lang=sv" in client.get("/vocabulary?lang=sv").text and 'href="/regions?lang=sv"' not in swedish.text
    assert "/vocabulary?view=x&amp;lang=" in client.get("/vocabulary?view=x").text


def test_the_reference_lists_every_class_and_property_of_the_ontology(client):
    page = client.get("/vocabulary").text
    kinds = {term(f"owl:{one}") for one in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")}
    ontology = parse(client.get("/def.ttl").content, format=RdfFormat.TURTLE)
    terms = {quad.subject.value for quad in ontology if quad.predicate == term("rdf:type") and quad.object in kinds and isinstance(quad.subject, NamedNode)}
    own = {iri.rpartition("/")[2] for iri in terms if iri.startswith("https://w3id.org/regin/def/")}
    assert "languageColumn" in own and [name for name in sorted(own) if f'id="{name}"' not in page] == []


@pytest.mark.parametrize("path", ["/def.ttl", "/id/region/skane.ttl", "/id/region/skane.trig", "/CITATION.cff", "/catalog.ttl"])
def test_who_has_a_document_already_is_told_so(client, path):
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert first.status_code == 200 and (again.status_code, again.content) == (304, b"")
    head = client.head(path)
    assert {name: head.headers.get(name) for name in ("etag", "content-type", "content-length")} == {name: first.headers.get(name) for name in ("etag", "content-type", "content-length")}
    varying = [one.strip() for one in first.headers["vary"].split(",")]
    assert len(varying) == len(set(varying)), "each header is named once"


def test_the_root_leads_to_everything(client):
    answer = client.get("/", headers={"Accept": "text/html"})
    for relation, target in (("describedby", "/catalog"), ("describedby", "/.well-known/void"), ("service", "/sparql"), ("https://w3id.org/tree#view", "/ldes/"), ("index", "/sitemap.xml")):
        assert f'<{target}>; rel="{relation}"' in answer.headers["link"]
        assert client.get(target, headers={"Accept": "text/turtle, */*;q=0.1"}).status_code == 200
    catalogue = client.get("/", headers={"Accept": "text/turtle"})
    assert catalogue.url.path == "/catalog" and b"dcat:Catalog" in catalogue.content
    streams = [quad.object.value for quad in parse(client.get("/ldes/", headers={"Accept": "text/turtle"}).content, format=RdfFormat.TURTLE) if quad.predicate == term("tree:view")]
    assert len(streams) == 2 and all(client.get(one, headers={"Accept": "application/trig"}).status_code == 200 for one in streams)
    assert client.get("/ldes/", headers={"Accept": "text/html"}).url.fragment == "streams"


def test_documents_with_graphs_tell_who_says_what(client):
    address = "/id/practice/skane-milsa-educational-platform"
    quads = list(parse(client.get(f"{address}.nq", follow_redirects=True).content, format=RdfFormat.N_QUADS))
    trig = client.get(address, headers={"Accept": "application/trig"})
    assert trig.headers["content-type"].startswith("application/trig")
    assert set(parse(trig.content, format=RdfFormat.TRIG)) == set(quads)
    plain = {quad.triple for quad in parse(client.get(address, headers={"Accept": "application/n-triples"}).content, format=RdfFormat.N_TRIPLES)}
    assert {quad.triple for quad in quads} == plain
    graphs = {quad.graph_name for quad in quads if isinstance(quad.graph_name, NamedNode)}
    sources = {quad.subject: quad.object for quad in quads if quad.predicate == term("prov:wasDerivedFrom")}
    assert len(graphs) > 2 and graphs <= sources.keys()


def test_the_page_of_a_query_tells_how_to_cite_the_result(client, release):
    page = client.get("/sparql", params={"query": "# Title: Everything\nSELECT * WHERE { ?s ?p ?o } LIMIT 2"}, headers={"Accept": "text/html"}).text
    version = json.loads((release / "manifest.json").read_text("utf-8"))["version"]
    assert "Cite this result" in page and version in page and "Editors of REGIN Graph" in page
    for form in ("bibtex", "csl", "txt"):
        target = re.search(rf'href="(/cite\?[^"]*format={form})"', page)[1].replace("&amp;", "&")
        assert "Everything" in client.get(target).text


def test_the_contact_is_the_operators_or_said_to_be_missing(client):
    assert "has not given an address yet" in client.get("/catalog", headers={"Accept": "text/html"}).text
    assert b"A reserved address" in client.get("/catalog.ttl").content


def test_a_deprecated_term_is_told_with_what_to_use_instead(tmp_path, port):
    (tmp_path / "terms.ttl").write_text(
        f"@prefix regin: <{BASE}def/> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix dct: <http://purl.org/dc/terms/> .\n"
        '@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\nregin:Old a owl:Class ; rdfs:label "old"@en ; owl:deprecated true ; dct:isReplacedBy regin:New .\n'
        'regin:New a owl:Class ; rdfs:label "new"@en .\n', "utf-8",
    )
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "regin_graph", "serve", "--scratch", "--port", str(port), str(tmp_path / "terms.ttl")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=PROJECT)
    try:
        for _ in range(150):
            try:
                if httpx.get(f"{address}/health/ready", timeout=1).status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.2)
        for path in ("/vocabulary", "/def/Old.html"):
            page = httpx.get(address + path, timeout=30).text
            assert "deprecated</span>" in page and 'Use instead: <a href="/def/New.html">new</a>' in page
        assert "deprecated</span>" not in httpx.get(f"{address}/def/New.html", timeout=30).text
    finally:
        process.terminate()
        process.wait(15)
