"""The switches of spatial queries, warnings, values put in and known prefixes, as seen over HTTP."""

from urllib.parse import unquote
from xml.etree import ElementTree

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, Store
from rdflib.namespace import RDF

from endpoint.engine.geography import FIRST_QUERY, Geography
from endpoint.questions import question
from regin_graph.geosparql import SpatialIndex

GEO = "http://www.opengis.net/ont/geosparql#"
PREFIXES = f"PREFIX geo: <{GEO}> PREFIX geof: <http://www.opengis.net/def/function/geosparql/> PREFIX ex: <https://example.org/> "
DATA = PREFIXES + """INSERT DATA {
  ex:box geo:hasDefaultGeometry ex:box-outline . ex:box-outline geo:asWKT "POLYGON((0 0, 10 0, 10 10, 0 10, 0 0))"^^geo:wktLiteral .
  ex:inside geo:hasDefaultGeometry ex:inside-point . ex:inside-point geo:asWKT "POINT(5 5)"^^geo:wktLiteral .
  ex:outside geo:hasDefaultGeometry ex:outside-point . ex:outside-point geo:asWKT "POINT(50 5)"^^geo:wktLiteral .
  ex:place-text geo:asWKT "POINT(1"^^geo:wktLiteral .
}"""
# A feature only by the domain of its property; a relation only by its geometry.
FEATURES = PREFIXES + "SELECT ?thing { ?thing a geo:Feature } ORDER BY ?thing"
WITHIN = PREFIXES + "SELECT ?thing { ?thing geo:sfWithin ex:box FILTER(?thing IN (ex:inside, ex:outside)) }"
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
THREE = ["https://example.org/box", "https://example.org/inside", "https://example.org/outside"]


@pytest.fixture(scope="module")
def places(start_server):
    """Give a scratch server with a box, a place inside, a place outside and a text that is no geometry."""
    server = start_server(scratch="true")
    assert server.update(DATA).status_code == 204
    return server


def things(server, text: str, **options) -> list[str]:
    """Give the values of ?thing."""
    return [row["thing"] for row in server.rows(text, **options)]


def features(server) -> set[str]:
    """Give the features that the service description states."""
    graph = rdflib.Graph().parse(data=server.client.get("/sparql", headers={"Accept": "text/turtle"}).text)
    return {str(iri) for iri in graph.objects(graph.value(predicate=RDF.type, object=SD.Service), SD.feature)}


def of_extension(found: set[str], name: str) -> set[str]:
    """Give the features of one extension of GeoSPARQL."""
    return {iri for iri in found if f"/conf/{name}-extension/" in iri}


# Switches

@pytest.mark.parametrize(("params", "found"), [({}, THREE), ({"rdfs": "true"}, THREE), ({"rdfs": "false"}, [])])
def test_entailment_is_switched_by_the_request(places, params, found):
    for _ in range(2):  # the second answer comes from the cache
        assert things(places, FEATURES, params=params) == found


@pytest.mark.parametrize(("params", "found"), [({}, [THREE[1]]), ({"rewrite": "true"}, [THREE[1]]), ({"rewrite": "false"}, [])])
def test_relations_as_properties_are_switched_by_the_request(places, params, found):
    for _ in range(2):
        assert things(places, WITHIN, params=params) == found


def test_switches_count_in_posted_forms_and_tags(places):
    form = places.client.post("/sparql", data={"query": FEATURES, "rdfs": "false"}, headers={"Accept": "text/csv"})
    direct = places.client.post("/sparql", params={"rdfs": "false"}, content=FEATURES, headers={"Accept": "text/csv", "Content-Type": "application/sparql-query"})
    assert form.text == direct.text == "thing\r\n"
    assert places.query(FEATURES).headers["etag"] != places.query(FEATURES, params={"rdfs": "false"}).headers["etag"]


@pytest.mark.parametrize("name", ["rdfs", "rewrite"])
@pytest.mark.parametrize("value", ["", "1", "yes", "TRUE", ["true", "true"]])
def test_other_values_of_a_switch_are_refused(places, name, value):
    answer = places.query(FEATURES, params={name: value})
    assert answer.status_code == 400 and name in answer.json()["detail"]


def test_what_is_on_is_stated(places, start_server):
    assert len(of_extension(features(places), "rdfs-entailment")) == len(of_extension(features(places), "query-rewrite")) == 3
    plain = start_server(scratch="true", spatial_rdfs="false", spatial_rewrite="false")
    assert not of_extension(features(plain), "rdfs-entailment") | of_extension(features(plain), "query-rewrite")
    plain.update(DATA)
    assert things(plain, FEATURES) == things(plain, WITHIN) == []
    assert things(plain, FEATURES, params={"rdfs": "true"}) == THREE
    assert things(plain, WITHIN, params={"rewrite": "true"}) == [THREE[1]]
    plain.stop()


def test_conformance_classes_are_stated_and_what_is_left_out(places, endpoint):
    stated = "http://www.opengis.net/spec/geosparql/1.1/conf/"
    for server in (places, endpoint):
        graph = rdflib.Graph().parse(data=server.client.get("/sparql", headers={"Accept": "text/turtle"}).text)
        service = graph.value(predicate=RDF.type, object=SD.Service)
        classes = {str(iri).removeprefix(stated) for iri in graph.objects(service, rdflib.DCTERMS.conformsTo)}
        assert classes == {"core", "topology-vocab-extension", "geometry-extension", "geometry-topology-extension", "rdfs-entailment-extension", "query-rewrite-extension"}
        assert any("DGGS" in comment and "left out" in comment for comment in graph.objects(service, rdflib.RDFS.comment))
        named = {str(iri) for iri in graph.objects(service, SD.extensionFunction)} | {str(iri) for iri in graph.objects(service, SD.extensionAggregate)}
        assert not any("asDGGS" in iri for iri in named) and f"{GEO.replace('ont/geosparql#', 'def/function/geosparql/')}sfWithin" in named


# Values

BOX = "'POLYGON((1 1, 9 1, 9 9, 1 9, 1 1))'^^geo:wktLiteral"
IN_BOX = PREFIXES + "SELECT ?thing WHERE { VALUES ?box { %s } ?thing geo:hasDefaultGeometry/geo:asWKT ?wkt FILTER(geof:sfWithin(?wkt, ?box)) }"


def test_a_box_put_in_by_values_is_looked_up(places):
    text = IN_BOX % BOX
    assert "index:" in places.query(text, params={"explain": "1"}).json()["preparation"]
    assert things(places, text) == [THREE[1]]


@pytest.mark.parametrize(("name", "look_up"), [("practices_in_box", "geof:sfWithin of ?point"), ("regions_in_box", "geof:sfIntersects of ?outline"), ("practices_within_region", "geof:sfWithin of ?point and ?outline")])
@pytest.mark.parametrize("explain", ["true", "1"])
def test_the_questions_of_the_map_are_looked_up(endpoint, name, look_up, explain):
    values = {"region": NamedNode("https://w3id.org/regin/id/region/skane")} if name.endswith("region") else {"box": Literal("POLYGON((-12 34, 32 34, 32 66, -12 66, -12 34))", datatype=NamedNode(GEO + "wktLiteral"))}
    told = endpoint.query(question(name, **values).text, params={"explain": explain}).json()
    assert told["is_rewritten"] and f"index: {look_up}" in told["preparation"]


def test_several_boxes_are_looked_up_each(places):
    text = IN_BOX % (BOX + " 'POLYGON((40 0, 60 0, 60 10, 40 10, 40 0))'^^geo:wktLiteral")
    assert sorted(things(places, text)) == THREE[1:]
    assert "2 listed geometries" in places.query(text, params={"explain": "true"}).json()["preparation"]


def test_a_sub_select_may_mean_another_box(places):
    inner = "{ SELECT ?thing WHERE { VALUES ?box { 'POLYGON((40 0, 60 0, 60 10, 40 10, 40 0))'^^geo:wktLiteral } ?thing geo:hasDefaultGeometry/geo:asWKT ?w FILTER(geof:sfWithin(?w, ?box)) } }"
    for head in ("SELECT ?thing WHERE", "CONSTRUCT { ?thing ?thing ?thing } WHERE"):
        text = PREFIXES + head + " { VALUES ?box { " + BOX + " } " + inner + " }"
        assert "https://example.org/outside" in places.query(text).text


def test_what_is_read_in_beforehand_goes_through_the_index():
    store = Store()
    store.update(DATA)
    geography = Geography(SpatialIndex.build(store))
    geography.make_ready()
    assert geography.prepare(FIRST_QUERY.read_text("utf-8"), None, has_dataset=False).is_rewritten


def test_substituted_geometries_are_looked_up():
    store = Store()
    store.update(DATA)
    text = PREFIXES + "SELECT ?thing { ?thing geo:hasDefaultGeometry/geo:asWKT ?wkt FILTER(geof:sfWithin(?wkt, ?box)) }"
    box = Literal("POLYGON((1 1, 9 1, 9 9, 1 9, 1 1))", datatype=NamedNode(GEO + "wktLiteral"))
    prepared = Geography().prepare(text, store, has_dataset=False, substitutions={"box": box})
    assert prepared.is_rewritten and "a constant keeps 1 of" in prepared.explanation


# Warnings

def broken(text: str) -> str:
    """Give a query whose function cannot work with a text."""
    return PREFIXES + f"SELECT ?area {{ VALUES ?text {{ {text} }} BIND(geof:metricArea(?text) AS ?area) }}"


def test_what_a_function_cannot_do_is_told(places):
    for coding in ("identity", "gzip"):
        for cached in (False, True):
            answer = places.query(broken("'POINT(1é, 2'^^geo:wktLiteral"), headers={"Accept-Encoding": coding})
            assert answer.status_code == 200 and answer.json()["results"]["bindings"] == [{}], cached
            told = answer.headers["x-regin-warning"]
            assert told.isascii() and unquote(told) != told
    assert "x-regin-warning" not in places.query(broken("'POINT(1 2)'^^geo:wktLiteral")).headers
    assert places.query(broken("'POINT(1é'^^geo:wktLiteral"), params={"explain": "1"}).json()["warnings"]
    assert "X-Regin-Warning" in answer_to_a_script(places).headers["access-control-expose-headers"]


def answer_to_a_script(server):
    """Give an answer to a script of another site."""
    return server.query("ASK {}", headers={"Origin": "https://friend.example"})


def test_many_and_long_warnings_stay_short(places):
    texts = " ".join(f"'NOTHING{n}{'é' * 900}'^^geo:wktLiteral" for n in range(40))
    answer = places.client.post("/sparql", data={"query": broken(texts)})
    told = answer.headers["x-regin-warning"]
    assert answer.status_code == 200 and len(told) < 2200 and "further warnings" in told


def test_warnings_of_one_query_are_not_told_to_the_next(places):
    for n in range(5):
        assert "x-regin-warning" in places.query(broken(f"'NOTHING {n}'^^geo:wktLiteral")).headers
        assert "x-regin-warning" not in places.query(f"SELECT ?n {{ BIND({n} AS ?n) }}").headers


def test_large_answers_with_warnings_still_stream(start_server):
    # Thirty thousand calls of a function take longer on a busy machine than the short limit of the shared server.
    endpoint = start_server(query_timeout_s=60)
    text = PREFIXES + "SELECT ?s (geof:metricArea(?text) AS ?area) { VALUES ?text { 'NOTHING'^^geo:wktLiteral } ?s ?p ?o . ?a <https://example.org/version> ?v }"
    with endpoint.client.stream("GET", "/sparql", params={"query": text, "format": "csv"}) as answer:
        assert "x-regin-warning" in answer.headers and "content-length" not in answer.headers
        assert sum(1 for _ in answer.iter_lines()) > 30_000


@pytest.mark.parametrize("coding", ["identity", "gzip"])
@pytest.mark.parametrize("head", ["SELECT ?area", "SELECT *", "ASK"])
def test_json_results_link_to_what_was_warned_of(places, head, coding):
    text = broken("'POINT(1é, 2'^^geo:wktLiteral 'POINT(3 }'^^geo:wktLiteral").replace("SELECT ?area", head)
    text = text.replace(" }  BIND", " } BIND") if head != "ASK" else text.rstrip(" }") + " FILTER(!BOUND(?area)) }"
    answer = places.query(text, headers={"Accept-Encoding": coding})
    links = answer.json()["head"]["link"]
    assert len(links) == (1 if head == "ASK" else 2) or head == "ASK"
    assert all("/problem/spatial-query#geof%3AmetricArea%3A" in link for link in links)
    assert unquote(links[0].partition("#")[2]) == unquote(answer.headers["x-regin-warning"].split(", ")[0])
    assert "results" in answer.json() or answer.json()["boolean"] is True
    assert places.client.get(links[0].partition("#")[0].partition("//")[2].partition("/")[2].join(("/", ""))).status_code == 200


def test_xml_results_link_to_what_was_warned_of(places):
    answer = places.query(broken("'POINT(1'^^geo:wktLiteral"), headers={"Accept": "application/sparql-results+xml"})
    head = ElementTree.fromstring(answer.text)[0]
    assert [child.tag.partition("}")[2] for child in head] == ["variable", "link"] and "/problem/spatial-query#geof%3AmetricArea" in head[1].get("href")


def test_results_without_warnings_and_other_formats_have_no_links(places):
    assert "link" not in places.query(broken("'POINT(1 2)'^^geo:wktLiteral")).json()["head"]
    assert "problem" not in places.query(broken("'POINT(1'^^geo:wktLiteral"), headers={"Accept": "text/csv"}).text


# What can never work

NEVER = PREFIXES + "SELECT ?thing {\n  ?thing geo:asWKT ?wkt\n  FILTER(geof:distance(?wkt, ?wkt) < 5)\n}"


def test_what_can_never_work_is_refused_with_place_and_repair(places):
    answer = places.query(NEVER)
    told = answer.json()
    assert answer.status_code == 400 and told["type"].endswith("problem/spatial-query") and answer.headers["content-type"] == "application/problem+json"
    assert (told["function"], told["line"], told["column"]) == ("geof:distance", 3, 10)
    assert "2 arguments given" in told["detail"] and told["repair"].startswith("Write geof:distance(geom1")
    assert told["excerpt"].splitlines()[1] == " " * 9 + "^"
    assert places.query(PREFIXES + "SELECT ?x { FILTER geof:sfWithn(?x, ?x) }").json()["repair"] == "Did you mean geof:sfWithin?"
    assert places.update(PREFIXES + "DELETE { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(geof:isEmpty()) }").status_code == 400


def test_sparql_s_own_errors_remain(places, start_server):
    assert places.rows(PREFIXES + "SELECT (COALESCE(geof:distance(?x), 'none') AS ?thing) {}") == [{"thing": "none"}]
    lax = start_server(scratch="true", spatial_strict="false")
    lax.update(DATA)
    answer = lax.query(NEVER)
    assert answer.status_code == 200 and answer.json()["results"]["bindings"] == [] and "2 arguments given" in answer.headers["x-regin-warning"]
    lax.stop()


# Prefixes

@pytest.mark.parametrize("text", [
    "SELECT ?thing { BIND('2'^^xsd:integer AS ?thing) FILTER(?thing = 2) }",
    "PREFIX geo: <http://www.opengis.net/ont/geosparql#> SELECT ?thing { { ?x rdf:type geo:Feature } BIND('2'^^xsd:integer AS ?thing) } LIMIT 1",
    "PREFIX rdf: <urn:other:> SELECT (2 AS ?thing) (rdf:x AS ?y) { FILTER(rdf:x = <urn:other:x>) FILTER(STRSTARTS(STR(rdfs:label), 'http://www.w3.org/')) }",
    "SELECT (2 AS ?thing) FROM rdf:g FROM rdfs:g {}",
])
def test_three_prefixes_are_known_without_declaration(places, text):
    assert things(places, text) == ["2"]


def test_updates_know_the_prefixes_too(start_server):
    server = start_server(scratch="true")
    assert server.update("INSERT DATA { <urn:a> rdfs:label '1'^^xsd:integer }").status_code == 204
    assert things(server, "SELECT ?thing { <urn:a> rdfs:label ?thing }") == ["1"]
    server.stop()


def test_another_undeclared_prefix_is_refused_with_a_proposal(places):
    answer = places.query("SELECT * { ?s rdfs:label ?l ; skos:prefLabel ?p }")
    assert answer.status_code == 400
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" in answer.json()["detail"]
    assert "rdfs" not in answer.json()["detail"]


# Changes of a scratch store

def test_a_change_of_geometries_is_seen_at_once(places):
    text = PREFIXES + "SELECT ?thing { ?thing geo:sfWithin ex:box FILTER(STRSTARTS(STR(?thing), 'https://example.org/new')) } ORDER BY ?thing"
    assert things(places, text) == []
    for n in range(3):
        geometry = f"ex:new{n} geo:hasDefaultGeometry ex:point{n} . ex:point{n} geo:asWKT 'POINT({n + 1} 1)'^^geo:wktLiteral"
        assert places.update(PREFIXES + f"INSERT DATA {{ {geometry} }}").status_code == 204
        assert things(places, text) == [f"https://example.org/new{m}" for m in range(n + 1)]
    move = "DELETE { ?p geo:asWKT ?old } INSERT { ?p geo:asWKT 'POINT(70 1)'^^geo:wktLiteral } WHERE { ex:new0 geo:hasDefaultGeometry ?p . ?p geo:asWKT ?old }"
    assert places.update(PREFIXES + move).status_code == 204
    assert things(places, text) == ["https://example.org/new1", "https://example.org/new2"]
    assert places.update(PREFIXES + "DELETE WHERE { ?p geo:asWKT ?any }").status_code == 204
    assert things(places, text) == []
    assert places.update("DROP ALL").status_code == 204 and places.update(DATA).status_code == 204


def test_where_of_an_update_has_the_meaning_of_a_query(start_server):
    server = start_server(scratch="true")
    server.update(DATA)
    mark = PREFIXES + "INSERT { ?thing ex:within ex:box } WHERE { ?thing a geo:Feature ; geo:sfWithin ex:box }"
    assert server.update(mark).status_code == 204
    assert things(server, PREFIXES + "SELECT ?thing { ?thing ex:within ex:box } ORDER BY ?thing") == THREE[:2]
    server.stop()
    plain = start_server(scratch="true", spatial_rdfs="false", spatial_rewrite="false")
    plain.update(DATA)
    assert plain.update(mark).status_code == 204
    assert things(plain, PREFIXES + "SELECT ?thing { ?thing ex:within ex:box }") == []
    plain.stop()


def test_a_graph_that_is_written_is_seen_at_once(start_server):
    server = start_server(scratch="true")
    server.update(DATA)
    assert things(server, WITHIN) == [THREE[1]]
    turtle = f"<https://example.org/outside-point> <{GEO}asWKT> 'POINT(6 6)'^^<{GEO}wktLiteral> ."
    server.update(PREFIXES + "DELETE WHERE { ex:outside-point geo:asWKT ?any }")
    assert server.client.post("/data?default", content=turtle, headers={"Content-Type": "text/turtle"}).status_code == 204
    assert sorted(things(server, WITHIN)) == THREE[1:]
    server.stop()
