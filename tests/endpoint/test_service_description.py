"""The service description says what works, and only that."""

import httpx
import pytest
import rdflib
from rdflib.namespace import RDF

SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
TYPES = {"text/turtle": "turtle", "application/rdf+xml": "xml", "application/ld+json": "json-ld", "application/n-triples": "nt"}
RESULT_TYPES = {
    "SPARQL_Results_JSON": "application/sparql-results+json", "SPARQL_Results_XML": "application/sparql-results+xml",
    "SPARQL_Results_CSV": "text/csv", "SPARQL_Results_TSV": "text/tab-separated-values",
}


@pytest.fixture(scope="module")
def description(endpoint) -> rdflib.Graph:
    return rdflib.Graph().parse(data=endpoint.client.get("/sparql", headers={"Accept": "text/turtle"}).text)


@pytest.mark.parametrize("media_type", TYPES)
def test_in_every_rdf_form(endpoint, description, media_type):
    answer = endpoint.client.get("/sparql", headers={"Accept": media_type})
    assert answer.headers["content-type"].startswith(media_type)
    graph = rdflib.Graph().parse(data=answer.text, format=TYPES[media_type])
    assert len(graph) == len(description)


def test_a_plain_client_gets_rdf_and_a_browser_the_page(endpoint):
    assert endpoint.client.get("/sparql").headers["content-type"].startswith("text/turtle")
    assert endpoint.client.get("/sparql", headers={"Accept": "text/html"}).headers["content-type"].startswith("text/html")
    assert endpoint.client.get("/sparql", headers={"Accept": "image/png"}).status_code == 406


def test_endpoint_language_and_dataset(endpoint, description):
    service = description.value(predicate=RDF.type, object=SD.Service)
    assert str(description.value(service, SD.endpoint)) == f"{endpoint.address}/sparql"
    assert SD.SPARQL11Query in set(description.objects(service, SD.supportedLanguage))
    assert SD.SPARQL11Update not in set(description.objects(service, SD.supportedLanguage))
    assert SD.BasicFederatedQuery not in set(description.objects(service, SD.feature))
    assert description.value(description.value(service, SD.defaultDataset), SD.defaultGraph) is not None


def test_every_result_format_that_is_stated_works(endpoint, description):
    formats = {str(name).rsplit("/", 1)[1] for name in description.objects(None, SD.resultFormat)}
    assert set(RESULT_TYPES) <= formats
    for name, media_type in RESULT_TYPES.items():
        assert endpoint.query("SELECT * {}", media_type).headers["content-type"].startswith(media_type), name


def test_every_function_that_is_stated_is_known_to_the_engine(start_server, description):
    endpoint = start_server(spatial_strict="false")
    functions = sorted(str(iri) for iri in description.objects(None, SD.extensionFunction))
    calls = " ".join(f"BIND(<{iri}>('x') AS ?v{number})" for number, iri in enumerate(functions))
    answer = endpoint.query(f"SELECT * {{ {calls} }}", params={"format": "csv"})
    assert answer.status_code == 200
    assert "no function" not in answer.headers["x-regin-warning"]
    endpoint.stop()


def test_scratch_states_update(scratch):
    graph = rdflib.Graph().parse(data=scratch.client.get("/sparql", headers={"Accept": "text/turtle"}).text)
    assert SD.SPARQL11Update in set(graph.objects(None, SD.supportedLanguage))
    assert list(graph.objects(None, SD.inputFormat))


def test_an_allowed_host_is_asked_and_stated(start_server, endpoint):
    host = endpoint.address.removeprefix("http://")
    server = start_server(service_hosts=f'["{host}"]')
    graph = rdflib.Graph().parse(data=server.client.get("/sparql", headers={"Accept": "text/turtle"}).text)
    assert SD.BasicFederatedQuery in set(graph.objects(None, SD.feature))
    text = f"SELECT ?c {{ SERVICE <{endpoint.address}/sparql> {{ GRAPH <https://example.org/east> {{ ?s <https://example.org/colour> ?c }} }} }}"
    assert server.rows(text) == [{"c": "blue"}]
    assert server.query(text.replace(host, "127.0.0.1:9")).status_code == 400
    server.stop()


def test_the_triples_that_are_stated_are_those_of_the_default_graph(server):
    graph = rdflib.Graph().parse(data=httpx.get(f"{server}/sparql", headers={"Accept": "text/turtle"}).text)
    (default,) = graph.objects(None, SD.defaultGraph)
    (stated,) = graph.objects(default, rdflib.Namespace("http://rdfs.org/ns/void#").triples)
    rows = httpx.post(f"{server}/sparql", data={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}, headers={"Accept": "text/csv"}).text.split()
    assert rows[1] == str(stated)
