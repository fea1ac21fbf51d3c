"""Aggregates over the geometries of a group: union, hulls, boxes, centre.

Each class is one accumulator as the engine wants it: `accumulate` per value, `finish` once. The answer is written
in the serialisation and reference system of the first geometry. Source: GeoSPARQL 1.1 clause 8.8.
"""

import shapely
from pyoxigraph import Literal

from regin_graph.geosparql.constructions import box_round
from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.literals import read_literal, write_literal
from regin_graph.geosparql.overlay_order import in_walking_order
from regin_graph.geosparql.problems import SpatialError, note


class Aggregate:
    """An accumulator of geometries; with an invalid value the aggregate has no value, as SPARQL says of errors."""

    name = ""
    is_distinct = False

    def __init__(self):
        self.first: Geometry | None = None
        self.shapes: list = []
        self.seen: set = set()
        self.is_broken = False

    def accumulate(self, term) -> None:
        """Take one value of the group."""
        if self.is_distinct:
            if term in self.seen:
                return
            self.seen.add(term)
        try:
            geometry = read_literal(term)
            self.first = self.first or geometry
            self.shapes.append(geometry.shape_in(self.first.system))
        except (SpatialError, shapely.errors.GEOSException) as error:
            note(f"geof:{self.name}: {error}")
            self.is_broken = True

    def finish(self) -> Literal | None:
        """Give the literal of the group; none when the group had no geometry or one that cannot be read."""
        if self.is_broken or self.first is None:
            return None
        try:
            return write_literal(self.first.with_shape(self.combined()))
        except (SpatialError, shapely.errors.GEOSException) as error:
            note(f"geof:{self.name}: {error}")
            return None

    def collection(self):
        """Give all shapes as one collection."""
        return shapely.GeometryCollection(self.shapes)

    def combined(self):
        """Give the one shape made of all."""
        raise TypeError("an aggregate combines its shapes in its own way")


class BoundingBox(Aggregate):
    """The smallest rectangle along the axes round all geometries."""

    name = "aggBoundingBox"

    def combined(self):
        return box_round(self.collection())


class BoundingCircle(Aggregate):
    """The smallest circle round all geometries."""

    name = "aggBoundingCircle"

    def combined(self):
        return shapely.minimum_bounding_circle(self.collection())


class Centroid(Aggregate):
    """The centre of mass of all geometries."""

    name = "aggCentroid"

    def combined(self):
        return shapely.centroid(self.collection())


class ConcaveHull(Aggregate):
    """A hull that follows the points of all geometries."""

    name = "aggConcaveHull"

    def combined(self):
        return shapely.concave_hull(self.collection(), ratio=0.5)


class ConvexHull(Aggregate):
    """The smallest convex geometry round all geometries."""

    name = "aggConvexHull"

    def combined(self):
        return shapely.convex_hull(self.collection())


class Union(Aggregate):
    """The points any of the geometries has."""

    name = "aggUnion"

    def combined(self):
        if len(self.shapes) == 2:
            return in_walking_order(shapely.union(*self.shapes), *self.shapes)
        return shapely.union_all(self.shapes)


AGGREGATES = (BoundingBox, BoundingCircle, Centroid, ConcaveHull, ConvexHull, Union)
