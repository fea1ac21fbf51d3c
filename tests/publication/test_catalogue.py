"""The catalogue on a running server: forms, pages, conditions, and what portals count."""

import hashlib
import json
import re
from pathlib import Path

import httpx
import pytest
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Literal, NamedNode, RdfFormat, parse

from regin_graph.publication.namespaces import AUTHORITY, GEONAMES, IANA, LANGUAGES, LICENSE, term

PROJECT = Path(__file__).parents[2]
BASE = "https://w3id.org/regin/"
NAMES = ("practices", "regions", "actors", "mipexr-scores", "context-statistics", "vocabulary", "links", "sources")
TYPE = term("rdf:type")
FORMS = {"ttl": "text/turtle", "rdf": "application/rdf+xml", "jsonld": "application/ld+json", "nt": "application/n-triples"}


@pytest.fixture(scope="module")
def client(server):
    """Give an HTTP client of the server."""
    with httpx.Client(base_url=server, timeout=30) as found:
        yield found


@pytest.fixture(scope="module")
def catalogue(client) -> Dataset:
    """Give the catalogue as a portal reads it."""
    return Dataset(parse(client.get("/catalog", headers={"Accept": "text/turtle"}).content, format=RdfFormat.TURTLE))


def values(graph: Dataset, subject, name: str) -> list:
    """Give the values of a property."""
    return [quad.object for quad in graph.quads_for_subject(subject) if quad.predicate == term(name)]


def instances(graph: Dataset, name: str) -> list:
    """Give the nodes of a class."""
    return [quad.subject for quad in graph.quads_for_object(term(name)) if quad.predicate == TYPE]


def test_forms_are_isomorphic_and_negotiated(client):
    graphs = []
    for ending, media_type in FORMS.items():
        answer = client.get("/catalog", headers={"Accept": media_type})
        assert answer.headers["content-type"].startswith(media_type)
        assert "Accept" in answer.headers["vary"]
        assert client.get(f"/catalog.{ending}").content == answer.content
        graph = Dataset(parse(answer.content, format=RdfFormat.from_extension(ending)))
        graph.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        graphs.append(graph)
    assert all(graph == graphs[0] for graph in graphs)
    assert client.get("/catalog", headers={"Accept": "text/html"}).headers["content-type"].startswith("text/html")
    refused = client.get("/catalog", headers={"Accept": "image/png"})
    assert refused.status_code == 406
    assert "text/turtle" in refused.json()["available"]


def test_conditions_head_and_codings(client):
    first = client.get("/catalog.ttl", headers={"Accept-Encoding": "identity"})
    assert client.get("/catalog.ttl", headers={"If-None-Match": first.headers["etag"]}).status_code == 304
    assert client.get("/catalog.ttl", headers={"If-Modified-Since": first.headers["last-modified"]}).status_code == 304
    assert client.get("/catalog.ttl", headers={"If-None-Match": '"other"'}).status_code == 200
    head = client.head("/catalog.ttl", headers={"Accept-Encoding": "identity"})
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(first.content)))
    packed = client.get("/catalog.ttl", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and packed.content == first.content
    assert packed.headers["etag"] != first.headers["etag"]
    assert first.headers["access-control-allow-origin"] == "*"


def test_no_blank_node_and_no_dangling_dataset(catalogue):
    assert all(isinstance(quad.subject, NamedNode) and not quad.object.__class__.__name__ == "BlankNode" for quad in catalogue)
    listed = set(values(catalogue, NamedNode(BASE + "catalog"), "dcat:dataset"))
    assert listed == {NamedNode(f"{BASE}dataset/{name}") for name in NAMES}
    records = values(catalogue, NamedNode(BASE + "catalog"), "dcat:record")
    assert {values(catalogue, record, "foaf:primaryTopic")[0] for record in records} == listed
    assert len(values(catalogue, NamedNode(BASE + "catalog"), "dcat:service")) == 3


def test_every_text_stands_in_eight_languages(catalogue):
    for kind in ("dcat:Catalog", "dcat:Dataset", "dcat:DataService", "dcat:CatalogRecord", "dcat:Distribution"):
        for node in instances(catalogue, kind):
            for name in ("dct:title", "dct:description", *(("dcat:keyword",) if kind in ("dcat:Dataset", "dcat:DataService") else ())):
                assert {text.language for text in values(catalogue, node, name)} == set(LANGUAGES), (node, name)


PROVEN = {IANA + one for one in ("text/csv", "application/geo+json", "application/vnd.oasis.opendocument.spreadsheet", "application/ld+json", "text/turtle", "application/n-triples", "application/n-quads", "application/trig", "application/rdf+xml")}
# In the EU's list of file types, and in the lists that the assessment keeps of open and of machine-readable ones.
OPEN_FORMATS = {f"{AUTHORITY}file-type/{one}" for one in ("CSV", "GEOJSON", "ODS", "JSON_LD", "RDF_TURTLE", "RDF_N_TRIPLES", "RDF_N_QUADS", "RDF_TRIG", "RDF_XML")}


def _only(found: list, *beginnings: str) -> bool:
    return bool(found) and all(one.value.startswith(beginnings) for one in found)


# Metric → (points, whether it is met). Of a dataset, and of a distribution of it. `it(name)` gives the values of a property.
OF_DATASETS = {
    "findability: keywords": (30, lambda it: it("dcat:keyword")),
    "findability: categories": (30, lambda it: it("dcat:theme")),
    "findability: places": (20, lambda it: it("dct:spatial")),
    "findability: period": (20, lambda it: it("dct:temporal")),
    "interoperability: DCAT-AP": (30, lambda it: it.is_valid),
    "reusability: access rights": (10, lambda it: it("dct:accessRights")),
    "reusability: access rights of the EU's list": (5, lambda it: _only(it("dct:accessRights"), f"{AUTHORITY}access-right/")),
    "reusability: contact": (20, lambda it: it("dcat:contactPoint")),
    "reusability: publisher": (10, lambda it: it("dct:publisher")),
    "contextuality: day of issue": (5, lambda it: it("dct:issued")),
    "contextuality: day of change": (5, lambda it: it("dct:modified")),
}
OF_DISTRIBUTIONS = {
    "accessibility: access address answers": (50, lambda it: it.answers("dcat:accessURL")),
    "accessibility: download address": (20, lambda it: it("dcat:downloadURL")),
    "accessibility: download address answers": (30, lambda it: it.answers("dcat:downloadURL")),
    "interoperability: format": (20, lambda it: it("dct:format")),
    "interoperability: media type": (10, lambda it: it("dcat:mediaType")),
    "interoperability: format and media type of the lists": (10, lambda it: _only(it("dct:format"), f"{AUTHORITY}file-type/") and {one.value for one in it("dcat:mediaType")} <= PROVEN),
    "interoperability: open format": (20, lambda it: {one.value for one in it("dct:format")} <= OPEN_FORMATS),
    "interoperability: machine-readable format": (20, lambda it: {one.value for one in it("dct:format")} <= OPEN_FORMATS),
    "reusability: licence": (20, lambda it: it("dct:license")),
    "reusability: known licence": (10, lambda it: it("dct:license") == [NamedNode(LICENSE)]),
    "contextuality: rights": (5, lambda it: it("dct:rights")),
    "contextuality: size": (5, lambda it: it("dcat:byteSize")),
}
DIMENSIONS = {"findability": 100, "accessibility": 100, "interoperability": 110, "reusability": 75, "contextuality": 20}


class Described:
    """A dataset or distribution as an assessor reads it; addresses are asked once."""

    answered: dict[str, bool] = {}

    def __init__(self, graph: Dataset, node, client, is_valid: bool):
        self.graph, self.node, self.client, self.is_valid = graph, node, client, is_valid

    def __call__(self, name: str) -> list:
        return values(self.graph, self.node, name)

    def answers(self, name: str) -> bool:
        """Tell whether every address that a property gives answers with 200."""
        for one in self(name):
            if one.value not in self.answered:
                self.answered[one.value] = self.client.head(one.value).status_code == 200
        return bool(self(name)) and all(self.answered[one.value] for one in self(name))


def test_metadata_quality_is_full_on_the_worst_distribution_of_every_dataset(catalogue, client):
    """Source: data.europa.eu, Metadata Quality Assessment: 23 metrics, 405 points in five dimensions."""
    every = OF_DATASETS | OF_DISTRIBUTIONS
    assert len(every) == 23
    assert {name: sum(points for metric, (points, _) in every.items() if metric.startswith(name)) for name in DIMENSIONS} == DIMENSIONS
    # Its 30 points for DCAT-AP need no violation of the base shapes: the tests below hold their rules, in words of our own.
    is_valid = not missing_in(catalogue) and not stated_twice_in(catalogue) and not values_off_the_lists(catalogue)
    seen = 0
    for dataset in instances(catalogue, "dcat:Dataset"):
        own = Described(catalogue, dataset, client, is_valid)
        lost = {name: points for name, (points, is_met) in OF_DATASETS.items() if not is_met(own)}
        assert not lost, dataset
        for node in values(catalogue, dataset, "dcat:distribution"):
            file = Described(catalogue, node, client, is_valid)
            lost = {name: points for name, (points, is_met) in OF_DISTRIBUTIONS.items() if not is_met(file)}
            assert 405 - sum(lost.values()) == 405, (node, lost)
            seen += 1
    assert seen > 200


# What DCAT-AP 3.0.1 demands or recommends of each class. What it forbids to stand twice is told apart.
NEEDED = {
    "dcat:Catalog": "dct:title dct:description dct:publisher dct:language dct:license dct:issued dct:modified dct:spatial dcat:themeTaxonomy foaf:homepage dcat:dataset dcat:service dcat:record",
    "dcat:Dataset": "dct:title dct:description dcat:contactPoint dcat:distribution dcat:keyword dct:publisher dct:spatial dct:temporal dcat:theme",
    "dcat:Distribution": "dcat:accessURL dct:description dcatap:availability dct:format dct:license",
    "dcat:DataService": "dct:title dcat:endpointURL dcat:servesDataset dcat:endpointDescription dcat:contactPoint dct:publisher dcat:theme dct:conformsTo dcat:keyword",
    "dcat:CatalogRecord": "foaf:primaryTopic dct:modified dct:conformsTo dct:issued adms:status",
    "spdx:Checksum": "spdx:algorithm spdx:checksumValue",
    "foaf:Agent": "foaf:name dct:type",
    "skos:Concept": "skos:prefLabel",
    "skos:ConceptScheme": "dct:title",
    "dct:LicenseDocument": "dct:type",
    "dct:Location": "dcat:bbox dcat:centroid",
    "dct:PeriodOfTime": "dcat:startDate dcat:endDate",
}
ONCE = {
    "dcat:Catalog": "dct:license dct:issued dct:modified dct:rights dct:creator dct:publisher foaf:homepage",
    "dcat:Dataset": "dct:accessRights dct:accrualPeriodicity dct:modified dct:publisher dct:issued dcat:spatialResolutionInMeters dcat:temporalResolution dcat:version",
    "dcat:Distribution": "dcatap:availability dcat:byteSize spdx:checksum dcat:compressFormat dct:format dct:license dcat:mediaType dct:modified dct:issued dct:rights",
    "dcat:DataService": "dct:accessRights dct:license dct:publisher",
    "dcat:CatalogRecord": "foaf:primaryTopic dct:modified dct:conformsTo dct:issued adms:status",
    "spdx:Checksum": "spdx:algorithm spdx:checksumValue",
    "foaf:Agent": "dct:type",
    "dct:Location": "dcat:bbox dcat:centroid",
    "dct:PeriodOfTime": "dcat:startDate dcat:endDate",
}
# Where the values of a property come from: lists that portals know.
LISTS = {
    "dct:language": f"{AUTHORITY}language/", "dct:accrualPeriodicity": f"{AUTHORITY}frequency/", "dct:accessRights": f"{AUTHORITY}access-right/",
    "dct:format": f"{AUTHORITY}file-type/", "dcatap:availability": f"{AUTHORITY}planned-availability/", "dcat:theme": f"{AUTHORITY}data-theme/",
    "dcat:themeTaxonomy": f"{AUTHORITY}data-theme", "dcat:mediaType": IANA, "dcat:compressFormat": IANA, "dct:spatial": GEONAMES,
    "spdx:algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_", "adms:status": "http://purl.org/adms/changetype/",
}
TYPES = {"dcat:Dataset": f"{AUTHORITY}dataset-type/", "foaf:Agent": "http://purl.org/adms/publishertype/", "dct:LicenseDocument": "http://purl.org/adms/licencetype/"}


def missing_in(graph: Dataset) -> list:
    """Give what a class needs and one of its things lacks."""
    return [(node.value, name) for kind, names in NEEDED.items() for node in instances(graph, kind) for name in names.split() if not values(graph, node, name)]


def stated_twice_in(graph: Dataset) -> list:
    """Give what may stand once and stands more often."""
    return [(node.value, name) for kind, names in ONCE.items() for node in instances(graph, kind) for name in names.split() if len(values(graph, node, name)) > 1]


def values_off_the_lists(graph: Dataset) -> list:
    """Give values that are not of the list that portals know."""
    found = [quad.object.value for name, beginning in LISTS.items() for quad in graph.quads_for_predicate(term(name)) if not quad.object.value.startswith(beginning)]
    return found + [one.value for kind, beginning in TYPES.items() for node in instances(graph, kind) for one in values(graph, node, "dct:type") if not one.value.startswith(beginning)]


def test_the_rules_of_the_profile_hold(catalogue):
    """Source: DCAT-AP 3.0.1, shapes for mandatory, recommended and single properties and for controlled vocabularies."""
    assert missing_in(catalogue) == []
    assert stated_twice_in(catalogue) == []
    assert values_off_the_lists(catalogue) == []


def test_every_file_is_what_the_catalogue_says(catalogue, client):
    seen = 0
    for node in instances(catalogue, "dcat:Distribution"):
        address = values(catalogue, node, "dcat:downloadURL")[0].value
        answer = client.get(address, headers={"Accept-Encoding": "identity"})
        assert answer.status_code == 200
        checksum = values(catalogue, node, "spdx:checksum")[0]
        assert hashlib.sha256(answer.content).hexdigest() == values(catalogue, checksum, "spdx:checksumValue")[0].value
        assert len(answer.content) == int(values(catalogue, node, "dcat:byteSize")[0].value) == int(answer.headers["content-length"])
        compressed = values(catalogue, node, "dcat:compressFormat")
        media_type = (compressed or values(catalogue, node, "dcat:mediaType"))[0].value.removeprefix(IANA)
        assert answer.headers["content-type"].split(";")[0] == media_type
        seen += 1
    assert seen > 100


def test_ranges_and_conditions_of_files(client, catalogue):
    address = next(values(catalogue, node, "dcat:downloadURL")[0].value for node in instances(catalogue, "dcat:Distribution") if node.value.endswith("practices.nq"))
    whole = client.get(address, headers={"Accept-Encoding": "identity"})
    part = client.get(address, headers={"Range": "bytes=10-19", "Accept-Encoding": "gzip"})
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, whole.content[10:20], f"bytes 10-19/{len(whole.content)}")
    assert client.get(address, headers={"Range": f"bytes={len(whole.content)}-"}).status_code == 416
    assert client.get(address, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304
    head = client.head(address, headers={"Accept-Encoding": "identity"})
    assert head.headers["content-length"] == str(len(whole.content)) and head.content == b""
    packed = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and packed.content == whole.content
    for accepted, coding in (("zstd", "zstd"), ("gzip, deflate, br", "gzip"), ("gzip, deflate, br, zstd", "zstd")):
        packed = client.get(address, headers={"Accept-Encoding": accepted})
        assert packed.headers["content-encoding"] == coding and packed.content == whole.content
        assert client.head(address, headers={"Accept-Encoding": accepted}).headers["content-length"] == packed.headers["content-length"]
    assert "immutable" in whole.headers["cache-control"]


def test_what_is_not_there_is_told_with_what_is(client, release):
    version = json.loads((release / "manifest.json").read_text("utf-8"))["version"]
    for path, known in (
        ("/dataset/nothing", "practices"), ("/dataset/practices/9.9.9", version), (f"/dumps/{version}/nothing/x.ttl", "practices"),
        (f"/dumps/{version}/practices/nothing.ttl", "practices.ttl"), ("/dumps/9.9.9/practices/practices.ttl", version),
    ):
        answer = client.get(path)
        assert answer.status_code == 404, path
        assert known in answer.json()["known"]
    for wrong in ("2", "x", "0", "0000012", "000001" + "0" * 5000, "%D9%A1"):
        answer = client.get(f"/catalog?page={wrong}")
        assert answer.status_code == 404 and answer.json()["pages"] == 1 and "The list has 1 page." in answer.json()["detail"], wrong
        assert answer.json()["list"] == "/catalog"


@pytest.mark.parametrize("name", NAMES)
def test_dataset_pages_describe_themselves(client, name, release):
    version = json.loads((release / "manifest.json").read_text("utf-8"))["version"]
    for path in (f"/dataset/{name}", f"/dataset/{name}/{version}"):
        answer = client.get(path, headers={"Accept": "text/html"})
        described = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.S)[1])
        assert described["@type"] == "Dataset" and 50 <= len(described["description"]) <= 5000
        needed = ("name", "license", "creator", "publisher", "keywords", "version", "temporalCoverage", "spatialCoverage", "distribution", "includedInDataCatalog", "identifier")
        assert all(described.get(key) for key in needed)
        links = answer.headers["link"]
        for relation in ("cite-as", "describedby", "item", "license", "type", "author", "linkset"):
            assert f'rel="{relation}"' in links
        assert len(links) < 8000, "longer header fields are refused by common clients"
        data = client.get(f"{path}.ttl")
        assert data.status_code == 200
        node = BASE + path[1:]
        assert any(quad.subject.value == node for quad in parse(data.content, format=RdfFormat.TURTLE))


def test_everything_of_ours_that_the_catalogue_names_resolves(catalogue, client):
    named = {node.value for quad in catalogue for node in (quad.subject, quad.object) if isinstance(node, NamedNode) and node.value.startswith(BASE)}
    kinds: dict[str, list[str]] = {}
    for iri in sorted(named):
        kinds.setdefault(re.sub(r"(?<=dataset/)[^/]+|[^/]+\.\w+(?=/checksum$)|(?<=/)[^/]+\.[a-z]+$", "x", iri), []).append(iri)
    assert len(kinds) > 12
    for found in kinds.values():
        for iri in found[:3]:
            answer = client.get("/" + iri.removeprefix(BASE), headers={"Accept": "text/turtle, */*;q=0.5"}, follow_redirects=True)
            assert answer.status_code == 200, iri


def test_cubes_lead_to_their_dataset(client):
    assert client.get("/dataset/context-figures").headers["location"] == "/dataset/context-statistics"
    answer = client.get("/dataset/mipexr-scores/structure", headers={"Accept": "text/turtle"}, follow_redirects=True)
    assert b"DataStructureDefinition" in answer.content


def test_a_literal_is_never_an_empty_text(catalogue):
    assert all(quad.object.value.strip() for quad in catalogue if isinstance(quad.object, Literal))


def test_the_catalogue_keeps_our_own_shapes(client):
    import pyshacl
    from rdflib import Graph

    shapes = Graph().parse(PROJECT / "shapes" / "catalogue.ttl").parse(PROJECT / "shapes" / "group.ttl")
    data = Graph().parse(data=client.get("/catalog.nt").content, format="nt")
    conforms, _, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", advanced=False)
    assert conforms, text[:2000]
