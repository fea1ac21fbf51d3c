"""Lanes: who may use the processor, and when.

A query starts in the quick lane. When it outlives a small budget it moves to the slow lane without losing its work;
there few run at once, in slices, and the others are paused (`room` says whose turn it is). So a lookup never waits for an
aggregate, and an aggregate never waits for a query without end. Clients take turns in the waiting line."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from endpoint.engine.generation import Worker
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
    _spent_before_s: float = 0.0

    @property
    def is_answering(self) -> bool:
        """Whether the answer is being sent: it has begun, and did not stop coming for long."""
        return self.answered_s is not None and self.spent_s - self.answered_s < SILENT_S

    def piece_came(self) -> None:
        """Note that a piece of the answer came."""
        self.answered_s = self.spent_s

    def look(self) -> None:
        """Measure what the query has spent and what its process holds."""
        use = self.worker.use()
        if not self.held:  # what the process spent on queries before this one
            self._spent_before_s = max(0.0, use.processor_s - self.ran_s())
        self.spent_s = use.processor_s - self._spent_before_s
        self.held = use.held

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


@dataclass(eq=False)
class Turn:
    """One request in the waiting line."""

    client: str
    arrived: float
    limit_s: float
    run: asyncio.Future[Run]


class Lanes:
    """The waiting line, the quick lane and the slow lane. `take` gives a free query process or None; `room` is the memory
    that all have together."""

    def __init__(self, sizes: LaneSizes, take: Callable[[], Worker | None], room: Room):
        self.sizes = sizes
        self.take = take
        self.room = room
        self.quick: set[Run] = set()
        self.slow: set[Run] = set()
        self.waiting = 0
        self._line: OrderedDict[str, deque[Turn]] = OrderedDict()
        self._clock: asyncio.TimerHandle | None = None
        self._balanced = 0.0
        self._looked = 0.0

    async def enter(self, client: str, limit_s: float | None = None) -> Run:
        """Give a run in the quick lane, when its turn has come. Raises: Busy."""
        arrived = monotonic()
        limit_s = min(limit_s or self.sizes.time_limit_s, self.sizes.time_limit_s)
        if not self.waiting:
            run = self._admit(client, arrived, limit_s)
            if run is not None:
                return run
        own = self._line.get(client)
        if self.waiting >= self.sizes.queue or (own is not None and len(own) >= max(1, self.sizes.queue * self.sizes.client_share)):
            raise Busy("The waiting line is full.", retry_after_s=2)
        turn = Turn(client, arrived, limit_s, asyncio.get_running_loop().create_future())
        self._line.setdefault(client, deque()).append(turn)
        self.waiting += 1
        timer = asyncio.get_running_loop().call_later(limit_s, self._give_up, turn)
        try:
            return await turn.run
        except asyncio.CancelledError:
            if turn.run.done() and not turn.run.cancelled() and turn.run.exception() is None:
                self.abandon(turn.run.result(), "disconnect")
            raise
        finally:
            timer.cancel()
            self._leave_line(turn)

    def _leave_line(self, turn: Turn) -> None:
        line = self._line.get(turn.client)
        if line is not None and turn in line:
            line.remove(turn)
            self.waiting -= 1
            if not line:
                del self._line[turn.client]

    def _give_up(self, turn: Turn) -> None:
        if not turn.run.done():
            turn.run.set_exception(Busy("The turn of this query did not come within the time limit.", retry_after_s=5))

    def _admit(self, client: str, arrived: float, limit_s: float) -> Run | None:
        if len(self.quick) >= self.sizes.quick:
            return None
        worker = self.take()
        if worker is None:
            return None
        now = monotonic()
        run = Run(worker, client, arrived, now, limit_s, going_since=now, due=arrived + limit_s)
        self.quick.add(run)
        self._wind()
        return run

    def dispatch(self) -> None:
        """Let in whoever's turn it is, one client after the other."""
        while self._line:
            client, line = next(iter(self._line.items()))
            turn = line[0]
            if not turn.run.done():
                run = self._admit(client, turn.arrived, turn.limit_s)
                if run is None:
                    return
                turn.run.set_result(run)
                self._line.move_to_end(client)
            self._leave_line(turn)

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

    def _look_beside(self) -> None:
        self._looked = monotonic()
        self.room.look_beside([run.worker for run in self.quick], self.slow)

    def _promote(self, run: Run) -> None:
        """Move a query to the slow lane. While that is full of queries within their fair share the query stays where it is, as long as
        the quick lane has a place left for newcomers or all have only just begun."""
        if len(self.slow) >= self.sizes.slow + self.sizes.slow_waiting and not self._evict():
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
            run.look()
            counts[run.client] = counts.get(run.client, 0) + 1
        candidates = [run for run in self.slow if counted_s(run) >= had]
        if candidates:
            self._end(max(candidates, key=lambda run: (counts[run.client], run.ran_s())), "evicted")
        return bool(candidates)

    def _end(self, run: Run, cause: str) -> None:
        """End a query. Its place is free at once, whether or not its client takes notice; one that reads nothing is cut off."""
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
            self.slow.discard(run)
            self._balance()

    def finish(self, run: Run, own_mib: int = 0) -> None:
        """End a run whose answer is complete."""
        self._leave(run)
        run.worker.generation.give_back(run.worker, own_mib)

    def abandon(self, run: Run, cause: str) -> None:
        """End a run that is not wanted any more, or whose process is gone."""
        self._leave(run)
        run.worker.generation.drop(run.worker, cause)
