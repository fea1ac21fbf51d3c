"""Room: what query processes hold together, whose turn it is in the slow lane, and who is ended when memory runs short.

Who has spent least goes first, in steps that double: so a query of some tenths of a second is done soon whatever else runs,
even where more long queries come than there is time for, and of those of one step few are half-run at once: each holds a
copy of most of the image.
When memory is scarce, idle processes that hold much are ended; then a query beyond its fair share, the one of most memory
and time; an answer that is being sent may spend a little more, as broken off it would be of no use to anybody. Where there is none, one place goes to the query that is nearest to the end of its share, to be done with it. Only
when all hold a quarter more than they may, a query that has begun is ended within its fair share. For the sake of memory a
newcomer never is; one may have to end when the lane is full, as the longest of the client that has most there."""

from collections.abc import Callable, Collection, Iterable
from math import frexp
from typing import Protocol, TypeVar

from endpoint.engine.memory import MEBIBYTE, Use

# Units: seconds of a processor.
NEW_S = 0.2
FAIR_S = 0.5
# Where turns are taken, the first step: whoever has spent less is new to all others.
FIRST_STEP_S = 0.1
# So much more may an answer spend that is being sent. Not a part of what it spent: whoever begins to answer early would be spared.
ANSWERING_S = 0.5
# Parts of the bound from which memory is scarce, and all but full: those that run go on growing until the next look.
SCARCE, FULL = 0.75, 0.9
# Only from here on somebody within its fair share ends: what is over the bound for a moment ends as soon as one is beyond its share.
OVERFULL = 1.25
# An idle process with less is not worth replacing.
SMALL_IDLE_BYTES = 64 * MEBIBYTE


class Process(Protocol):
    """What is asked of a query process."""

    def use(self) -> Use:
        """Give the memory that the process has for itself, and its processor time."""

    def replace(self) -> bool:
        """End the process if it is idle still, and tell whether it was; another is made ready where one is wanted."""


class Long(Protocol):
    """A query of the slow lane. Units: seconds of a processor; bytes."""

    arrived: float
    spent_s: float
    held: int

    @property
    def is_answering(self) -> bool:
        """Whether its answer is being sent."""


Query = TypeVar("Query", bound=Long)


class Room:
    """How much memory there is for all query processes together, and what they hold of it as of the last look.
    `idle` gives those that have no query, the least recently used first."""

    def __init__(self, bound: int, idle: Callable[[], Iterable[Process]]):
        self.bound = bound
        self.idle = idle
        self.held_beside = 0

    def taken(self, runs: Iterable[Long]) -> float:
        """Give how much of the bound is taken, as a part of it."""
        return (self.held_beside + sum(run.held for run in runs)) / self.bound

    def look_beside(self, quick: Iterable[Process], runs: Collection[Long]) -> None:
        """Measure the processes beside the slow lane. When memory is scarce, idle ones that hold much are ended: those first that
        were used least recently, as the others are warm and will be wanted at once."""
        idle = [(process.use().held, process) for process in self.idle()]
        self.held_beside = sum(process.use().held for process in quick) + sum(held for held, _ in idle)
        for held, process in idle:
            if self.taken(runs) <= SCARCE:
                return
            if held > SMALL_IDLE_BYTES and process.replace():
                self.held_beside -= held

    def one_too_many(self, runs: Collection[Query]) -> Query | None:
        """Give the query of the slow lane that has to end for the others, or None."""
        taken = self.taken(runs)
        if taken <= SCARCE:
            return None
        candidates = [run for run in runs if counted_s(run) >= FAIR_S]
        if not candidates and taken > OVERFULL:
            candidates = [run for run in runs if counted_s(run) >= NEW_S]
        return max(candidates, key=lambda run: run.held * counted_s(run), default=None)


def counted_s(run: Long) -> float:
    """Give what a query has spent, as it counts when one has to end."""
    return max(0.0, run.spent_s - ANSWERING_S) if run.is_answering else run.spent_s


def in_turn(runs: Iterable[Query], taken: float) -> list[Query]:
    """Give queries of the slow lane in the order of their turns, when so much of the bound is taken.
    Source: a multi-level feedback queue, by least attained service."""
    order = sorted(runs, key=lambda run: (_step(run.spent_s), run.arrived))
    if taken <= SCARCE:
        return order
    # Those that are nearest to their end hold most: when memory is scarce, one after the other is brought there.
    nearest = sorted(order, key=lambda run: -run.spent_s)
    begun = [run for run in nearest if NEW_S <= run.spent_s < FAIR_S]
    ahead = [*(begun if taken > FULL else begun[:1]), *(run for run in nearest if run.spent_s < NEW_S)]
    return [*ahead, *(run for run in order if run not in ahead)]


def _step(spent_s: float) -> int:
    """Give the step of what a query has spent.

    >>> [_step(spent_s) for spent_s in (0.0, 0.09, 0.1, 0.19, 0.2, 0.5, 3.0)]
    [0, 0, 1, 1, 2, 3, 5]
    """
    return max(0, frexp(spent_s / FIRST_STEP_S)[1])
