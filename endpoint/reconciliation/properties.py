"""The properties of entities that can be asked for: each is a query file, whose header says what it is called."""

import asyncio
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pyoxigraph import NamedNode

from endpoint.engine import Engine
from endpoint.queries import Term, answer_rows
from endpoint.questions import question
from endpoint.reconciliation.spaces import Space

AT_ONCE = 500


@dataclass(frozen=True)
class Property:
    """A property. Shape: id (name of its query file), title, local names of the types that have it."""

    id: str
    title: str
    types: tuple[str, ...]


@cache
def every_property() -> dict[str, Property]:
    """Give all properties by their ids, in the order of their ids."""
    found = {}
    for path in sorted(files("regin_graph").joinpath("queries", "properties").iterdir(), key=lambda path: path.name):
        header = dict(re.findall(r"^# (Title|Types): (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE))
        name = path.name.removesuffix(".rq")
        found[name] = Property(name, header["Title"], tuple(header["Types"].split()))
    return found


async def property_values(engine: Engine, name: str, entities: Sequence[str] | None, space: Space) -> dict[str, list[Term]]:
    """Give the values of a property for some entities; None asks for all that have it."""
    if entities is None:
        texts = [question(f"properties/{name}", base=space.base).text]
    else:
        parts = [entities[start:start + AT_ONCE] for start in range(0, len(entities), AT_ONCE)]
        texts = [question(f"properties/{name}", base=space.base, entity=[NamedNode(iri) for iri in part]).text for part in parts]
    values: dict[str, list[Term]] = {}
    for rows in await asyncio.gather(*(answer_rows(engine, text) for text in texts)):
        for row in rows:
            values.setdefault(row["entity"].value, []).append(row["value"])
    return values


async def names_of(engine: Engine, iris: Iterable[str], space: Space) -> dict[str, list[Term]]:
    """Give the names of things, in every language they have."""
    wanted, names = sorted(set(iris)), {}
    for start in range(0, len(wanted), AT_ONCE):
        asked = question("labels", base=space.base, iri=[NamedNode(iri) for iri in wanted[start:start + AT_ONCE]])
        for row in await answer_rows(engine, asked.text):
            names.setdefault(row["iri"].value, []).append(row["label"])
    return names
