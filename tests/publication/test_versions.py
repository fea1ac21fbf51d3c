"""Releases stay, what they removed leaves a tombstone, and whoever follows the streams holds the dump."""

import asyncio
import gzip
import json
import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from markupsafe import escape
from pyoxigraph import CanonicalizationAlgorithm, Dataset, DefaultGraph, Literal, NamedNode, Quad, RdfFormat, parse

from endpoint.errors import DamagedFile, Gone, NotFound
from endpoint.published import open_published
from regin_graph.build.release import write_release
from regin_graph.build.report import Report
from regin_graph.errors import WrongUse
from regin_graph.exporters.csv_tables import CsvTables
from regin_graph.exporters.geojson import GeoJson
from regin_graph.pruning import prune
from regin_graph.publication.catalogue import catalogue_pages, catalogue_statements
from regin_graph.publication.departures import check_reasons
from regin_graph.publication.description import Places
from regin_graph.publication.namespaces import term
from regin_graph.publication.versions import Publication, kept_publications, read_publication
from regin_graph.settings import project_folder

BASE = "https://w3id.org/regin/"
ATOM = "{http://www.w3.org/2005/Atom}"


def dump(folder) -> Dataset:
    """Give the default graph of a release's dump."""
    with gzip.open(folder / "graph.nq.gz") as file:
        found = Dataset(quad for quad in parse(file, format=RdfFormat.N_QUADS) if isinstance(quad.graph_name, DefaultGraph))
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return found


def _run(coroutine):
    """Give what a coroutine gives; in a thread of its own, as tests of the browser leave an event loop running in theirs."""
    return ThreadPoolExecutor(1).submit(asyncio.run, coroutine).result()


def _request(known) -> SimpleNamespace:
    """Give a request where this is published."""
    settings = SimpleNamespace(base_iri=BASE, public_url="http://here", max_age_s=1, contact="")
    state = SimpleNamespace(published=known, engine=SimpleNamespace(release=SimpleNamespace(identity="x")), settings=settings)
    return SimpleNamespace(app=SimpleNamespace(state=state), headers={}, scope={})


class Follower:
    """A client that keeps a copy by following a stream: it reads each page once, and each entity's newest version."""

    def __init__(self, client):
        self.client, self.read, self.versions, self.fetched = client, set(), {}, []

    def harvest(self, path: str) -> None:
        """Read the pages that are new."""
        quads = self._get(path)
        for page in sorted({quad.object.value for quad in quads if quad.predicate == term("tree:node")}):
            if page not in self.read:
                self.read.add(page)
                self._take(page)

    def _get(self, path: str) -> list[Quad]:
        answer = self.client.get(path, headers={"Accept": "application/trig"})
        assert answer.status_code == 200, path
        self.fetched.append(path)
        return list(parse(answer.content, format=RdfFormat.TRIG, rename_blank_nodes=True))

    def _take(self, page: str) -> None:
        quads = self._get(page)
        facts: dict = {}
        for quad in quads:
            if isinstance(quad.graph_name, DefaultGraph):
                facts.setdefault(quad.subject, {})[quad.predicate] = quad.object
        for member in [quad.object for quad in quads if quad.predicate == term("tree:member")]:
            said = facts[member]
            entity, moment = said[term("as:object")], said[term("as:published")].value
            content = {quad.triple for quad in quads if quad.graph_name == member}
            if moment >= self.versions.get(entity, ("",))[0]:
                self.versions[entity] = (moment, said[term("rdf:type")], content)

    def copy(self) -> Dataset:
        """Give the statements of all entities that are not deleted."""
        kept = [content for _, kind, content in self.versions.values() if kind != term("as:Delete")]
        found = Dataset(Quad(*triple) for content in kept for triple in content)
        found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        return found


def test_replaying_the_stream_gives_the_dump(releases, second_server):
    follower = Follower(second_server)
    follower.harvest("/ldes/entities")
    assert follower.copy() == dump(releases.out / "releases" / releases.second)


def test_a_second_harvest_transfers_the_change_alone(releases, second_server):
    follower = Follower(second_server)
    follower.read = {
        page for page in [f"{second_server.base_url}/ldes/entities/{releases.first}/{number}".replace("//ldes", "/ldes") for number in range(1, 100)]
    }
    follower.harvest("/ldes/entities")
    assert len(follower.fetched) == 2, "the root and one page"
    members = {entity.value: kind.value.rpartition("#")[2] for entity, (_, kind, _) in follower.versions.items()}
    assert members == {releases.edited: "Update", releases.removed: "Delete", releases.unexplained: "Delete"}
    page = follower.fetched[1]
    assert "immutable" in second_server.get(page).headers["cache-control"]


def test_the_stream_of_datasets_names_what_changed(releases, second_server):
    follower = Follower(second_server)
    follower.harvest("/ldes/catalog")
    kinds = {entity.value.rpartition("/")[2]: kind.value.rpartition("#")[2] for entity, (_, kind, _) in follower.versions.items()}
    assert kinds["practices"] == kinds["sources"] == "Update"
    assert kinds["actors"] == "Create"
    newest = follower.versions[NamedNode(f"{BASE}dataset/practices")]
    assert any(triple.predicate == term("dcat:distribution") for triple in newest[2])


def test_the_page_of_the_feed_of_datasets_is_the_one_that_the_release_holds(releases, second_server):
    for version in (releases.first, releases.second):
        held = (releases.out / "releases" / version / "changes" / "catalog.trig").read_bytes()
        root = str(second_server.base_url).rstrip("/")
        answer = second_server.get(f"/ldes/catalog/{version}", headers={"Accept": "application/trig"})
        assert answer.content == held.replace(b"<https://host.invalid/", f"<{root}/".encode())
        assert "immutable" in answer.headers["cache-control"]
        # What an installation sets and may change is told by the catalogue alone.
        assert b"mailto:" not in held and b"host.invalid" not in answer.content
        for media_type, syntax in (("application/n-quads", RdfFormat.N_QUADS), ("application/ld+json", RdfFormat.JSON_LD)):
            other = second_server.get(f"/ldes/catalog/{version}", headers={"Accept": media_type})
            assert set(parse(other.content, format=syntax)) == set(parse(answer.content, format=RdfFormat.TRIG))
            assert "immutable" not in other.headers["cache-control"], "written by the program as it is now"
    assert second_server.get(f"/ldes/catalog/{releases.second}/all").status_code == 404


def test_versions_that_were_gone_back_from_stay_where_they_are(tmp_path, serving):
    """A: served first; B follows it; back to A; C follows A. B stays addressable, and no stream leads through it."""
    title, label = NamedNode(BASE + "id/source/one"), NamedNode(BASE + "def/editors")

    only = NamedNode(BASE + "id/source/two")

    def release(words: str, *more: tuple) -> str:
        stated = [*more, (label, term("rdfs:label"), Literal("Editors", language="en")), (title, term("dct:title"), Literal(words, language="en"))]
        graph = NamedNode(BASE + "graph/ontology/practice")
        quads = {quad for one in stated for quad in (Quad(*one), Quad(*one, graph))}
        return write_release(quads, Report(), BASE, project_folder() / "data", tmp_path, "").version

    def point(version: str) -> None:
        link = tmp_path / "next"
        link.symlink_to(tmp_path / "releases" / version)
        link.replace(tmp_path / "current")

    first, second = release("A"), release("B", (only, term("dct:title"), Literal("Second", language="en")))
    fixed = (f"/dumps/{second}/vocabulary/vocabulary.nt", f"/dumps/{second}/graph.nq.gz", f"/ldes/entities/{second}/1", f"/ldes/catalog/{second}")
    with serving(tmp_path / "current") as client:
        before = [client.get(path, headers={"Accept": "*/*"}) for path in fixed]
        ahead, listed = Follower(client), Follower(client)
        ahead.harvest("/ldes/entities")
        listed.harvest("/ldes/catalog")
        assert ahead.copy() == dump(tmp_path / "current")
        for version, title_now in ((first, "A"), (None, "C")):
            point(version) if version else release("C")
            _wait_until(lambda expected=title_now: expected == _title(client))
            for path, answer in zip(fixed, before, strict=True):
                again = client.get(path, headers={"Accept": "*/*"})
                assert (again.status_code, again.content) == (200, answer.content), path
                assert "immutable" in again.headers["cache-control"]
            for path in (f"/dataset/vocabulary/{second}", f"/dataset/vocabulary/{second}.ttl", f"/releases/{second}", f"/releases/{second}/difference.txt"):
                assert client.get(path).status_code == 200, path
            _told_as_ahead(client, only, second)
            assert second in client.get("/dataset/vocabulary/9.9.9").json()["known"]
            described = client.get("/dataset/vocabulary", headers={"Accept": "application/n-triples"}).text
            assert second not in described and second not in client.get("/catalog", headers={"Accept": "text/turtle"}).text
            assert second not in client.get("/feed.atom").text
            follower = Follower(client)
            follower.harvest("/ldes/entities")
            assert not any(second in path for path in follower.fetched)
            assert follower.copy() == dump(tmp_path / "current")
        assert len(follower.fetched) == 3, "the root, a page of A, a page of C"
        # Who followed B as well is told what it said otherwise.
        ahead.harvest("/ldes/entities")
        listed.harvest("/ldes/catalog")
        assert ahead.copy() == dump(tmp_path / "current") and len(ahead.fetched) == 5
        assert not any(second in str(triple) for _, _, content in listed.versions.values() for triple in content)
        told = client.get(f"/releases/{(tmp_path / 'current').resolve().name}/difference.txt").text
        assert only.value not in told, "the change itself is that from A to C"


def _told_as_ahead(client, thing: NamedNode, version: str) -> None:
    """What only a release holds that was gone back from is told with that release, to people and programs."""
    path = "/" + thing.value.removeprefix(BASE)
    answer = client.get(path, headers={"Accept": "text/turtle"})
    assert answer.status_code == 410 and f'/releases/{version}>; rel="describedby"' in answer.headers["link"]
    found = Dataset(parse(answer.content, format=RdfFormat.TURTLE))
    assert Quad(thing, term("dct:isPartOf"), NamedNode(f"{BASE}releases/{version}")) in found
    assert Quad(thing, term("rdfs:label"), Literal("Second", language="en")) in found
    notes = {quad.object.language: quad.object.value for quad in found.quads_for_predicate(term("skos:changeNote"))}
    assert len(notes) == 8 and all(version in note for note in notes.values())
    told = client.get(path, headers={"Accept": "text/html", "Accept-Language": "sv"})
    assert told.status_code == 410 and "Detta hör till en nyare utgåva" in told.text and f"/releases/{version}" in told.text
    assert "Accept-Language" in told.headers["vary"], "no cache gives it to readers of other languages"
    assert client.get(path + "-never-was").status_code == 404


def test_a_page_that_is_none_is_told_with_those_there_are(releases, second_server):
    told = second_server.get(f"/ldes/entities/{releases.second}/99")
    assert told.status_code == 404 and told.json()["known"] == ["1"]
    assert ".ttl" in second_server.get("/def.xyz").json()["known"]


def _title(client) -> str:
    query = f"SELECT ?title WHERE {{ <{BASE}id/source/one> <http://purl.org/dc/terms/title> ?title }}"
    return client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.split()[1]


def _wait_until(happened) -> None:
    for _ in range(100):
        if happened():
            return
        time.sleep(0.1)
    raise AssertionError("it did not happen within ten seconds")


def test_a_stream_whose_beginning_is_gone_starts_with_everything(releases, tmp_path):
    from endpoint.routers.feed import _paths, catalogue_stream_start, entity_stream_page

    shutil.copytree(releases.out / "releases" / releases.second, tmp_path / releases.second)
    known = open_published("x", str(tmp_path / releases.second))
    paths = _paths(known, known.current, "entities", BASE)
    assert all("/all-" in path for path in paths)
    request = _request(known)
    triples, deleted = set(), set()
    for path in paths:
        answer = _run(entity_stream_page(request, *path.split("/")))
        quads = list(parse(answer.body, format=RdfFormat.TRIG))
        triples |= {Quad(*quad.triple) for quad in quads if isinstance(quad.graph_name, NamedNode)}
        deleted |= {quad.subject for quad in quads if quad.object == term("as:Delete")}
        assert "immutable" not in answer.headers["cache-control"], "written when it is needed"
    assert len(deleted) == 2, "who was away for long learns what went meanwhile"
    found = Dataset(triples)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    assert found == dump(releases.out / "releases" / releases.second)
    assert _paths(known, known.current, "catalog", BASE) == [f"{releases.second}/all"]
    answer = _run(catalogue_stream_start(request, releases.second))
    created = [quad for quad in parse(answer.body, format=RdfFormat.TRIG) if quad.object == term("as:Create")]
    assert len(created) == len(known.current.datasets)


def test_the_catalogue_knows_both_versions(releases, second_server):
    graph = Dataset(parse(second_server.get("/catalog.ttl").content, format=RdfFormat.TURTLE))
    node = NamedNode(f"{BASE}dataset/practices")
    versions = {quad.object.value.rpartition("/")[2] for quad in graph.quads_for_subject(node) if quad.predicate == term("dcat:hasVersion")}
    assert versions == {releases.first, releases.second}
    newest = NamedNode(f"{BASE}dataset/practices/{releases.second}")
    assert Quad(newest, term("dcat:previousVersion"), NamedNode(f"{BASE}dataset/practices/{releases.first}")) in graph
    for version in versions:
        file = second_server.get(f"/dumps/{version}/practices/practices.nt")
        assert file.content == (releases.out / "releases" / version / "dumps/practices/practices.nt").read_bytes()


def test_the_page_of_a_release_tells_the_change(releases, second_server):
    page = second_server.get(f"/releases/{releases.second}").text
    assert releases.edited.rpartition("/")[2] in page
    gone = dict(open_published("x", str(releases.out / "current")).departed["things"])[releases.removed]["names"]
    assert gone and str(escape(gone.get("en") or next(iter(gone.values())))) in page, "what is gone is called by its name"
    words = second_server.get(f"/releases/{releases.second}/difference.txt").text
    assert "+ note: \"A sentence added for the second release.\"@en" in words and f"removed {releases.removed}" in words and "searchText" not in words
    rdf = list(parse(second_server.get(f"/releases/{releases.second}/difference.nq").content, format=RdfFormat.N_QUADS))
    assert {quad.graph_name.value for quad in rdf} == {"urn:added", "urn:removed"}
    assert second_server.get(f"/releases/{releases.first}/difference.txt").status_code == 404


@pytest.mark.parametrize("accept", ["text/html", "text/turtle", "application/ld+json", "application/rdf+xml", "application/n-triples"])
def test_what_was_removed_leaves_a_tombstone(releases, second_server, accept):
    path = releases.removed.removeprefix(BASE)
    answer = second_server.get(f"/{path}", headers={"Accept": accept})
    assert answer.status_code == 410
    assert answer.headers["content-type"].startswith(accept)
    assert releases.second in answer.text and releases.first in answer.text
    assert "Said twice." in answer.text and releases.successor in answer.text or accept == "text/html"
    assert f'<{releases.successor}>; rel="successor-version"' in answer.headers["link"]
    assert second_server.get(f"/{path}-never-was", headers={"Accept": accept}).status_code == 404


def test_a_tombstone_tells_reason_day_and_successor_to_people_and_programs(releases, second_server):
    path = "/" + releases.removed.removeprefix(BASE)
    page = second_server.get(path, headers={"Accept": "text/html", "Accept-Language": "sv"}).text
    assert "Sagt två gånger." in page and page_of(releases.successor) in page and "<time datetime=" in page
    found = {quad.predicate: quad.object for quad in parse(second_server.get(path, headers={"Accept": "text/turtle"}).content, format=RdfFormat.TURTLE)}
    assert found[term("dct:isReplacedBy")].value == releases.successor
    assert found[term("skos:changeNote")].value in ("Said twice.", "Sagt två gånger.")
    assert found[term("prov:invalidatedAtTime")].value >= kept_publications(releases.out / "releases" / releases.second)[0].issued[:19]
    bare = second_server.get("/" + releases.unexplained.removeprefix(BASE), headers={"Accept": "text/html"}).text
    assert "The editors gave no reason." in bare and "Nothing replaces it." in bare


def page_of(iri: str) -> str:
    """Give the address of the page about a record."""
    return f"/{iri.removeprefix(BASE)}.html"


def test_tombstones_and_stories_outlive_the_releases_that_held_them(releases, tmp_path):
    shutil.copytree(releases.out / "releases" / releases.second, tmp_path / releases.second)
    known = open_published("x", str(tmp_path / releases.second))
    assert {releases.removed, releases.unexplained} <= known.departed["things"].keys()
    with pytest.raises(Gone) as told:
        known.version(releases.first)
    assert told.value.extra["known"] == [releases.second]
    with pytest.raises(NotFound):
        known.version("9.9.9")


def test_what_another_version_of_the_program_published_is_read_or_left_out(releases, tmp_path, caplog):
    for name in (releases.first, releases.second):
        shutil.copytree(releases.out / "releases" / name, tmp_path / name)
    path = tmp_path / releases.first / "publication.json"
    content = json.loads(path.read_text("utf-8"))
    content["catalogue"] |= {"of_a_later_version": "x"}
    del content["catalogue"]["place_box"]
    path.write_text(json.dumps(content), "utf-8")
    kept = kept_publications(tmp_path / releases.second)
    assert [one.version for one in kept] == [releases.second, releases.first]
    places = Places(BASE, "http://here")
    assert catalogue_statements(kept, places)
    for facts in content["datasets"].values():
        for file in facts["files"]:
            file["title"] = file.pop("format")
    path.write_text(json.dumps(content), "utf-8")
    kept = kept_publications(tmp_path / releases.second)
    assert [one.version for one in kept] == [releases.second] and catalogue_statements(kept, places)
    assert "its files tell no format" in caplog.text
    path.write_text('{"version": "cut', "utf-8")
    assert [one.version for one in kept_publications(tmp_path / releases.second)] == [releases.second]
    assert "cannot be read and is not served" in caplog.text


def test_the_same_graph_written_in_another_way_is_another_version(releases, tmp_path, monkeypatch):
    statement = (NamedNode(BASE + "def/editors"), term("rdfs:label"), Literal("Editors", language="en"))
    quads = [Quad(*statement), Quad(*statement, NamedNode(BASE + "graph/ontology/practice"))]
    data = project_folder() / "data"

    def version() -> str:
        return write_release(set(quads), Report(), BASE, data, tmp_path, "").version

    first = version()
    assert version() == first and len(list((tmp_path / "releases").iterdir())) == 1
    monkeypatch.setattr(GeoJson, "title", "GeoJSON 2")
    assert version() == first, "what is said of a file in passing makes no version"
    monkeypatch.setattr(CsvTables, "_metadata", lambda self, table: {"url": table.name})
    assert version() != first


def test_feeds_are_well_formed_and_of_their_subject(releases, second_server):
    whole = ElementTree.fromstring(second_server.get("/feed.atom").content)
    entries = [entry.findtext(f"{ATOM}id") for entry in whole.findall(f"{ATOM}entry")]
    assert set(entries[:2]) == {releases.edited, f"{BASE}releases/{releases.second}"}
    assert releases.removed not in entries, "notes are in no feed, there or gone"
    assert all(entry.findtext(f"{ATOM}updated") for entry in whole.findall(f"{ATOM}entry"))
    region = ElementTree.fromstring(second_server.get("/feed/region/skane.atom").content)
    ids = [entry.findtext(f"{ATOM}id") for entry in region.findall(f"{ATOM}entry")]
    assert ids and all("skane" in one for one in ids)
    topic = ElementTree.fromstring(second_server.get("/feed/topic/health.atom").content)
    assert all("health" in {one.get("term") for one in entry.findall(f"{ATOM}category")} for entry in topic.findall(f"{ATOM}entry"))
    assert second_server.get("/feed/region/nowhere.atom").status_code == 404


def test_a_damaged_file_is_found_and_not_served(releases, tmp_path, caplog):
    from endpoint.routers.dumps import dump as dump_of
    from endpoint.routers.dumps import whole
    from endpoint.routers.feed import catalogue_stream_page, entity_stream_page

    folder = tmp_path / releases.first
    shutil.copytree(releases.out / "releases" / releases.first, folder)
    (folder / "dumps/links/links.ttl").write_text("cut", "utf-8")
    (folder / "dumps/links/links.nt").unlink()
    (folder / "graph.nq.gz").write_bytes(b"cut")
    for page in ("1", "catalog"):
        (folder / "changes" / f"{page}.trig").write_bytes(b"")
    (folder / "dumps/practices/practices.ttl.gz").write_bytes(b"cut")
    known = open_published("x", str(folder))
    assert known.damaged[folder] == {"links/links.nt", "links/links.ttl", "practices/practices.ttl.gz", "graph.nq.gz", "changes/1.trig", "changes/catalog.trig"}
    request, version = _request(known), releases.first
    for refused in (
        *(known.refuse_damaged(known.current, name) for name in known.damaged[folder]), whole(request, version), dump_of(request, version, "links", "links.ttl"),
        dump_of(request, version, "links", "links.nt"), entity_stream_page(request, version, "1"), catalogue_stream_page(request, version),
    ):
        with pytest.raises(DamagedFile):
            _run(refused)
    packed = SimpleNamespace(app=request.app, headers={"accept-encoding": "gzip"}, scope={})
    assert "content-encoding" not in _run(dump_of(packed, version, "practices", "practices.ttl")).headers
    assert "differs from its checksum" in caplog.text
    assert read_publication(releases.out / "releases" / releases.first).damaged() == []


def test_a_file_that_is_damaged_while_it_is_served_is_found_and_one_that_is_repaired_too(releases, tmp_path, caplog):
    folder = tmp_path / releases.first
    shutil.copytree(releases.out / "releases" / releases.first, folder)
    known = open_published("x", str(folder))
    path, name = folder / "dumps/links/links.ttl", "links/links.ttl"
    whole = path.read_bytes()
    _run(known.refuse_damaged(known.current, name))
    path.write_bytes(whole[:-1] + b"#")
    for _ in range(2):
        with pytest.raises(DamagedFile):
            _run(known.refuse_damaged(known.current, name))
    assert caplog.text.count("differs from its checksum") == 1 and known.damaged[folder] == {name}
    path.unlink()
    with pytest.raises(DamagedFile):
        _run(known.refuse_damaged(known.current, name))
    path.write_bytes(whole)
    _run(known.refuse_damaged(known.current, name))
    assert known.damaged[folder] == set()


def test_a_changed_file_is_compared_once_for_all_that_ask_and_apart_from_requests(releases, tmp_path, monkeypatch):
    folder, name = tmp_path / releases.first, "links/links.ttl"
    shutil.copytree(releases.out / "releases" / releases.first, folder)
    known, look, compared, may_go_on = open_published("x", str(folder)), Publication.is_whole, [], threading.Event()

    def slowly(publication: Publication, file: str) -> bool:
        compared.append(threading.get_ident())
        may_go_on.wait(5)
        return look(publication, file)

    monkeypatch.setattr(Publication, "is_whole", slowly)

    async def asked() -> int:
        assert not await known.is_damaged(known.current, name) and not compared, "what is as it was is not read"
        (folder / "dumps" / name).write_bytes(b"cut")
        first = [asyncio.ensure_future(known.is_damaged(known.current, name)) for _ in range(3)]
        await asyncio.sleep(0.1)
        first[0].cancel()
        later = [asyncio.ensure_future(known.is_damaged(known.current, name)) for _ in range(3)]
        await asyncio.sleep(0.1)
        assert len(compared) == 1 and not any(one.done() for one in later), "nobody is told what was found before"
        may_go_on.set()
        assert await asyncio.gather(*first[1:], *later) == [True] * 5
        return threading.get_ident()

    assert _run(asked()) not in compared and len(compared) == 1


def test_a_file_that_is_written_while_it_is_compared_is_compared_again(releases, tmp_path, monkeypatch):
    folder, name = tmp_path / releases.first, "links/links.ttl"
    shutil.copytree(releases.out / "releases" / releases.first, folder)
    known, look, path = open_published("x", str(folder)), Publication.is_whole, folder / "dumps" / name
    content = path.read_bytes()

    def overtaken(publication: Publication, file: str) -> bool:
        is_whole = look(publication, file)
        path.write_bytes(content + b"#")
        return is_whole

    path.write_bytes(content)
    with monkeypatch.context() as patched:
        patched.setattr(Publication, "is_whole", overtaken)
        assert _run(known.is_damaged(known.current, name)), "what was read is no longer there"
    assert _run(known.is_damaged(known.current, name))
    path.write_bytes(content)
    assert not _run(known.is_damaged(known.current, name))


def test_two_releases_of_one_version_are_told_apart(releases, tmp_path):
    for name, folder in ((releases.first, releases.first), (releases.second, releases.second), (releases.second, "again")):
        shutil.copytree(releases.out / "releases" / name, tmp_path / folder)
    (tmp_path / "again" / "graph.nq.gz").write_bytes(b"cut")
    known = open_published("x", str(tmp_path / releases.first))
    again, other = sorted(known.later, key=lambda one: one.folder.name != "again")
    assert again.version == other.version and again.folder != other.folder
    assert _run(known.is_damaged(again, "graph.nq.gz")) and not _run(known.is_damaged(other, "graph.nq.gz"))
    following = open_published("y", str(tmp_path / releases.first), known)
    assert following.damaged == known.damaged == {known.current.folder: set(), other.folder: set(), again.folder: {"graph.nq.gz"}}


def test_what_newer_releases_hold_is_read_once_for_all_that_ask(releases, tmp_path, monkeypatch, caplog):
    from endpoint import published

    shutil.copytree(releases.out / "releases", tmp_path / "releases")
    read, look = [], published.read_ahead

    def slowly(*given) -> dict:
        read.append(given)
        time.sleep(0.1)
        return look(*given) | only

    monkeypatch.setattr(published, "read_ahead", slowly)

    async def asked(known) -> list:
        return await asyncio.gather(*(known.ahead(BASE) for _ in range(6)))

    only = {f"{BASE}id/practice/newer": {"names": {}, "version": releases.second, "moment": ""}}
    known = open_published("x", str(tmp_path / "releases" / releases.first))
    for _ in range(2):
        assert _run(asked(known)) == [only] * 6
    assert len(read) == 1

    def pruned(*given) -> dict:
        shutil.rmtree(tmp_path / "releases" / releases.second, ignore_errors=True)
        return slowly(*given)

    monkeypatch.setattr(published, "read_ahead", pruned)
    known = open_published("x", str(tmp_path / "releases" / releases.first))
    for _ in range(2):
        assert _run(asked(known)) == [{}] * 6
    assert len(read) == 2 and caplog.text.count("cannot be read: ") == 1


def test_the_files_of_all_versions_are_checked_once_and_apart_from_requests(releases, tmp_path, monkeypatch):
    from endpoint.published import published

    shutil.copytree(releases.out / "releases", tmp_path / "releases")
    (tmp_path / "releases" / releases.first / "graph.nq.gz").write_bytes(b"cut")
    state = SimpleNamespace(engine=SimpleNamespace(release=SimpleNamespace(identity="x", folder=str(tmp_path / "releases" / releases.second))))
    request = SimpleNamespace(app=SimpleNamespace(state=state))
    checked, look = [], Publication.damaged
    monkeypatch.setattr(Publication, "damaged", lambda publication: checked.append((publication.version, threading.get_ident())) or look(publication))

    async def asked() -> int:
        found = await asyncio.gather(*(published(request) for _ in range(5)))
        assert all(one is found[0] for one in found)
        with pytest.raises(DamagedFile):
            await found[0].refuse_damaged(found[0].version(releases.first), "graph.nq.gz")
        state.engine.release.identity = "y"
        again = await published(request)
        assert again is not found[0] and again.damaged == found[0].damaged
        # What was written since is found at the next switch, too.
        (tmp_path / "releases" / releases.second / "dumps/links/links.ttl").write_bytes(b"cut")
        state.engine.release.identity = "z"
        assert (await published(request)).damaged[tmp_path / "releases" / releases.second] == {"links/links.ttl"}
        return threading.get_ident()

    loop = _run(asked())
    assert [version for version, _ in checked] == [releases.second, releases.first], "not once more at every switch"
    assert loop not in {thread for _, thread in checked}


def test_versions_follow_each_other_in_time(releases):
    kept = kept_publications(releases.out / "releases" / releases.second)
    assert [one.version for one in kept] == [releases.second, releases.first]
    assert kept[0].issued > kept[1].issued
    assert json.loads((kept[0].folder / "publication.json").read_text("utf-8"))["previous"] == releases.first


def test_the_last_change_of_a_record_is_known_when_its_release_is_no_longer_kept(releases, tmp_path):
    from endpoint.releases import records_changed

    shutil.copytree(releases.out / "releases" / releases.second, tmp_path / releases.second)
    both, alone = (kept_publications(folder / releases.second) for folder in (releases.out / "releases", tmp_path))
    told = records_changed(alone)
    assert told == records_changed(both)
    assert told[releases.edited] == (both[0].issued, "changed") and told[releases.removed][1] == "removed"
    other = next(iri for iri in told if "/practice/" in iri and iri != releases.edited)
    assert told[other] == (both[1].issued, "added")
    # A release of before this was written down tells since when a record is there at the latest.
    path = tmp_path / "old" / releases.second
    shutil.copytree(tmp_path / releases.second, path)
    index = json.loads((path / "changes/index.json").read_text("utf-8"))
    del index["moments"]
    (path / "changes/index.json").write_text(json.dumps(index), "utf-8")
    assert records_changed(kept_publications(path))[other] == (both[0].issued, "added")


def test_each_description_of_a_release_is_read_once(releases, monkeypatch):
    from pathlib import Path

    read, look = [], Path.read_text
    monkeypatch.setattr(Path, "read_text", lambda path, *words, **more: read.append(path) or look(path, *words, **more))
    open_published("x", str(releases.out / "current"))
    assert sorted(path.parent.name for path in read if path.name == "publication.json") == sorted([releases.first, releases.second])


@pytest.mark.parametrize("pruned_at", ["publication.json", "index.json"])
def test_a_release_that_is_pruned_while_it_is_opened_is_passed_over(releases, tmp_path, monkeypatch, pruned_at):
    from pathlib import Path

    shutil.copytree(releases.out / "releases", tmp_path / "releases")
    former, look = tmp_path / "releases" / releases.first, Path.read_text

    def prune_first(path: Path, *words, **more) -> str:
        if path.name == pruned_at and former in path.parents:
            shutil.rmtree(former, ignore_errors=True)
        return look(path, *words, **more)

    monkeypatch.setattr(Path, "read_text", prune_first)
    known = open_published("x", str(tmp_path / "releases" / releases.second))
    assert not former.exists() and known.damaged[known.current.folder] == set()
    monkeypatch.setattr(Path, "read_text", look)
    assert open_published("y", str(tmp_path / "releases" / releases.second), known).versions == [releases.second]


def test_folders_of_files_lead_to_what_describes_them(releases, second_server):
    assert second_server.get(f"/dumps/{releases.first}").headers["location"] == "/catalog"
    assert second_server.get(f"/dumps/{releases.first}/practices").headers["location"] == f"/dataset/practices/{releases.first}"
    unknown = second_server.get("/dumps/9.9.9")
    assert unknown.status_code == 404 and set(unknown.json()["known"]) == {releases.first, releases.second}
    assert "practices" in second_server.get(f"/dumps/{releases.first}/nothing").json()["known"]


def test_pruning_keeps_the_newest_and_what_older_ones_leave(releases, tmp_path):
    shutil.copytree(releases.out / "releases", tmp_path / "releases")
    (tmp_path / "current").symlink_to(f"releases/{releases.second}")
    assert prune(tmp_path, 2) == []
    assert prune(tmp_path, 1) == [releases.first]
    assert [one.name for one in (tmp_path / "releases").iterdir()] == [releases.second]
    known = open_published("x", str(tmp_path / "current"))
    assert releases.removed in known.departed["things"] and [one.version for one in known.publications] == [releases.second]
    with pytest.raises(WrongUse):
        prune(tmp_path / "nowhere", 1)


def test_a_catalogue_that_outgrows_a_page_is_paged(releases):
    kept, places = kept_publications(releases.out / "releases" / releases.second), Places(BASE, "http://here")
    pages = catalogue_pages(kept, 6)
    assert len(pages) > 2 and sum(map(len, pages)) == len(kept[0].datasets)
    listed, together = [], set()
    for number in range(1, len(pages) + 1):
        graph = Dataset(Quad(*triple) for triple in catalogue_statements(kept, places, number, 6))
        here = {quad.object for quad in graph.quads_for_predicate(term("dcat:dataset"))}
        assert all(any(graph.quads_for_subject(one)) for one in here), "a page describes its own datasets only"
        services = [quad.object for quad in graph.quads_for_predicate(term("dcat:service"))]
        assert all(any(quad.predicate == term("dcat:servesDataset") for quad in graph.quads_for_subject(one)) for one in services)
        listed += here
        (view,) = [quad.subject for quad in graph.quads_for_object(term("hydra:PartialCollectionView"))]
        said = {quad.predicate: quad.object.value for quad in graph.quads_for_subject(view)}
        assert said[term("hydra:totalItems")] == str(len(kept[0].datasets))
        assert said.get(term("hydra:next")) == (f"http://here/catalog?page={number + 1}" if number < len(pages) else None)
        together |= {quad for quad in graph if quad.subject != view}
    assert len(listed) == len(set(listed)) == len(kept[0].datasets)
    whole = {Quad(*triple) for triple in catalogue_statements(kept, places)}
    assert together == {quad for quad in whole if "hydra" not in quad.predicate.value and "hydra" not in str(quad.object)}
    with pytest.raises(IndexError):
        catalogue_statements(kept, places, len(pages) + 1, 6)


def test_reasons_for_removals_are_checked(tmp_path):
    (tmp_path / "removed.yml").write_text(
        "removed:\n  - {id: practice/still, reason: {en: Gone.}}\n  - {id: practice/gone, reason: {en: Gone.}, replaced_by: practice/nobody}\n"
        "  - {id: practice/x, reason: {sv: Borta.}}\n  - {id: practice/y, reason: {en: Gone.}, because: no}\n", "utf-8",
    )
    quads = [Quad(NamedNode(f"{BASE}id/practice/still"), term("dct:title"), Literal("Still there", language="en"))]
    statements = SimpleNamespace(base=BASE, quads=quads, findings=[])
    check_reasons(tmp_path, tmp_path, statements)
    assert sorted(one.rule for one in statements.findings) == ["missing-field", "still-there", "unknown-field", "unknown-reference"]
    assert all(one.place.line for one in statements.findings)
