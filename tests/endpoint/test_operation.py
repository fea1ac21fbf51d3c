"""Operation: health, metrics, a new release under load, lost processes, stopping, several server processes."""

import asyncio
import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from endpoint.engine import Inquiry, generation
from endpoint.engine.local import LocalEngine
from endpoint.settings import EndpointSettings

VERSION = "SELECT ?v { <https://example.org/release> <https://example.org/version> ?v }"


def wait_for(condition, seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.05)
    return False


class Load:
    """Clients that ask in a loop until told to stop, and what they saw."""

    def __init__(self, address: str, clients: int = 3):
        self.address, self.is_over = address, False
        self.seen: set[str] = set()
        self.failures: list[str] = []
        self.count = 0
        self.threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(clients)]

    def _ask(self, number: int) -> None:
        with httpx.Client(base_url=self.address, timeout=20) as client:
            asked = 0
            while not self.is_over:
                asked += 1
                try:
                    answer = client.get("/sparql", params={"query": f"{VERSION} # {number} {asked}"}, headers={"Accept": "text/csv"})
                    if answer.status_code == 200:
                        self.seen.add(answer.text.split()[1])
                    else:
                        self.failures.append(answer.text)
                except httpx.TransportError as error:
                    self.failures.append(repr(error))
                self.count += 1

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over = True
        for thread in self.threads:
            thread.join()


def test_health(endpoint):
    assert endpoint.client.get("/health/live").json() == {"status": "live"}
    ready = endpoint.client.get("/health/ready").json()
    assert ready["status"] == "ready" and ready["release"] == "1.0.0" and ready["quads"] > 60_000


def test_metrics(endpoint):
    endpoint.query("ASK { ?s ?p ?o } # metrics")
    families = {family.name for family in text_string_to_metric_families(endpoint.client.get("/metrics").text)}
    assert families >= {
        "regin_http_requests", "regin_query_seconds", "regin_query_first_byte_seconds", "regin_queries", "regin_answer_bytes", "regin_queue_waiting",
        "regin_queries_running", "regin_query_processes", "regin_memory_bytes", "regin_cache_bytes", "regin_cache_lookups", "regin_query_processes_ended",
        "regin_release_info",
    }
    assert endpoint.metric("regin_release_info", '{identity="' + release_identity(endpoint) + '",version="1.0.0"}') == 1


def test_addresses_that_do_not_exist_make_no_series(endpoint):
    for number in range(3):
        endpoint.client.get(f"/dataXY{number}")
        endpoint.client.get(f"/reconcile{number}/x")
    told = endpoint.client.get("/metrics").text
    assert 'family="dataXY' not in told and 'family="reconcile0' not in told


def test_a_query_in_the_log_stands_on_one_line(start_server):
    server = start_server(log_queries="true")
    server.query("ASK {}\n# 2026-01-01 00:00:00,000 INFO endpoint.access id=forged")
    server.query("ASK {}\n# 2026-01-01 00:00:00,000 INFO endpoint.access id=forged")
    assert wait_for(lambda: server.log.read_text().count("id=forged") == 2)
    assert all("path=/sparql" in line for line in server.log.read_text().splitlines() if "id=forged" in line)
    server.stop()


def release_identity(endpoint) -> str:
    text = endpoint.client.get("/metrics").text
    return text.split('regin_release_info{identity="')[1].split('"')[0]


def test_explain(endpoint):
    told = endpoint.query("SELECT * { ?s <https://example.org/number> ?n } LIMIT 1000", params={"explain": "1"}).json()
    assert told["kind"] == "solutions" and told["rows"] == 1000 and told["bytes"] > 1000
    assert told["release"] == "1.0.0" and told["engine_ms"] >= 0 and told["first_byte_ms"] > 0
    assert told["evaluated_query"].startswith("SELECT")


def test_explain_in_a_browser(endpoint):
    """What a query took is read in a browser as well, whatever it accepts."""
    text = "PREFIX ex: <https://example.org/> SELECT ?s { ?s ex:name ?n }"
    for accept in ("text/html", "text/html,application/xhtml+xml,*/*;q=0.8", "image/png"):
        answer = endpoint.query(text, accept, params={"explain": "true"})
        assert answer.headers["content-type"] == "application/json"
        assert answer.text.startswith("{\n ") and answer.json()["rows"] == 3
        assert answer.json()["preparation"]


def test_slow_queries_are_logged_without_their_text(start_server):
    server = start_server(slow_query_s=0)
    answer = server.query("SELECT ?secretword { VALUES ?secretword { 1 } }")
    line = f"slow query id={answer.headers['x-request-id']}"
    assert wait_for(lambda: line in server.log.read_text())
    assert "secretword" not in server.log.read_text()
    server.stop()


def test_a_new_release_is_taken_up_without_a_failed_request(start_server, write_release, tmp_path):
    folders = [write_release(tmp_path / version, version) for version in ("2.0.0", "2.1.0")]
    link = tmp_path / "current"
    link.symlink_to(folders[0])
    server = start_server(release=link, release_poll_s=0.2)
    tag = server.query(VERSION).headers["etag"]
    assert server.query(VERSION, headers={"If-None-Match": tag}).status_code == 304
    with Load(server.address) as load:
        time.sleep(0.5)
        fresh = tmp_path / "next"
        fresh.symlink_to(folders[1])
        os.replace(fresh, link)
        assert wait_for(lambda: "2.1.0" in load.seen)
        time.sleep(0.3)
    assert load.failures == []
    assert load.seen == {"2.0.0", "2.1.0"}
    assert server.rows(VERSION) == [{"v": "2.1.0"}]
    changed = server.query(VERSION, headers={"If-None-Match": tag})
    assert changed.status_code == 200 and changed.headers["etag"] != tag
    assert wait_for(lambda: server.metric("regin_query_processes", '{state="former"}') == 0)


def test_a_broken_release_is_not_taken_up(start_server, tmp_path, small_release):
    link = tmp_path / "current"
    link.symlink_to(small_release)
    server = start_server(release=link, release_poll_s=0.2)
    broken = tmp_path / "broken" / "store"
    broken.mkdir(parents=True)
    (broken / "CURRENT").write_text("MANIFEST-000001\n")
    fresh = tmp_path / "next"
    fresh.symlink_to(broken.parent)
    os.replace(fresh, link)
    assert wait_for(lambda: "cannot be opened" in server.log.read_text())
    assert server.rows(VERSION) == [{"v": "1.0.0"}]
    server.stop()


def test_nothing_is_written_to_the_release(endpoint, small_release):
    before = {path: path.stat().st_mtime_ns for path in (small_release / "store").iterdir()}
    endpoint.query("SELECT * { ?s ?p ?o } LIMIT 1000 # reading")
    assert {path: path.stat().st_mtime_ns for path in (small_release / "store").iterdir()} == before


def test_idle_query_processes_that_are_killed_are_replaced_and_nobody_is_told(endpoint):
    for attempt in range(4):
        assert wait_for(lambda: len(endpoint.query_processes()) >= 2)
        for pid in endpoint.query_processes():
            os.kill(pid, signal.SIGKILL)
        answer = endpoint.query(f"ASK {{ ?s ?p {attempt} }} # after kill")
        assert answer.status_code == 200, answer.text


def test_a_killed_query_is_told_and_others_go_on(endpoint):
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } # killed"
    answers = []
    thread = threading.Thread(target=lambda: answers.append(httpx.get(f"{endpoint.address}/sparql", params={"query": text}, timeout=20)))
    thread.start()
    time.sleep(0.6)
    for pid in endpoint.query_processes():
        os.kill(pid, signal.SIGKILL)
    thread.join()
    assert answers[0].status_code == 503
    assert wait_for(lambda: endpoint.query(VERSION).status_code == 200)


def test_a_killed_nursery_is_replaced(start_server, children):
    server = start_server(release_poll_s=0.2)
    nursery, = children(server.process.pid)
    os.kill(nursery, signal.SIGKILL)
    assert wait_for(lambda: children(server.process.pid) not in ([], [nursery]))
    server.wait_until_ready()
    assert server.rows(VERSION) == [{"v": "1.0.0"}]
    server.stop()


def test_a_nursery_that_hangs_is_replaced(small_release, monkeypatch):
    """Its query processes are killed while it is stopped: none can follow, until the nursery is given up."""
    monkeypatch.setattr(generation, "FORK_LIMIT_S", 0.5)

    async def scenario() -> str:
        engine = LocalEngine(EndpointSettings(release=small_release, release_poll_s=0.1))
        await engine.start()
        try:
            hanging = engine.generation.nursery_pid
            os.kill(hanging, signal.SIGSTOP)
            for worker in list(engine.generation.idle):
                worker.replace()
            async with asyncio.timeout(30):
                while engine.generation.nursery_pid == hanging or not engine.is_ready:
                    await asyncio.sleep(0.05)
            answer = await engine.inquire(Inquiry(VERSION, client="test"))
            return (await answer.read()).decode()
        finally:
            await engine.stop()

    # In a thread of its own: tests of the browser leave an event loop running in theirs.
    assert "1.0.0" in ThreadPoolExecutor(1).submit(asyncio.run, scenario()).result()


def test_an_engine_ends_a_nursery_that_hangs(small_release, monkeypatch):
    monkeypatch.setattr(generation, "NURSERY_ENDS_S", 0.5)

    async def scenario() -> int | None:
        engine = LocalEngine(EndpointSettings(release=small_release))
        await engine.start()
        nursery = engine.generation.process
        os.kill(nursery.pid, signal.SIGSTOP)
        try:
            await engine.stop()
            return nursery.poll()
        finally:
            nursery.kill()

    assert ThreadPoolExecutor(1).submit(asyncio.run, scenario()).result() == -signal.SIGKILL


def test_a_server_killed_at_work_leaves_nothing_behind_and_starts_again(start_server, children, small_release):
    """Queries run, rows flow, and the server is killed: no process stays, the release is untouched, the next start answers."""
    server = start_server()
    threads = [threading.Thread(target=swallow, args=(server.address, text)) for text in (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }", "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    )]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    pids = [*children(server.process.pid), *server.query_processes()]
    before = {path: path.read_bytes() for path in (small_release / "store").iterdir()}
    assert len(pids) >= 3
    server.stop(signal.SIGKILL)
    for thread in threads:
        thread.join()
    assert wait_for(lambda: not any(is_alive(pid) for pid in pids))
    assert {path: path.read_bytes() for path in (small_release / "store").iterdir()} == before
    again = start_server()
    assert again.rows(VERSION) == [{"v": "1.0.0"}]
    again.stop()


def swallow(address: str, text: str) -> None:
    try:
        httpx.get(f"{address}/sparql", params={"query": text}, timeout=20)
    except httpx.TransportError:
        return


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_stop_finishes_what_runs(start_server):
    server = start_server(query_timeout_s=20, shutdown_grace_s=15)
    text = "SELECT (COUNT(*) AS ?n) { ?a <https://example.org/number> ?x . ?b <https://example.org/number> ?y FILTER(?x < 12 && ?y < 30000) }"
    answers = []
    thread = threading.Thread(target=lambda: answers.append(httpx.get(f"{server.address}/sparql", params={"query": text}, timeout=30)))
    thread.start()
    time.sleep(0.3)
    code = server.stop()
    thread.join()
    assert answers[0].status_code == 200
    assert code in (0, -signal.SIGTERM)
    assert " ERROR " not in server.log.read_text()


def test_a_stop_logs_no_error_while_query_processes_are_born(start_server):
    """Query processes end and others are on their way when the server stops."""
    server = start_server()
    for pid in server.query_processes():
        os.kill(pid, signal.SIGKILL)
    server.stop()
    assert " ERROR " not in server.log.read_text()


def test_several_server_processes(start_server, children):
    """Both answer, both are counted, and one that is lost is replaced."""
    server = start_server(workers=2)
    ids = set()
    for number in range(30):
        with httpx.Client(base_url=server.address) as client:
            answer = client.get("/sparql", params={"query": f"{VERSION} # {number}"})
            assert answer.status_code == 200
            ids.add(answer.headers["etag"])
    assert wait_for(lambda: server.metric("regin_queries_total", '{outcome="ok"}') == 30)
    fronts = [pid for pid in children(server.process.pid) if children(pid)]
    assert len(fronts) == 2
    os.kill(fronts[0], signal.SIGKILL)
    server.client.close()
    server.client = httpx.Client(base_url=server.address, timeout=20)
    assert wait_for(lambda: len([pid for pid in children(server.process.pid) if children(pid)]) == 2, 20)
    assert server.rows(VERSION) == [{"v": "1.0.0"}]
    server.stop()


def test_serving_nothing_is_refused_with_a_sentence(tmp_path):
    from endpoint.serve import serve

    with pytest.raises(SystemExit, match="no release"):
        serve(release=tmp_path)
