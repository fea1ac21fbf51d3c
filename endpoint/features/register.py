"""What filters look at: outline, times and values of every feature, read once per release and kept."""

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

import shapely
from pyoxigraph import NamedNode
from shapely.geometry.base import BaseGeometry
from starlette.requests import Request

from endpoint.engine import Engine
from endpoint.features.collections import COLLECTIONS
from endpoint.features.times import PARTIAL, first_day, last_day
from endpoint.kept import Kept
from endpoint.queries import Term, answer_rows
from endpoint.questions import question

NUMBERS = ("population", "area_km2")
# Values that stand in filters but are no statement about the feature itself.
ONLY_FOR_FILTERS = {"topic_above": "topic", "country_code": "country"}


@dataclass
class Feature:
    """A feature. Shape: IRI, id (last part of it), geometry in CRS84 or None, values by key as they are filtered."""

    iri: str
    geometry: BaseGeometry | None = None
    values: dict[str, set] = field(default_factory=lambda: defaultdict(set))

    @property
    def id(self) -> str:
        """Its identifier within the collection."""
        return self.iri.rpartition("/")[2]

    @property
    def times(self) -> tuple[date, date] | None:
        """First and last day; an end that is not known is open, None when nothing is known."""
        starts, ends = self.values.get("start"), self.values.get("end")
        if not starts and not ends:
            return None
        return min(starts) if starts else date.min, max(ends) if ends else date.max


@dataclass(frozen=True)
class Register:
    """The features of one collection, by id, in the order of their ids, with a spatial index."""

    features: dict[str, Feature]
    placed: list[Feature]
    tree: shapely.STRtree

    def touching(self, area: BaseGeometry) -> set[str]:
        """Give the ids of the features whose geometry meets the area."""
        return {self.placed[number].id for number in self.tree.query(area, predicate="intersects")}

    @property
    def box(self) -> list[float] | None:
        """The box around all geometries, in degrees: left, lower, right, upper."""
        return [round(float(number), 6) for number in shapely.total_bounds(self.tree.geometries)] if self.placed else None

    @property
    def span(self) -> tuple[str | None, str | None]:
        """The first and the last day of all features; None where it is open or not known."""
        times = [feature.times for feature in self.features.values() if feature.times]
        first = min((start for start, _ in times if start > date.min), default=None)
        is_open = any(end == date.max for _, end in times)
        last = None if is_open else max((end for _, end in times), default=None)
        return first and f"{first.isoformat()}T00:00:00Z", last and f"{last.isoformat()}T00:00:00Z"


async def _read(engine: Engine, base: str) -> dict[str, Register]:
    asked = [question("features", base=base, **{"class": NamedNode(f"{base}def/{one.class_name}")}) for one in COLLECTIONS.values()]
    read = await asyncio.gather(*(answer_rows(engine, one.text) for one in asked))
    return {name: await asyncio.to_thread(make_register, rows) for name, rows in zip(COLLECTIONS, read, strict=True)}


REGISTERS = Kept("registers of features", _read)


async def read_registers(request: Request) -> dict[str, Register]:
    """Give the registers of the release that is served, by collection."""
    return await REGISTERS.of(request.app)


def make_register(rows: list[dict[str, Term]]) -> Register:
    """Give the register from rows of ?feature ?key ?value."""
    features: dict[str, Feature] = {}
    for row in rows:
        feature = features.setdefault(row["feature"].value, Feature(row["feature"].value))
        key, value = row["key"].value, row["value"]
        if key == "geometry":
            feature.geometry = shapely.from_wkt(value.value)
        elif key in ("start", "end"):
            if PARTIAL.match(value.value):
                feature.values[key].add((first_day if key == "start" else last_day)(value.value))
        elif key in NUMBERS:
            feature.values[key].add(float(value.value))
        elif key != "class":
            feature.values[ONLY_FOR_FILTERS.get(key, key)].add(value.value.rpartition("/")[2] if value.kind == "iri" else value.value)
    ordered = sorted(features.values(), key=lambda feature: feature.id)
    placed = [feature for feature in ordered if feature.geometry is not None and not feature.geometry.is_empty]
    return Register({feature.id: feature for feature in ordered}, placed, shapely.STRtree([feature.geometry for feature in placed]))
