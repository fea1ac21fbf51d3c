"""Habits: what queries of one shape have taken so far. Most queries are put again and again with other names and numbers in
them, so that their cost is known before they begin."""

import re
from collections import OrderedDict
from dataclasses import dataclass

# What differs between queries of one shape: IRIs, strings, numbers.
VARYING = re.compile(r"<[^<>\s]*>|\"[^\"]*\"|'[^']*'|\d+")
# The beginning of a longer text is enough to know it by.
READ_LETTERS = 20_000
MOST_SHAPES = 4_096
# So much of what is expected comes from the last query of the shape.
WEIGHT = 0.25
# A shape is long when more than so much of its last queries were: few by chance do not make it so.
LONG_PART = 0.35
# Most queries are short: nothing is remembered of a shape of which less than this was long.
NEXT_TO_NONE = 0.01


def shape_of(text: str, *beside: object) -> int:
    """Give a number for the shape of a query: the same for texts that differ in IRIs, strings and numbers alone. `beside`: what
    else tells queries apart.

    >>> shape_of('SELECT * { <urn:a> ?p "b" } LIMIT 10') == shape_of("SELECT * { <urn:c> ?p 'd' } LIMIT 2")
    True
    """
    return hash((VARYING.sub("", text[:READ_LETTERS]), beside))


@dataclass(slots=True)
class Habit:
    """What queries of one shape do. Shape: part of them that took longer than a moment, what they spent in the mean (seconds)."""

    long: float = 0.0
    spent_s: float = 0.0


class Habits:
    """What is expected of queries by shape, those not met for longest forgotten first. Units: seconds of a processor.
    `moment_s`: what takes longer is long."""

    def __init__(self, moment_s: float, most: int = MOST_SHAPES):
        self.moment_s = moment_s
        self.most = most
        self._habits: OrderedDict[int, Habit] = OrderedDict()

    def expected_s(self, shape: int) -> float:
        """Give what a query of this shape will spend; 0 unless a good part of those before were long."""
        habit = self._habits.get(shape)
        return habit.spent_s if habit is not None and habit.long > LONG_PART and habit.spent_s > self.moment_s else 0.0

    def took(self, shape: int, spent_s: float) -> None:
        """Note what a query has spent."""
        is_long = spent_s > self.moment_s
        habit = self._habits.pop(shape, None)
        if habit is None:
            if not is_long:
                return
            habit = Habit()
        habit.long += WEIGHT * (is_long - habit.long)
        habit.spent_s += WEIGHT * (spent_s - habit.spent_s)
        if habit.long > NEXT_TO_NONE:
            self._habits[shape] = habit
            if len(self._habits) > self.most:
                self._habits.popitem(last=False)
