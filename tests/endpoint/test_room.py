"""Memory of all query processes together: measured, bounded, and taken from those that have had most of it."""

import mmap
import os
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest

from endpoint.engine import memory
from endpoint.engine.channel import Channel
from endpoint.engine.lanes import Run
from endpoint.engine.memory import MEBIBYTE, Use
from endpoint.engine.room import ANSWERING_S, FAIR_S, NEW_S, SCARCE, Room, in_turn

NUMBER = "<https://example.org/number>"
# The filter takes time and no memory: what is gathered between two looks shall not tell how fast the machine is.
GREEDY = f"SELECT * {{ ?a {NUMBER} ?x . ?b {NUMBER} ?y FILTER(STRLEN(CONCAT(STR(?x), STR(?y))) > 0) }} ORDER BY ?y ?x"
BOUND_MIB = 400


def long_query(spent_s: float, held_mib: int = 0, arrived: float = 0.0) -> Run:
    return Run(None, "client", arrived, arrived, 30.0, spent_s=spent_s, held=held_mib * MEBIBYTE)


def room() -> Room:
    return Room(1000 * MEBIBYTE, lambda: ())


@pytest.mark.parametrize(("taken", "order"), [
    (0.5, [0.0, 0.1, 0.25, 0.45, 3.0, 9.0]),
    (0.8, [0.45, 0.1, 0.0, 0.25, 3.0, 9.0]),  # one that has begun is to be done with
    (0.95, [0.45, 0.25, 0.1, 0.0, 3.0, 9.0]),  # nothing new is begun
])
def test_who_has_spent_least_goes_first(taken, order):
    runs = [long_query(spent) for spent in (9.0, 0.45, 0.1, 3.0, 0.25, 0.0)]
    assert [run.spent_s for run in in_turn(runs, taken)] == order


def test_of_those_on_one_step_the_first_to_come_goes_on():
    sooner, later = long_query(0.75, arrived=1.0), long_query(0.45, arrived=2.0)
    assert in_turn([later, sooner], 0.0) == [sooner, later]


def test_an_answer_that_is_sent_takes_its_turn_as_others_and_may_spend_a_little_more():
    hostile, answering = long_query(0.6, 400), long_query(0.9, 400)
    answering.piece_came()
    assert in_turn([answering, hostile], 0.0) == [hostile, answering]
    assert room().one_too_many([hostile, answering]) is hostile
    assert room().one_too_many([answering, long_query(0.4, 400)]) is None
    answering.spent_s = FAIR_S + ANSWERING_S
    answering.piece_came()
    assert room().one_too_many([answering, long_query(0.4, 500)]) is answering


def test_who_begins_to_answer_and_falls_silent_is_spared_no_longer():
    silent = long_query(0.0, 400)
    silent.piece_came()
    silent.spent_s = FAIR_S
    assert room().one_too_many([silent, long_query(0.4, 500)]) is silent


def test_nobody_ends_while_there_is_room():
    assert room().one_too_many([long_query(60.0, int(SCARCE * 1000) - 1)]) is None


def test_the_one_of_most_memory_and_time_ends_and_nobody_within_its_fair_share():
    small, hostile, innocent = long_query(20.0, 10), long_query(5.0, 400), long_query(FAIR_S - 0.1, 500)
    assert room().one_too_many([small, hostile, innocent]) is hostile
    assert room().one_too_many([innocent, long_query(NEW_S, 400)]) is None


def test_beyond_the_bound_one_that_has_begun_ends_and_a_newcomer_never():
    first, second = long_query(FAIR_S - 0.1, 700), long_query(NEW_S - 0.1, 600)
    assert room().one_too_many([first, second]) is first
    assert room().one_too_many([second, long_query(0.0, 700)]) is None


def test_a_little_beyond_the_bound_nobody_within_its_fair_share_ends():
    assert room().one_too_many([long_query(FAIR_S - 0.1, 600), long_query(NEW_S, 600)]) is None
    late = long_query(FAIR_S, 600)
    assert room().one_too_many([long_query(FAIR_S - 0.1, 600), late]) is late


@pytest.mark.parametrize(("is_answering", "limit_s", "more_s"), [(False, 5.0, 0.0), (True, 5.0, 4.0), (True, 3.0, 3.0)])
def test_what_an_answer_on_its_way_waited_for_others_does_not_count_up_to_the_limit(is_answering, limit_s, more_s):
    """A query began six seconds ago, ran for two, and pauses."""
    began = time.monotonic() - 6
    run = Run(SimpleNamespace(channel=Channel()), "client", began, began, limit_s, attained_s=2.0)
    if is_answering:
        run.piece_came()
    assert run.ends_at() - began == pytest.approx(limit_s + more_s, abs=0.1)


@dataclass(eq=False)
class Idle:
    """An idle query process; ending one makes a place, which somebody in the waiting line takes at once."""

    held_mib: int
    everyone: list["Idle"]

    def use(self) -> Use:
        return Use(self.held_mib * MEBIBYTE)

    def replace(self) -> bool:
        if self not in self.everyone:
            return False
        self.everyone.remove(self)
        if self.everyone:
            self.everyone.pop()  # taken for a query
        return True


def test_idle_processes_that_hold_much_end_the_least_used_first_unless_they_are_taken():
    idle: list[Idle] = []
    idle += [Idle(10, idle), Idle(300, idle), Idle(300, idle), Idle(300, idle), Idle(300, idle)]
    place = Room(400 * MEBIBYTE, lambda: idle)
    place.look_beside((), ())
    assert [process.held_mib for process in idle] == [10]
    assert place.held_beside == 610 * MEBIBYTE  # the two that were taken meanwhile are left alone


def test_what_a_process_has_for_itself_is_what_it_touched_of_what_it_shares():
    """A child of a process with 64 MiB writes to a fourth of them."""
    shared = bytearray(os.urandom(64 * MEBIBYTE))
    told, tell = os.pipe()
    go_on, let_go = os.pipe()
    child = os.fork()
    if child == 0:
        for place in range(0, 16 * MEBIBYTE, memory.PAGE):
            shared[place] ^= 1
        os.write(tell, b".")
        os.read(go_on, 1)
        os._exit(0)
    os.read(told, 1)
    use = memory.use_of(child, memory.use_of(os.getpid()).resident)
    private = sum(int(line.split()[1]) for line in Path(f"/proc/{child}/smaps_rollup").read_text().splitlines() if line.startswith("Private_")) * 1024
    os.write(let_go, b".")
    os.waitpid(child, 0)
    assert 16 * MEBIBYTE <= use.held <= private + 8 * MEBIBYTE
    assert memory.use_of(child) == Use()


def test_files_that_a_process_reads_are_not_held_by_it(tmp_path):
    """A child reads 64 MiB of a file that it maps, and makes 8 MiB of its own."""
    path = tmp_path / "table"
    path.write_bytes(os.urandom(MEBIBYTE) * 64)
    told, tell = os.pipe()
    go_on, let_go = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(tell, b".")
        os.read(go_on, 1)
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as mapped:
            # Not from the heap, which may have as much to spare already.
            own = mmap.mmap(-1, 8 * MEBIBYTE, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            for place in range(0, len(own), memory.PAGE):
                own[place] = 46
            read = sum(mapped[place] for place in range(0, len(mapped), memory.PAGE)) + len(own)
            os.write(tell, b"." if read else b"")
            os.read(go_on, 1)
            os._exit(0)
    os.read(told, 1)
    before = memory.use_of(child)
    os.write(let_go, b".")
    os.read(told, 1)
    after = memory.use_of(child, before.resident)
    os.write(let_go, b".")
    os.waitpid(child, 0)
    assert 8 * MEBIBYTE <= after.resident - before.resident < 16 * MEBIBYTE
    assert 8 * MEBIBYTE <= after.held < 40 * MEBIBYTE  # a fault of a file counts, and maps many of its pages


@pytest.mark.parametrize(("groups", "mib"), [
    ({}, 8000),
    ({"user.slice/memory.max": "max", "user.slice/regin.service/memory.max": "1048576000"}, 1000),
    ({"user.slice/memory.max": "524288000", "user.slice/regin.service/memory.max": "max"}, 500),
    ({"memory/box/memory.limit_in_bytes": "209715200"}, 200),
    ({"memory/memory.limit_in_bytes": "9223372036854771712"}, 8000),
])
def test_the_control_group_counts_where_it_allows_less(tmp_path, groups, mib):
    proc = tmp_path / "proc"
    (proc / "self").mkdir(parents=True)
    (proc / "meminfo").write_text("MemTotal:        8192000 kB\nMemFree: 1 kB\n")
    (proc / "self" / "cgroup").write_text("4:memory:/box\n0::/user.slice/regin.service\n")
    for name, limit in groups.items():
        (tmp_path / "groups" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "groups" / name).write_text(limit + "\n")
    assert memory.memory_there_is(proc, tmp_path / "groups") == mib * MEBIBYTE


def test_the_bound_is_divided_among_server_processes():
    assert memory.bound_bytes(1000, 2) == 500 * MEBIBYTE
    assert 0 < memory.bound_bytes(0, 1) <= memory.MOST_MIB * MEBIBYTE


def test_greedy_queries_stay_within_the_bound_and_harm_nobody_else(start_server):
    """Eight queries that would gather 300 MiB each: together they never hold much more than 400 MiB, and some end with a word of it,
    while queries of a moment and of some work are answered."""
    server = start_server(query_processes_mib=BOUND_MIB, query_timeout_s=25)
    answers: list[httpx.Response] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(httpx.get(f"{server.address}/sparql", params={"query": f"{GREEDY} # {n}"}, timeout=30)))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    held, number = [], 0
    until = time.monotonic() + 2
    while time.monotonic() < until:
        number += 1
        answer = server.query(f"SELECT (SUM(?x * {number}) AS ?n) {{ ?a {NUMBER} ?x }}" if number % 5 == 0 else f"SELECT * {{ <https://example.org/lyra> ?p ?o }} # {number}")
        assert answer.status_code == 200, answer.text
        held.append(server.metric("regin_memory_bytes", '{part="queries"}') / MEBIBYTE)
    for thread in threads:
        thread.join()
    assert max(held) < BOUND_MIB + 150  # what two gather between looks
    assert {answer.status_code for answer in answers} == {503}
    crowded = [answer for answer in answers if "more memory" in answer.json()["detail"] and "together" in answer.json()["detail"]]
    assert crowded and all(answer.json()["type"].endswith("/busy") and int(answer.headers["retry-after"]) > 0 for answer in crowded)
    assert server.metric("regin_query_processes_ended", '{cause="crowded"}') == len(crowded)
    server.stop()
    assert " ERROR " not in server.log.read_text()
