"""Collect what went wrong inside spatial functions while one query ran, in words a person can act on.

SPARQL turns an error inside a function into an unbound value, so the reason would be lost:
the functions note it here, and the worker reads the notes after the query.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

LARGEST_COLLECTION = 20  # different messages kept for one query; the number of all is counted


class SpatialError(ValueError):
    """An argument a spatial function cannot work with."""


class UnknownReferenceSystem(SpatialError):
    """A spatial reference system that is not in the EPSG or OGC registers known here."""


class UnknownUnit(SpatialError):
    """A unit of measure IRI that is not known, or does not measure what is asked."""


class BrokenLiteral(SpatialError):
    """A geometry literal that cannot be read."""


class WrongArguments(SpatialError):
    """A function called with a number or kind of arguments it does not take."""


@dataclass
class Warnings:
    """The distinct messages of one query with how often each occurred."""

    counts: dict[str, int] = field(default_factory=dict)
    left_out: int = 0

    def note(self, message: str) -> None:
        """Count a message; beyond the limit only their number."""
        if message in self.counts or len(self.counts) < LARGEST_COLLECTION:
            self.counts[message] = self.counts.get(message, 0) + 1
        else:
            self.left_out += 1

    def __iter__(self) -> Iterator[str]:
        for message, count in self.counts.items():
            yield message if count == 1 else f"{message} ({count} times)"
        if self.left_out:
            yield f"{self.left_out} further problems of other kinds."

    def __len__(self) -> int:
        return len(self.counts) + bool(self.left_out)

    def __bool__(self) -> bool:
        return bool(self.counts)


_current: ContextVar[Warnings | None] = ContextVar("spatial_warnings", default=None)


@contextmanager
def collect_warnings() -> Iterator[Warnings]:
    """Give the warnings of all spatial functions that run inside the block, in this thread."""
    warnings = Warnings()
    token = _current.set(warnings)
    try:
        yield warnings
    finally:
        _current.reset(token)


def note(message: str) -> None:
    """Note a problem for the query that is running; nothing happens outside `collect_warnings`."""
    warnings = _current.get()
    if warnings is not None:
        warnings.note(message)
