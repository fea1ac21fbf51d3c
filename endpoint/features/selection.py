"""Which features a request asks for: box, times, filters, page, reference system; every parameter known and right."""

from dataclasses import dataclass
from typing import Any

from pygeofilter import ast
from shapely.geometry.base import BaseGeometry
from starlette.datastructures import QueryParams

from endpoint.errors import BadRequest
from endpoint.features.collections import Collection
from endpoint.features.filters import fulfils, read_filter
from endpoint.features.openapi import LIMIT, MOST, items_parameters
from endpoint.features.reference_systems import CRS84, read_box, read_system
from endpoint.features.register import Feature, Register
from endpoint.features.times import read_interval


@dataclass(frozen=True)
class Selection:
    """What a request for features asks for."""

    area: BaseGeometry | None
    days: tuple | None
    filter: Any
    equals: dict[str, str]
    limit: int
    offset: int
    system: str

    def of(self, register: Register, collection: Collection) -> list[Feature]:
        """Give the features selected, in the order of their ids."""
        touching = register.touching(self.area) if self.area is not None else None
        return [feature for feature in register.features.values() if self._takes(feature, touching, collection)]

    def _takes(self, feature: Feature, touching: set[str] | None, collection: Collection) -> bool:
        if touching is not None and feature.id not in touching:
            return False
        if self.days is not None and not (feature.times and feature.times[0] <= self.days[1] and self.days[0] <= feature.times[1]):
            return False
        if any(value not in feature.values.get(name, ()) for name, value in self.equals.items()):
            return False
        return self.filter is None or fulfils(self.filter, feature, collection)


def read_selection(parameters: QueryParams, collection: Collection) -> Selection:
    """Give the selection that the parameters of an address ask for. Raises: BadRequest."""
    refuse_unknown(parameters, {one["name"] for one in items_parameters(collection)})
    box_system = read_system(parameters.get("bbox-crs", CRS84), "bbox-crs")
    read_filter_system(parameters.get("filter-crs", CRS84))
    return Selection(
        area=read_box(parameters["bbox"], box_system) if "bbox" in parameters else None,
        days=read_interval(parameters["datetime"]) if "datetime" in parameters else None,
        filter=_filter(parameters, collection),
        equals={name: parameters[name] for name, one in collection.queryables.items() if one.type == "string" and name in parameters},
        limit=min(whole_number(parameters, "limit", LIMIT, 1), MOST),
        offset=whole_number(parameters, "offset", 0, 0),
        system=read_system(parameters.get("crs", CRS84), "crs"),
    )


def _filter(parameters: QueryParams, collection: Collection) -> ast.Node | None:
    if "filter" not in parameters:
        return None
    return read_filter(parameters["filter"], parameters.get("filter-lang", "cql2-text"), collection)


def read_filter_system(iri: str) -> None:
    """Pass when geometries in filters are in the one system that they can be in. Raises: BadRequest."""
    if iri != CRS84:
        raise BadRequest(f"`filter-crs` must be {CRS84}.", parameter="filter-crs")


def refuse_unknown(parameters: QueryParams, known: set[str]) -> None:
    """Pass when every parameter is known and stands once. Raises: BadRequest. Source: Part 1, requirement query-param-unknown."""
    for name in parameters:
        if name not in known:
            raise BadRequest(f'The parameter "{name[:50]}" is unknown here. Known: {", ".join(sorted(known))}.', parameter=name[:50])
        if len(parameters.getlist(name)) > 1:
            raise BadRequest(f'The parameter "{name}" stands more than once.', parameter=name)


def whole_number(parameters: QueryParams, name: str, default: int, least: int) -> int:
    """Give the number of a parameter. Raises: BadRequest when it is none or too small."""
    text = parameters.get(name, str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10 and int(text) >= least):
        raise BadRequest(f"`{name}` must be a whole number from {least}.", parameter=name)
    return int(text)
