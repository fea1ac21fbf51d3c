"""The waiting lines: who asked and has no query process yet, and whose turn is next."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

R = TypeVar("R")


@dataclass(eq=False)
class Turn(Generic[R]):
    """One request in a line. `expected_s`: what such a query spends; 0 where it is not known to take long."""

    client: str
    arrived: float
    limit_s: float
    shape: int
    expected_s: float
    run: asyncio.Future[R]


class Line(Generic[R]):
    """A line in which clients take turns."""

    def __init__(self) -> None:
        self._turns: OrderedDict[str, deque[Turn[R]]] = OrderedDict()
        self.length = 0

    def length_of(self, client: str) -> int:
        """Give how many turns of a client wait."""
        return len(self._turns.get(client, ()))

    def join(self, turn: Turn[R]) -> None:
        """Have a turn wait."""
        self._turns.setdefault(turn.client, deque()).append(turn)
        self.length += 1

    def leave(self, turn: Turn[R]) -> None:
        """Have a turn wait no longer, if it does."""
        turns = self._turns.get(turn.client)
        if turns is not None and turn in turns:
            turns.remove(turn)
            self.length -= 1
            if not turns:
                del self._turns[turn.client]

    def came(self, turn: Turn[R]) -> None:
        """Note that a turn came: its client waits behind the others."""
        self._turns.move_to_end(turn.client)
        self.leave(turn)

    def next(self) -> Turn[R] | None:
        """Give the turn that is next: the first of the client that waits longest since it had one."""
        return next(iter(self._turns.values()))[0] if self._turns else None


class LongLine(Line[R]):
    """A line of queries that are known to take long."""

    def next_beside(self, running: Mapping[str, int], now: float) -> Turn[R] | None:
        """Give the turn that is next: of the client with fewest queries running the one that has waited longest for what it
        takes. So short ones go first, and long ones not last for ever. Source: highest response ratio next (Brinch Hansen, 1971)."""
        waiting = (turn for turns in self._turns.values() for turn in turns)
        return min(waiting, key=lambda turn: (running.get(turn.client, 0), (turn.arrived - now) / turn.expected_s), default=None)
