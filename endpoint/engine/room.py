"""Room: what query processes hold together, whose turn it is in the slow lane, and who is ended when memory runs short.

Newcomers go first, then whoever has begun and is nearest to the end of its fair share, then those beyond it, least first. So a
second of work is done soon whatever else runs, and few queries are half-run at once: each holds a copy of most of the image.
When memory is scarce, idle processes that hold much are ended; then a query beyond its fair share, the one of most memory
and time. Where there is none, places go to what has begun, to be done with it: first one, then all. Only when all hold a
quarter more than they may, a query that has begun is ended within its fair share. For the sake of memory a newcomer never is; one
may have to end when the lane is full, as the longest of the client that has most there."""

from collections.abc import Callable, Collection, Iterable
from typing import Protocol, TypeVar

from endpoint.engine.memory import MEBIBYTE, Use

# Units: seconds of a processor.
NEW_S = 0.2
FAIR_S = 1.0
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
        candidates = [run for run in runs if run.spent_s >= FAIR_S]
        if not candidates and taken > OVERFULL:
            candidates = [run for run in runs if run.spent_s >= NEW_S]
        return max(candidates, key=lambda run: run.held * run.spent_s, default=None)


def in_turn(runs: Iterable[Query], taken: float) -> list[Query]:
    """Give queries of the slow lane in the order of their turns, when so much of the bound is taken."""
    is_scarce = taken > SCARCE
    by_arrival = sorted(runs, key=lambda run: run.arrived)
    # Those that are nearest to their end hold most: when memory is scarce, one after the other is brought there.
    newcomers = sorted((run for run in by_arrival if run.spent_s < NEW_S), key=lambda run: -run.spent_s if is_scarce else run.spent_s)
    begun = sorted((run for run in by_arrival if NEW_S <= run.spent_s < FAIR_S), key=lambda run: -run.spent_s)
    beyond = sorted((run for run in by_arrival if run.spent_s >= FAIR_S), key=lambda run: run.spent_s)
    ahead = 0 if not is_scarce else 1 if taken <= FULL else len(begun)
    return [*begun[:ahead], *newcomers, *begun[ahead:], *beyond]
