"""Scratch mode: SPARQL Update over the protocol, and the Graph Store Protocol with writing."""

import os
import re
import socket
import sys
from pathlib import Path

import httpx
import pytest

from endpoint.engine.nursery import Nursery, Succession, run_in_succession

GRAPH = "https://example.org/graph"
TURTLE = {"Content-Type": "text/turtle"}
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def put(server, graph: str, text: str, **headers: str) -> httpx.Response:
    return server.client.put("/data", params={"graph": graph}, content=text, headers=TURTLE | headers)


def get(server, graph: str) -> httpx.Response:
    return server.client.get("/data", params={"graph": graph}, headers={"Accept": "application/n-triples"})


# SPARQL 1.1 Protocol, update operation

@pytest.mark.parametrize("address", ["/update", "/sparql"])
def test_update_by_form_and_body(empty_scratch, address):
    form = empty_scratch.client.post(address, data={"update": "INSERT DATA { <urn:a> <urn:b> 1 }"})
    body = empty_scratch.client.post(address, content="INSERT DATA { <urn:a> <urn:b> 2 }", headers={"Content-Type": "application/sparql-update"})
    assert (form.status_code, body.status_code) == (204, 204)
    assert empty_scratch.rows(COUNT) == [{"n": "2"}]


def test_every_query_after_an_update_sees_it(empty_scratch):
    for number in range(10):
        assert empty_scratch.update(f"INSERT DATA {{ <urn:a> <urn:b> {number} }}").status_code == 204
        assert empty_scratch.rows(COUNT) == [{"n": str(number + 1)}]


def test_an_update_by_get_is_refused(empty_scratch):
    answer = empty_scratch.client.get("/update", params={"update": "INSERT DATA { <urn:a> <urn:b> 1 }"})
    assert answer.status_code == 400
    assert empty_scratch.rows(COUNT) == [{"n": "0"}]


@pytest.mark.parametrize(("status", "request_"), [
    (415, {"content": "CLEAR ALL", "headers": {"Content-Type": "text/plain"}}),
    (415, {"content": b"CLEAR ALL"}),
    (400, {"content": "CLEAR ALL".encode("utf-16"), "headers": {"Content-Type": "application/sparql-update; charset=utf-16"}}),
    (400, {"content": "CLEAR EVERYTHING", "headers": {"Content-Type": "application/sparql-update"}}),
    (400, {"content": "ASK {}", "headers": {"Content-Type": "application/sparql-update"}}),
    (400, {"data": {"update": ["CLEAR ALL", "CLEAR ALL"]}}),
    (400, {"params": {"using-graph-uri": GRAPH}, "content": f"INSERT {{ ?s ?p 1 }} USING <{GRAPH}> WHERE {{ ?s ?p ?o }}", "headers": {"Content-Type": "application/sparql-update"}}),
    (400, {"params": {"using-graph-uri": GRAPH}, "content": f"WITH <{GRAPH}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}", "headers": {"Content-Type": "application/sparql-update"}}),
    (400, {"params": {"default-graph-uri": GRAPH}, "content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-update"}}),
    (503, {"content": "CLEAR ALL ; LOAD <http://127.0.0.1:9/x.ttl>", "headers": {"Content-Type": "application/sparql-update"}}),
    (503, {"content": "CLEAR ALL ; LOAD <file:///etc/passwd> INTO GRAPH <urn:g>", "headers": {"Content-Type": "application/sparql-update"}}),
    (503, {"content": "CLEAR ALL ; DROP GRAPH <urn:none>", "headers": {"Content-Type": "application/sparql-update"}}),
    (403, {"content": "CLEAR ALL", "headers": {"Content-Type": "application/sparql-update", "Origin": "https://elsewhere.example"}}),
])
def test_an_update_that_is_refused_changes_nothing(empty_scratch, status, request_):
    empty_scratch.update("INSERT DATA { <urn:a> <urn:b> 1 }")
    assert empty_scratch.client.post("/update", **request_).status_code == status
    assert empty_scratch.rows(COUNT) == [{"n": "1"}]


@pytest.mark.parametrize(("text", "slug", "word"), [
    ("DROP GRAPH <urn:none>", "update-failed", "<urn:none> does not exist"),
    ("CLEAR GRAPH <urn:none>", "update-failed", "<urn:none> does not exist"),
    ("MOVE <urn:none> TO <urn:g>", "update-failed", "<urn:none> does not exist"),
    ("CREATE GRAPH <urn:g> ; CREATE GRAPH <urn:g>", "update-failed", "<urn:g> already exists"),
    ("LOAD <http://127.0.0.1:PORT/x.ttl>", "fetch-failed", "opens no connections"),
    ("LOAD <http://localhost:PORT/x.ttl> INTO GRAPH <urn:g>", "fetch-failed", "opens no connections"),
    ("INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:PORT/> { ?s ?p ?o } }", "fetch-failed", "opens no connections"),
])
def test_what_cannot_be_carried_out_is_told_and_silent_passes_over_it(empty_scratch, text, slug, word):
    """Legal text that cannot be executed is no error of the client's; no connection is made, and nothing changes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        text = text.replace("PORT", str(listener.getsockname()[1]))
        answer = empty_scratch.update(text)
        assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[1]) == (503, slug)
        assert word in answer.json()["detail"]
        silent = re.sub(r"(DROP|CLEAR|MOVE|CREATE|LOAD|SERVICE) ", r"\1 SILENT ", text)
        assert empty_scratch.update(silent).status_code == 204
        listener.setblocking(False)
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert empty_scratch.rows(COUNT) == [{"n": "0"}]


def test_a_file_of_the_machine_is_never_read(empty_scratch):
    assert empty_scratch.update("LOAD SILENT <file:///etc/hostname> ; LOAD SILENT <file:///etc/passwd> INTO GRAPH <urn:g>").status_code == 204
    assert empty_scratch.rows("SELECT ?g { { ?s ?p ?o } UNION { GRAPH ?g {} } }") == []


def test_a_service_without_a_name_is_told_and_silent_passes_over_it(empty_scratch):
    text = "SELECT * { SERVICE ?host { ?s ?p ?o } }"
    told = empty_scratch.query(text).json()
    assert told["type"].endswith("fetch-failed") and "opens no connections" in told["detail"]
    assert empty_scratch.rows(text.replace("SERVICE", "SERVICE SILENT")) == [{}]


def test_silent_federation_in_a_query_of_a_scratch_store(empty_scratch):
    text = "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"
    assert empty_scratch.query(text).json()["type"].endswith("fetch-failed")
    assert empty_scratch.rows(text.replace("SERVICE", "SERVICE SILENT")) == [{}]


def test_using_graphs(empty_scratch):
    empty_scratch.update("INSERT DATA { GRAPH <urn:g1> { <urn:a> <urn:p> 1 } GRAPH <urn:g2> { <urn:b> <urn:p> 2 } GRAPH <urn:g3> { <urn:c> <urn:p> 3 } }")
    params = {"using-graph-uri": ["urn:g1", "urn:g2"], "using-named-graph-uri": "urn:g3"}
    text = "INSERT { ?s <urn:seen> true } WHERE { { ?s <urn:p> ?o } UNION { GRAPH ?g { ?s <urn:p> ?o } } }"
    assert empty_scratch.update(text, params=params).status_code == 204
    assert [row["s"] for row in empty_scratch.rows("SELECT ?s { ?s <urn:seen> true } ORDER BY ?s")] == ["urn:a", "urn:b", "urn:c"]
    assert empty_scratch.update("DELETE WHERE { ?s <urn:p> ?o }", params={"using-graph-uri": "urn:g1"}).status_code == 204


def test_relative_iris_of_an_update(empty_scratch):
    assert empty_scratch.update("BASE <https://example.org/base/> INSERT DATA { <s> <p> <o> }").status_code == 204
    assert empty_scratch.rows("SELECT ?s { ?s ?p ?o }") == [{"s": "https://example.org/base/s"}]


def test_an_update_without_end_is_stopped_and_leaves_no_trace(empty_scratch):
    empty_scratch.update("INSERT DATA { " + " ".join(f"<urn:a> <urn:b> {n} ." for n in range(300)) + " }")
    text = "INSERT { <urn:x> <urn:y> ?n } WHERE { SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l } }"
    answer = empty_scratch.update(text)
    assert answer.status_code == 503 and answer.json()["type"].endswith("time-limit")
    assert empty_scratch.rows(COUNT) == [{"n": "300"}]


def test_sequences_are_whole_or_nothing(empty_scratch):
    answer = empty_scratch.update("INSERT DATA { <urn:a> <urn:b> 1 } ; COPY <urn:none> TO <urn:other>")
    assert answer.status_code in (204, 400, 503)
    assert empty_scratch.rows(COUNT) == [{"n": "1" if answer.status_code == 204 else "0"}]


# SPARQL 1.1 Graph Store HTTP Protocol

def test_put_creates_then_replaces(empty_scratch):
    first = put(empty_scratch, GRAPH, "<urn:a> <urn:b> 1 .")
    second = put(empty_scratch, GRAPH, "<urn:a> <urn:b> 2 .")
    assert (first.status_code, second.status_code) == (201, 204)
    assert get(empty_scratch, GRAPH).text.count("\n") == 1


def test_post_adds(empty_scratch):
    put(empty_scratch, GRAPH, "<urn:a> <urn:b> 1 .")
    added = empty_scratch.client.post("/data", params={"graph": GRAPH}, content="<urn:a> <urn:b> 2 .", headers=TURTLE)
    created = empty_scratch.client.post("/data", params={"graph": GRAPH + "2"}, content="<urn:a> <urn:b> 2 .", headers=TURTLE)
    assert (added.status_code, created.status_code) == (204, 201)
    assert get(empty_scratch, GRAPH).text.count("\n") == 2


def test_delete(empty_scratch):
    put(empty_scratch, GRAPH, "<urn:a> <urn:b> 1 .")
    codes = [empty_scratch.client.delete("/data", params={"graph": GRAPH}).status_code for _ in range(2)]
    assert codes == [204, 404]
    assert get(empty_scratch, GRAPH).status_code == 404


def test_default_graph(empty_scratch):
    assert empty_scratch.client.put("/data?default", content="<urn:a> <urn:b> 1 .", headers=TURTLE).status_code == 204
    assert empty_scratch.client.get("/data?default").status_code == 200
    assert empty_scratch.client.delete("/data?default").status_code == 204
    assert empty_scratch.client.get("/data?default", headers={"Accept": "application/n-triples"}).text == ""


def test_empty_graphs_are_there(empty_scratch):
    assert put(empty_scratch, GRAPH, "").status_code == 201
    assert get(empty_scratch, GRAPH).status_code == 200
    assert empty_scratch.client.post("/data", params={"graph": GRAPH}, content="", headers=TURTLE).status_code == 204


def test_head(empty_scratch):
    put(empty_scratch, GRAPH, "<urn:a> <urn:b> 1 .")
    answer = empty_scratch.client.head("/data", params={"graph": GRAPH})
    assert answer.status_code == 200 and answer.content == b"" and answer.headers["content-type"].startswith("text/turtle")
    assert empty_scratch.client.head("/data", params={"graph": GRAPH + "none"}).status_code == 404


def test_direct_addresses(empty_scratch):
    """The address of the request is the IRI of the graph, and the base of relative IRIs."""
    path = "/data/person/1.ttl"
    assert empty_scratch.client.put(path, content="<#it> <urn:b> 1 .", headers=TURTLE).status_code == 201
    assert empty_scratch.rows("SELECT ?g ?s { GRAPH ?g { ?s ?p ?o } }") == [{"g": f"{empty_scratch.address}{path}", "s": f"{empty_scratch.address}{path}#it"}]
    assert empty_scratch.client.get(path).status_code == 200
    assert empty_scratch.client.delete(path).status_code == 204
    assert empty_scratch.client.get(path).status_code == 404


def test_post_to_the_store_makes_a_new_graph(empty_scratch):
    answer = empty_scratch.client.post("/data", content="<urn:a> <urn:b> 1 .", headers=TURTLE)
    assert answer.status_code == 201
    assert empty_scratch.client.get(answer.headers["location"]).status_code == 200


MULTIPART = """
--a6fe4
Content-Disposition: form-data; name="one"; filename="one.ttl"
Content-Type: text/turtle; charset=utf-8

@prefix ex: <https://example.org/> .
ex:a ex:b "å" .

--a6fe4
Content-Disposition: form-data; name="remark"

a field that is no file
--a6fe4
Content-Disposition: form-data; name="two"
Content-Type: application/n-triples

<urn:a> <urn:b> <urn:c> .
--a6fe4--
"""


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_multipart_as_written_by_hand(empty_scratch, line_end):
    """Text before and after, fields that are no files, line ends of both kinds."""
    headers = {"Content-Type": "multipart/form-data; boundary=a6fe4"}
    answer = empty_scratch.client.post("/data", params={"graph": GRAPH}, content=MULTIPART.replace("\n", line_end).encode(), headers=headers)
    assert answer.status_code == 201, answer.text
    assert "å" in get(empty_scratch, GRAPH).text and get(empty_scratch, GRAPH).text.count("\n") == 2


def test_several_files_of_one_field(empty_scratch):
    """A form in the form, as the W3C's tests of the Graph Store Protocol send it."""
    inner = "".join(f'--y\r\nContent-disposition: attachment; filename="{n}.ttl"\r\nContent-type: text/turtle\r\n\r\n<urn:a> <urn:b> {n} .\r\n' for n in (1, 2)) + "--y--"
    content = f'--x\r\ncontent-disposition: form-data; name="graphs"\r\nContent-type: multipart/mixed; boundary=y\r\n\r\n{inner}\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    assert empty_scratch.client.post("/data", params={"graph": GRAPH}, content=content.encode(), headers=headers).status_code == 201
    assert get(empty_scratch, GRAPH).text.count("\n") == 2


@pytest.mark.parametrize(("content", "media_type"), [
    (MULTIPART, "multipart/form-data"), (MULTIPART, "multipart/form-data; boundary=other"), (MULTIPART[:-10], "multipart/form-data; boundary=a6fe4"),
    ("--a\n\n--a--", "multipart/form-data; boundary=a"), ("--a\nContent-Disposition: form-data; name=x\n--a--", "multipart/form-data; boundary=a"),
])
def test_broken_forms_are_refused(empty_scratch, content, media_type):
    answer = empty_scratch.client.post("/data", params={"graph": GRAPH}, content=content.encode(), headers={"Content-Type": media_type})
    assert answer.status_code == 400, answer.text
    assert empty_scratch.rows("SELECT ?g { GRAPH ?g {} }") == []


@pytest.mark.parametrize(("method", "status"), [("PUT", 201), ("POST", 201)])
def test_multipart(empty_scratch, method, status):
    files = [
        ("one", ("one.ttl", "<urn:a> <urn:b> 1 .", "text/turtle")),
        ("two", ("two.nt", "<urn:a> <urn:b> <urn:c> .\n", "application/octet-stream")),
    ]
    answer = empty_scratch.client.request(method, "/data", params={"graph": GRAPH}, files=files)
    assert answer.status_code == status, answer.text
    assert get(empty_scratch, GRAPH).text.count("\n") == 2


def test_whole_datasets(empty_scratch):
    body = "<urn:a> <urn:b> <urn:c> . GRAPH <urn:g> { <urn:a> <urn:b> <urn:d> . }"
    assert empty_scratch.client.put("/data", content=body, headers={"Content-Type": "application/trig"}).status_code == 204
    assert empty_scratch.rows("SELECT ?g ?o { GRAPH ?g { ?s ?p ?o } }") == [{"g": "urn:g", "o": "urn:d"}]


FORMATS = {
    "application/rdf+xml": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="urn:x:"><rdf:Description rdf:about="urn:a"><x:b rdf:resource="urn:c"/></rdf:Description></rdf:RDF>',
    "application/ld+json": '{"@id": "urn:a", "urn:x:b": {"@id": "urn:c"}}',
    "application/n-triples": "<urn:a> <urn:x:b> <urn:c> .\n",
    "text/n3": "<urn:a> <urn:x:b> <urn:c> .",
}


@pytest.mark.parametrize("media_type", FORMATS)
def test_formats_of_bodies(empty_scratch, media_type):
    answer = empty_scratch.client.put("/data", params={"graph": GRAPH}, content=FORMATS[media_type], headers={"Content-Type": media_type})
    assert answer.status_code == 201
    assert get(empty_scratch, GRAPH).text == "<urn:a> <urn:x:b> <urn:c> .\n"


@pytest.mark.parametrize(("status", "method", "address", "content", "media_type"), [
    (400, "PUT", "/data?graph=urn:g", "this is no Turtle", "text/turtle"),
    (400, "PUT", "/data?graph=urn:g", "<urn:a> <urn:b> 1 .", "application/rdf+xml"),
    (415, "PUT", "/data?graph=urn:g", "x", "image/png"),
    (415, "PUT", "/data?graph=urn:g", "<urn:a> <urn:b> 1 .", ""),
    (415, "PUT", "/data?graph=urn:g", "<urn:g> { <urn:a> <urn:b> 1 }", "application/trig"),
    (400, "PUT", "/data", "<urn:a> <urn:b> 1 .", "text/turtle"),
    (400, "PUT", "/data?default&graph=urn:g", "<urn:a> <urn:b> 1 .", "text/turtle"),
    (400, "PUT", "/data?default=yes", "<urn:a> <urn:b> 1 .", "text/turtle"),
    (400, "PUT", "/data?graph=", "<urn:a> <urn:b> 1 .", "text/turtle"),
    (400, "PUT", "/data?graph=%20", "<urn:a> <urn:b> 1 .", "text/turtle"),
    (400, "PUT", "/data/x?default", "<urn:a> <urn:b> 1 .", "text/turtle"),
    (400, "DELETE", "/data", "", ""),
    (400, "GET", "/data", "", ""),
    (405, "PATCH", "/data?default", "x", "text/turtle"),
])
def test_what_is_refused_changes_nothing(empty_scratch, status, method, address, content, media_type):
    headers = {"Content-Type": media_type} if media_type else {}
    answer = empty_scratch.client.request(method, address, content=content.encode(), headers=headers)
    assert answer.status_code == status, answer.text
    assert empty_scratch.rows("SELECT ?g { GRAPH ?g {} }") == []


def test_reading_a_release(endpoint):
    assert endpoint.client.get("/data", params={"graph": "https://example.org/east"}, headers={"Accept": "application/n-triples"}).text.count("\n") == 2
    assert endpoint.client.get("/data", params={"graph": "https://example.org/none"}).status_code == 404
    tag = endpoint.client.get("/data", params={"graph": "https://example.org/east"}).headers["etag"]
    assert endpoint.client.get("/data", params={"graph": "https://example.org/east"}, headers={"If-None-Match": tag}).status_code == 304
    assert endpoint.client.get("/data", params={"graph": "https://example.org/east"}, headers={"Accept": "image/png"}).status_code == 406


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_a_release_is_not_written(endpoint, method):
    answer = endpoint.client.request(method, "/data?default")
    assert answer.status_code == 405
    assert "PUT" not in answer.headers["allow"]


def test_update_of_a_release_is_refused(endpoint):
    assert endpoint.update("CLEAR ALL").status_code == 403


def test_scratch_is_for_this_machine_only():
    from endpoint.serve import refuse_what_cannot_be
    from endpoint.settings import EndpointSettings

    with pytest.raises(SystemExit, match="this machine only"):
        refuse_what_cannot_be(EndpointSettings(scratch=True, host="0.0.0.0"))


def test_changes_go_on_without_end(empty_scratch):
    """Each change is a process that follows the former one; none of them leaves anything behind."""
    def descriptors() -> int:
        return len(list(Path(f"/proc/{empty_scratch.process.pid}/fd").iterdir()))

    before = descriptors()
    for number in range(40):
        assert empty_scratch.update(f"INSERT DATA {{ <urn:a> <urn:b> {number} }}").status_code == 204
    assert empty_scratch.rows(COUNT) == [{"n": "40"}]
    assert descriptors() <= before + 10


class OneOfMany(Nursery):
    """A nursery that is followed by the next one until there were enough."""

    def __init__(self, left: int):
        self.left = left

    def run(self) -> None:
        if self.left:
            raise Succession(OneOfMany(self.left - 1))


def test_the_next_nursery_leaves_the_call_stack_of_the_former_behind():
    """As many changes as would take up any stack many times over."""
    child = os.fork()
    if child == 0:
        try:
            run_in_succession(OneOfMany(5 * sys.getrecursionlimit()))
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_change_that_supposes_another_state_is_refused(scratch):
    """Who read a graph, and changes it after others did, is told; nothing is lost. Source: RFC 9110, 13.1."""
    address, turtle = "/data?graph=urn:supposed", {"Content-Type": "text/turtle"}

    def put(content: str, **headers: str) -> int:
        conditions = {name.replace("_", "-"): value for name, value in headers.items()}
        return scratch.client.put(address, content=content, headers=turtle | conditions).status_code

    assert put("<urn:a> <urn:p> 0 .", If_Match="*") == 412
    assert put("<urn:a> <urn:p> 1 .", If_None_Match="*") == 201
    assert put("<urn:a> <urn:p> 2 .", If_None_Match="*") == 412
    read = [scratch.client.get(address, headers={"Accept": accept, "Accept-Encoding": "identity"}).headers["etag"] for accept in ("text/turtle", "application/n-triples")]
    assert len(set(read)) == 2
    assert put("<urn:a> <urn:p> 3 .", If_None_Match=read[1]) == 412
    assert put("<urn:a> <urn:p> 4 .", If_Match=f'"other", {read[1]}') == 204
    told = scratch.client.put(address, content="<urn:a> <urn:p> 5 .", headers=turtle | {"If-Match": read[0]})
    assert told.status_code == 412 and told.json()["type"].endswith("/precondition-failed")
    assert scratch.client.delete(address, headers={"If-Match": read[0]}).status_code == 412
    assert scratch.client.get(address, headers={"Accept": "application/n-triples"}).text.split() == ["<urn:a>", "<urn:p>", '"4"^^<http://www.w3.org/2001/XMLSchema#integer>', "."]
    assert scratch.client.delete(address, headers={"If-Match": "*"}).status_code == 204
