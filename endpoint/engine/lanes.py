"""Lanes: who may use the processor, and when.

A query starts in the quick lane. When it outlives a small budget it moves to the slow lane without losing its work;
there few run at once, in slices, and the others are paused (`room` says whose turn it is). So a lookup never waits for an
aggregate, and an aggregate never waits for a query without end. Clients take turns in the waiting line.

A query that is known to take long (`habits`) begins in the slow lane, and not before those that began there have had a moment:
of many half-run queries each would hold a process, and with it a copy of most of the image."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from endpoint.engine.generation import Worker
from endpoint.engine.habits import Habits
from endpoint.engine.lines import Line, LongLine, Turn
from endpoint.engine.room import FAIR_S, NEW_S, SCARCE, Room, counted_s, in_turn
from endpoint.errors import Busy

SLICE_S = 0.05
# One clock for all queries: a timer for each would cost more than a lookup's turn.
TICK_S = 0.02
# So often are the processes measured that are idle or in the quick lane.
LOOK_S = 0.5
# An answer of which nothing came while its query spent so much is not being sent any more. Units: seconds of a processor.
SILENT_S = 0.2
# When the slow lane is full, a client that had its query wait for so long in all is slower than others should wait for.
SLOW_CLIENT_S = 1.0
# For each place of the slow lane so many may be young there when another begins: who runs, and who follows at once.
YOUNG_A_PLACE = 2
# Of clients that have none there so many times as many begin.
NEWCOMERS = 2
# What is expected to take longer is young no longer than others. Units: seconds of a processor.
LONGEST_YOUTH_S = 2.0
# Who is expected to take so many times as long as another does not keep it from beginning.
MUCH_LONGER = 2


@dataclass(frozen=True)
class LaneSizes:
    """How many may do what at once. Units: queries, seconds."""

    quick: int
    slow: int
    slow_waiting: int
    queue: int
    client_share: float
    quick_budget_s: float
    time_limit_s: float
    stall_s: float


@dataclass(eq=False)
class Run:
    """One query under way in a query process."""

    worker: Worker
    client: str
    arrived: float
    started: float
    limit_s: float
    shape: int = 0
    expected_s: float = 0.0
    is_slow: bool = False
    attained_s: float = 0.0
    going_since: float | None = None
    due: float = 0.0
    # As of the last look at its process. Units: seconds of a processor; bytes.
    spent_s: float = 0.0
    held: int = 0
    # What breaks the connection of its client.
    cut_off: Callable[[], None] | None = None
    # What it had spent when the last piece of its answer came.
    answered_s: float | None = None
    # What its process spent on queries before this one.
    spent_before_s: float = 0.0

    @property
    def is_young(self) -> bool:
        """Whether the query does not answer yet and has not had what it was expected to spend."""
        return self.answered_s is None and self.spent_s < min(max(NEW_S, self.expected_s), LONGEST_YOUTH_S)

    @property
    def is_answering(self) -> bool:
        """Whether the answer is being sent: it has begun, and did not stop coming for long."""
        return self.answered_s is not None and self.spent_s - self.answered_s < SILENT_S

    def piece_came(self) -> None:
        """Note that a piece of the answer came."""
        self.answered_s = self.spent_s

    def look(self) -> None:
        """Measure what the query has spent and what its process holds."""
        processor_s = self.worker.processor_s()
        if processor_s is not None:
            self.spent_s = processor_s - self.spent_before_s
            self.held = self.worker.use().held

    def ran_s(self) -> float:
        """Seconds in which the query was allowed to run."""
        return self.attained_s + (monotonic() - self.going_since if self.going_since is not None else 0.0)

    def paused_s(self) -> float:
        """Seconds in which the query had to wait for others since it began."""
        return monotonic() - self.started - self.ran_s()

    def ends_at(self) -> float:
        """Give the moment at which the query's time is up. What it waited for its client does not count; nor does, up to the limit
        once more, what it had to wait for others when its answer is being sent, which would be broken off."""
        waited_s = self.worker.channel.blocked_in_all_s()
        if self.is_answering:
            waited_s += min(self.paused_s(), self.limit_s)
        return self.arrived + self.limit_s + waited_s

    def go(self) -> None:
        """Let the query run."""
        if self.going_since is None:
            self.going_since = monotonic()
            self.worker.resume()

    def wait(self) -> None:
        """Have the query pause."""
        if self.going_since is not None:
            self.attained_s += monotonic() - self.going_since
            self.going_since = None
            self.worker.pause()


class Lanes:
    """The waiting lines, the quick lane and the slow lane. `take` gives a free query process or None; `room` is the memory
    that all have together."""

    def __init__(self, sizes: LaneSizes, take: Callable[[], Worker | None], room: Room):
        self.sizes = sizes
        self.take = take
        self.room = room
        self.habits = Habits(sizes.quick_budget_s)
        self.quick: set[Run] = set()
        self.slow: set[Run] = set()
        self.line: Line[Run] = Line()
        self.long_line: LongLine[Run] = LongLine()
        self._clock: asyncio.TimerHandle | None = None
        self._balanced = 0.0
        self._looked = 0.0
        self._is_dispatching = self._is_called_again = False
        # Whether anything changed in the slow lane since nobody of the long line could begin.
        self._is_long_due = False

    @property
    def waiting(self) -> int:
        """How many requests wait for a query process."""
        return self.line.length + self.long_line.length

    async def enter(self, client: str, shape: int = 0, limit_s: float | None = None) -> Run:
        """Give a run when its turn has come: in the quick lane, or in the slow one if queries of its shape take long. Raises: Busy."""
        arrived = monotonic()
        limit_s = min(limit_s or self.sizes.time_limit_s, self.sizes.time_limit_s)
        expected_s = self.habits.expected_s(shape)
        is_long = expected_s > 0
        line = self.long_line if is_long else self.line
        turn = Turn(client, arrived, limit_s, shape, expected_s, asyncio.get_running_loop().create_future())
        if not line.length:
            run = self._admit_long(turn) if is_long else self._admit(turn)
            if run is not None:
                return run
        own = self.line.length_of(client) + self.long_line.length_of(client)
        # Long ones leave half of the places to the others.
        most = max(1, self.sizes.queue // 2) if is_long else self.sizes.queue
        if self.waiting >= self.sizes.queue or line.length >= most or own >= max(1, self.sizes.queue * self.sizes.client_share):
            raise Busy("The waiting line is full.", retry_after_s=2)
        line.join(turn)
        self._is_long_due |= is_long
        timer = asyncio.get_running_loop().call_later(limit_s, self._give_up, turn)
        try:
            return await turn.run
        except asyncio.CancelledError:
            if turn.run.done() and not turn.run.cancelled() and turn.run.exception() is None:
                self.abandon(turn.run.result(), "disconnect")
            raise
        finally:
            timer.cancel()
            line.leave(turn)

    def _give_up(self, turn: Turn[Run]) -> None:
        if not turn.run.done():
            turn.run.set_exception(Busy("The turn of this query did not come within the time limit.", retry_after_s=5))

    def _admit(self, turn: Turn[Run]) -> Run | None:
        if len(self.quick) >= self.sizes.quick:
            return None
        run = self._begin(turn)
        if run is not None:
            self.quick.add(run)
            self._wind()
        return run

    def _admit_long(self, turn: Turn[Run]) -> Run | None:
        # Those that were only found out to be long count for their own client: nobody knows how many one may send.
        young = [
            run.client for run in self.slow
            if run.is_young and run.expected_s < MUCH_LONGER * turn.expected_s and (run.expected_s > 0 or run.client == turn.client)
        ]
        most = YOUNG_A_PLACE * self.sizes.slow
        if len(young) >= (most if turn.client in young else NEWCOMERS * most) or (self._is_full and not self._evict()):
            return None
        run = self._begin(turn)
        if run is None:
            self._is_long_due = True
        else:
            run.is_slow = True
            self.slow.add(run)
            self._balance()
            self._wind()
        return run

    def _begin(self, turn: Turn[Run]) -> Run | None:
        worker = self.take()
        if worker is None:
            return None
        now = monotonic()
        return Run(
            worker, turn.client, turn.arrived, now, turn.limit_s, turn.shape, turn.expected_s,
            going_since=now, due=turn.arrived + turn.limit_s, spent_before_s=worker.processor_s() or 0.0,
        )

    @property
    def _is_full(self) -> bool:
        return len(self.slow) >= self.sizes.slow + self.sizes.slow_waiting

    def dispatch(self) -> None:
        """Let in whoever's turn it is, one client after the other."""
        self._is_called_again = True
        if self._is_dispatching:
            # Letting one in may end another, whose place is then free: the one who is at it goes on until nothing changes.
            return
        self._is_dispatching = True
        try:
            while self._is_called_again:
                self._is_called_again = False
                self._let_in()
        finally:
            self._is_dispatching = False

    def _let_in(self) -> None:
        while (turn := self.line.next()) is not None and self._call(turn, self.line, self._admit):
            pass
        if not self._is_long_due:
            return
        self._is_long_due = False
        while (turn := self.long_line.next_beside(Counter(run.client for run in self.slow), monotonic())) is not None and self._call(turn, self.long_line, self._admit_long):
            pass

    @staticmethod
    def _call(turn: Turn[Run], line: Line[Run], admit: Callable[[Turn[Run]], Run | None]) -> bool:
        """Have the turn come if there is room for it, and tell whether it waits no longer."""
        if not turn.run.done():
            run = admit(turn)
            if run is None:
                return False
            turn.run.set_result(run)
            line.came(turn)
        line.leave(turn)
        return True

    def _wind(self) -> None:
        """Keep the clock going while there is anything to look at."""
        if self._clock is None and (self.quick or self.slow):
            self._clock = asyncio.get_running_loop().call_later(TICK_S, self._tick)

    def _tick(self) -> None:
        self._clock = None
        try:
            self._look_at_all(monotonic())
        finally:
            # Whatever fails, the clock goes on: without it no time limit would hold.
            self._wind()

    def _look_at_all(self, now: float) -> None:
        for run in [run for run in self.quick if now - run.started >= self.sizes.quick_budget_s]:
            self._promote(run)
        for run in [run for run in (*self.quick, *self.slow) if now >= run.due]:
            self._check_time(run)
        # One look more when all are done: a process may have become large by its last query.
        if now - self._looked >= LOOK_S or not (self.quick or self.slow):
            self._look_beside()
        if self.slow and now - self._balanced >= SLICE_S:
            self._balance()
            if self.long_line.length:
                self._is_long_due = True
                self.dispatch()

    def _look_beside(self) -> None:
        self._looked = monotonic()
        self.room.look_beside([run.worker for run in self.quick], self.slow)

    def _promote(self, run: Run) -> None:
        """Move a query to the slow lane. While that is full of queries within their fair share the query stays where it is, as long as
        the quick lane has a place left for newcomers or all have only just begun."""
        if self._is_full and not self._evict():
            return
        self.quick.discard(run)
        run.is_slow = True
        self.slow.add(run)
        self._balance()
        self.dispatch()

    def _evict(self) -> bool:
        """End a query of the full slow lane, and tell whether there was one to end: the one that waited longest for its client; where
        none waited, of those that have had their share the one that ran longest of the client that has most."""
        slow_clients = [run for run in self.slow if run.worker.channel.blocked_in_all_s() >= SLOW_CLIENT_S]
        if slow_clients:
            self._end(max(slow_clients, key=lambda run: run.worker.channel.blocked_in_all_s()), "evicted")
            return True
        overdue = sum(monotonic() - one.started >= self.sizes.quick_budget_s for one in self.quick)
        had = FAIR_S if overdue < self.sizes.quick else NEW_S
        counts: dict[str, int] = {}
        for run in self.slow:
            if run.going_since is not None:
                run.look()
            counts[run.client] = counts.get(run.client, 0) + 1
        candidates = [run for run in self.slow if counted_s(run) >= had]
        if candidates:
            self._end(max(candidates, key=lambda run: (counts[run.client], run.ran_s())), "evicted")
        return bool(candidates)

    def _end(self, run: Run, cause: str) -> None:
        """End a query. Its place is free at once, whether or not its client takes notice; one that reads nothing is cut off."""
        self._is_long_due = True
        self.quick.discard(run)
        self.slow.discard(run)
        is_held_up = run.worker.channel.is_blocked
        run.worker.generation.drop(run.worker, cause)
        if is_held_up and run.cut_off is not None:
            run.cut_off()

    def _balance(self) -> None:
        """Let those run whose turn it is; the others pause. Who waits for a slow client uses no processor anyway."""
        for run in self.slow:
            if run.going_since is not None:
                run.look()
        if self.room.taken(self.slow) > SCARCE:
            self._look_beside()
            while (run := self.room.one_too_many(self.slow)) is not None:
                self._end(run, "crowded")
        ready = in_turn((run for run in self.slow if not run.worker.channel.is_blocked), self.room.taken(self.slow))
        for run in ready[self.sizes.slow:]:
            run.wait()
        for run in ready[:self.sizes.slow]:
            run.go()
        self._balanced = monotonic()

    def _check_time(self, run: Run) -> None:
        """End a run whose time is up."""
        channel = run.worker.channel
        if channel.is_blocked and channel.blocked_now_s() >= self.sizes.stall_s:
            self._end(run, "stalled")
            return
        left = run.ends_at() - monotonic()
        if left > 0 or channel.is_blocked:
            run.due = monotonic() + max(left, SLICE_S)
            return
        self._end(run, "time")

    def _leave(self, run: Run) -> None:
        run.worker.resume()
        self.quick.discard(run)
        if run.is_slow:
            self._is_long_due = True
            self.slow.discard(run)
            self._balance()

    def finish(self, run: Run, own_mib: int = 0) -> None:
        """End a run whose answer is complete."""
        # Who did not outlive the quick lane spent next to nothing.
        if run.ran_s() >= self.sizes.quick_budget_s:
            run.look()
        self.habits.took(run.shape, run.spent_s)
        self._leave(run)
        run.worker.generation.give_back(run.worker, own_mib)

    def abandon(self, run: Run, cause: str) -> None:
        """End a run that is not wanted any more, or whose process is gone."""
        # What was cut short says only that it takes longer than so.
        if run.spent_s > self.habits.expected_s(run.shape):
            self.habits.took(run.shape, run.spent_s)
        self._leave(run)
        run.worker.generation.drop(run.worker, cause)
