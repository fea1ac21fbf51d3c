"""A geometry as read from a literal: its shape in x y, its reference system, and how it was written."""

from dataclasses import dataclass, field

import shapely

from regin_graph.geosparql.problems import WrongArguments
from regin_graph.geosparql.reference_systems import WGS84_LON_LAT, ReferenceSystem, transform
from regin_graph.geosparql.vocabulary import CRS84, WKT_LITERAL

PREPARE_AFTER = 2  # uses of a geometry after which preparing it pays off


@dataclass(eq=False)
class Geometry:
    """A geometry: `written` as in the literal, `shape` as calculated with (split at ±180°), both x y."""

    written: object
    system: ReferenceSystem = WGS84_LON_LAT
    srs: str | None = None  # the IRI in the literal; None where it had none
    datatype: str = WKT_LITERAL
    namespace: str | None = None  # of GML elements
    lexical: str | None = None  # the literal's own text, where it was read from one
    _shape: object = None
    _uses: int = 0
    _elsewhere: dict = field(default_factory=dict)
    _is_on_globe: bool = False

    @property
    def shape(self):
        """Give the shape to calculate with. Units: those of the reference system, x y."""
        if self._shape is None:
            self._shape = split_at_antimeridian(self.written) if self.system.is_geographic else self.written
        return self._shape

    @property
    def prepared(self):
        """Give the shape, prepared for fast comparison once it has been used more than once."""
        shape = self.shape
        self._uses += 1
        if self._uses == PREPARE_AFTER:
            shapely.prepare(shape)
        return shape

    def on_globe(self) -> "Geometry":
        """Give the geometry, to be measured on the ellipsoid. Raises: WrongArguments when it has latitudes that no place has."""
        if not self._is_on_globe:
            _, south, _, north = shapely.bounds(self.written)
            if self.system.is_geographic and (south < -90 or north > 90):
                raise WrongArguments(f"A latitude of {south if south < -90 else north:g} degrees is on no globe: are longitude and latitude exchanged? Write longitude first where no system is named.")
            self._is_on_globe = True
        return self

    @property
    def srs_iri(self) -> str:
        """Give the IRI of the reference system."""
        return self.srs or CRS84

    def shape_in(self, system: ReferenceSystem):
        """Give the shape in another reference system, x y."""
        if system is self.system or (system.is_wgs84 and self.system.is_wgs84) or system.name == self.system.name:
            return self.shape
        if system.name not in self._elsewhere:
            self._elsewhere[system.name] = transform(self.shape, self.system, system)
        return self._elsewhere[system.name]

    def with_shape(self, shape) -> "Geometry":
        """Give another shape, written in the same way and reference system."""
        return Geometry(shape, self.system, self.srs, self.datatype, self.namespace)


def split_at_antimeridian(shape):
    """Give a lon lat shape with what lies beyond ±180° moved to the other side; the same object where nothing does."""
    if shape.is_empty:
        return shape
    west, _, east, _ = shape.bounds
    if west >= -180 and east <= 180:
        return shape
    if shape.geom_type == "Point":
        return shapely.transform(shape, lambda points: wrapped(points), include_z=bool(shape.has_z))
    if shape.geom_type == "LinearRing":
        shape = shapely.LineString(shape)
    parts = []
    turn = int((west + 180) // 360)
    while -180 + 360 * turn < east:
        strip = shapely.box(-180 + 360 * turn, -90, 180 + 360 * turn, 90)
        part = shapely.intersection(shape, strip)
        if not part.is_empty:
            parts.append(shapely.transform(part, lambda points, turn=turn: points - [360 * turn, 0]))
        turn += 1
    dimension = max(shapely.get_dimensions(part) for part in parts)
    return shapely.union_all([kept for part in parts for kept in shapely.get_parts(part) if shapely.get_dimensions(kept) == dimension])


def wrapped(points):
    """Give points with longitudes between -180 and 180."""
    points = points.copy()
    points[:, 0] = (points[:, 0] + 180) % 360 - 180
    return points
