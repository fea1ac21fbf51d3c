"""Whose turn it is: clients in turns, and queries that are known to take long apart from the others."""

import asyncio
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from endpoint.engine.habits import Habits, shape_of
from endpoint.engine.lanes import Lanes, LaneSizes
from endpoint.engine.lines import Line, LongLine, Turn
from endpoint.engine.memory import MEBIBYTE, Use
from endpoint.engine.room import Room

NUMBER = "<https://example.org/number>"
MOMENT_S = 0.025
# Takes some tenths of a second.
LONG = f"SELECT (SUM(?x * ?k + %d) AS ?n) {{ ?a {NUMBER} ?x VALUES ?k {{ {' '.join(map(str, range(10)))} }} }}"


@pytest.fixture
def turn():
    loop = asyncio.new_event_loop()
    yield lambda client="a", arrived=0.0, expected_s=0.0: Turn(client, arrived, 30.0, 0, expected_s, loop.create_future())
    loop.close()


@pytest.mark.parametrize(("text", "is_same"), [
    ("SELECT * { <urn:b> ?p 'y' } LIMIT 20", True),
    ("SELECT * { <urn:a> ?q 'x' } LIMIT 10", False),
    ("SELECT * { ?s ?p 'x' } LIMIT 10", False),
    ("", False),
])
def test_what_differs_in_names_and_numbers_alone_has_one_shape(text, is_same):
    assert (shape_of("SELECT * { <urn:a> ?p 'x' } LIMIT 10") == shape_of(text)) is is_same


def test_what_was_long_again_and_again_is_expected_to_be_long():
    habits = Habits(MOMENT_S)
    assert habits.expected_s(1) == 0
    for _ in range(20):
        habits.took(1, 0.5)
    assert habits.expected_s(1) == pytest.approx(0.5, rel=0.01)
    assert habits.expected_s(2) == 0


@pytest.mark.parametrize(("spent", "is_long"), [
    ([60.0], False),
    ([1.0, 1.0, 1.0], True),
    ([1.0, 1.0, 1.0, 0.0, 0.0, 0.0], False),
    ([0.0, 0.0, 0.0, 0.0, 9.0] * 20, False),  # now and then one of many that are short
    ([0.02] * 20, False),
    ([0.02, 0.05] * 20, True),
])
def test_a_shape_is_long_when_a_good_part_of_its_last_were(spent, is_long):
    habits = Habits(MOMENT_S)
    for one in spent:
        habits.took(1, one)
    assert (habits.expected_s(1) > 0) is is_long


@given(st.lists(st.floats(0, 100), min_size=1, max_size=50))
def test_no_more_is_expected_than_was_ever_spent(spent):
    habits = Habits(MOMENT_S)
    for one in spent:
        habits.took(1, one)
    assert 0 <= habits.expected_s(1) <= max(spent)


def test_shapes_without_end_fill_no_memory():
    habits = Habits(MOMENT_S, most=3)
    for shape in range(10):
        for _ in range(3):
            habits.took(shape, 1.0)
    assert [habits.expected_s(shape) > 0 for shape in range(10)] == [False] * 7 + [True] * 3


def test_clients_take_turns(turn):
    line, came = Line(), []
    for client in "aaabbc":
        line.join(turn(client))
    assert (line.length, line.length_of("a"), line.length_of("z")) == (6, 3, 0)
    while (one := line.next()) is not None:
        line.came(one)
        line.leave(one)
        came.append(one.client)
    assert "".join(came) == "abcaba"
    assert line.length == 0


def test_the_shortest_goes_first_and_who_waits_long_enough_comes_too(turn):
    line = LongLine()
    long, short = turn(arrived=0.0, expected_s=5.0), turn(arrived=1.0, expected_s=0.1)
    line.join(long)
    line.join(short)
    assert line.next_beside({}, 2.0) is short
    line.leave(short)
    line.join(late := turn(arrived=9.9, expected_s=0.1))
    assert line.next_beside({}, 10.0) is long
    assert line.next_beside({}, 10.2) is late


def test_clients_with_fewer_long_queries_under_way_go_first(turn):
    line = LongLine()
    line.join(turn("greedy", 0.0, 0.1))
    line.join(modest := turn("modest", 1.0, 5.0))
    assert line.next_beside({"greedy": 1}, 2.0) is modest


class Channel:
    """A link whose client reads."""

    is_blocked = False

    def blocked_in_all_s(self) -> float:
        return 0.0


class Process:
    """A query process that does nothing, and whose end is noticed at once by who gives out places."""

    def __init__(self, lanes: list[Lanes]):
        self.lanes, self.channel, self.generation = lanes, Channel(), self
        self.spent_s = 0.0

    def use(self) -> Use:
        return Use()

    def processor_s(self) -> float:
        return self.spent_s

    def resume(self) -> None:
        pass

    pause = resume

    def drop(self, worker: "Process", cause: str) -> None:
        self.lanes[0].dispatch()


def test_who_is_let_in_while_another_has_to_end_is_let_in_once():
    async def crowd() -> tuple[int, int, int]:
        lanes: list[Lanes] = []
        sizes = LaneSizes(quick=1, slow=1, slow_waiting=0, queue=10, client_share=1.0, quick_budget_s=0.025, time_limit_s=5.0, stall_s=5.0)
        taken: list[Process] = []
        lanes.append(Lanes(sizes, lambda: taken.append(Process(lanes)) or taken[-1], Room(MEBIBYTE, lambda: ())))
        for _ in range(3):
            lanes[0].habits.took(1, 10.0)
        first = await lanes[0].enter("a", 1)
        second = asyncio.create_task(lanes[0].enter("b", 1))
        await asyncio.sleep(0)
        assert lanes[0].waiting == 1
        first.worker.spent_s = 1.0
        # The lane is full: the one that has had its share makes room.
        lanes[0].dispatch()
        assert lanes[0].slow == {await second}
        return len(taken), len(lanes[0].slow), lanes[0].waiting

    # In a thread of its own: in this one a loop of the browser may be running.
    assert ThreadPoolExecutor(1).submit(asyncio.run, crowd()).result() == (2, 1, 0)


def test_queries_known_to_take_long_do_not_hold_a_process_each(start_server):
    server = start_server(cache_mib=0, quick_slots=2, slow_slots=1, query_timeout_s=60)
    for number in range(6):
        assert server.query(LONG % number).status_code == 200
    answers: list[httpx.Response] = []
    threads = [
        threading.Thread(target=lambda n=n: answers.append(httpx.get(f"{server.address}/sparql", params={"query": LONG % n}, timeout=60)))
        for n in range(100, 116)
    ]
    for thread in threads:
        thread.start()
    busy, waiting, spent = [], [], []
    while any(thread.is_alive() for thread in threads):
        begun = time.monotonic()
        assert server.query(f"SELECT * {{ <https://example.org/lyra> ?p ?o }} # {begun}").status_code == 200
        spent.append(time.monotonic() - begun)
        busy.append(server.metric("regin_query_processes", '{state="busy"}'))
        waiting.append(server.metric("regin_queue_waiting"))
    assert {answer.status_code for answer in answers} == {200} and len(answers) == 16
    assert max(waiting) > 4
    # Two that have begun, a lookup, and one or the other that takes longer than those before.
    assert statistics.median(busy) <= 4 and max(busy) < 9
    assert statistics.median(spent) < 1
