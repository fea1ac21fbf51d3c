"""Measure a group of questions in one system: the best of some rounds, within a time cap."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from benchmarks.geosparql.scenarios import Question

LEAST_S, MOST_ROUNDS = 0.3, 60  # short questions are asked for so long, or so often: single milliseconds jump about


class TooSlow(Exception):
    """A question took longer than it may; it was ended. Nothing is said of how long it would have taken."""


class Unanswered(Exception):
    """A system cannot answer a question: it refuses it, or leaves its values unbound."""


@dataclass(frozen=True)
class Answer:
    """How long an answer took, and its number of rows. Units: seconds."""

    seconds: float
    rows: int


class System(Protocol):
    """What takes part."""

    name: str
    version: str

    def ask(self, question: Question, cap_s: float, is_checked: bool = False) -> Answer:
        """Give the answer, all rows read; when checked, only rows with all values count. Raises: TooSlow, Unanswered."""

    def close(self) -> None:
        """End it."""


def measured(system: System, questions: Sequence[Question], runs: int, cap_s: float) -> dict:
    """Give the mean seconds of a group's questions in the best of some rounds, and all their rows.

    A first round warms up and counts rows; it is the measurement where it takes more than half the cap.
    Shape: {"seconds", "rows", "rounds"}, {"over_s"} where a question went over the cap, {"unanswered"} with the reason.
    """
    try:
        first = [system.ask(question, cap_s, True) for question in questions]
        took = sum(answer.seconds for answer in first)
        if not sum(answer.rows for answer in first):
            return {"unanswered": "no row has all values", "rows": 0}
        rounds = [took] if took > cap_s / 2 else []
        while not rounds or (len(rounds) < runs and sum(rounds) < cap_s / 2) or (len(rounds) < MOST_ROUNDS and sum(rounds) < LEAST_S):
            rounds.append(sum(system.ask(question, cap_s).seconds for question in questions))
    except TooSlow:
        return {"over_s": cap_s}
    except Unanswered as reason:
        return {"unanswered": " ".join(str(reason).split())[:160]}
    return {"seconds": min(rounds) / len(questions), "rows": sum(answer.rows for answer in first), "rounds": len(rounds)}
