"""Numbers and facts of geometries: distance, area, length, extent, dimension, kind.

Source: GeoSPARQL 1.1 clause 8.7; Simple Features (ISO 19125-1).
"""

import math

import shapely

from regin_graph.geosparql import geodesy
from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.problems import UnknownUnit, WrongArguments
from regin_graph.geosparql.units import METRES, RADIANS, is_angle, is_unity, square_metres
from regin_graph.geosparql.vocabulary import SF


def distance(first: Geometry, second: Geometry, unit: str) -> float:
    """Give the shortest distance. Units: the unit's; lengths on geographic coordinates are geodesic, angles planar.

    Raises: UnknownUnit, WrongArguments for empty geometries.
    """
    if is_unity(unit):
        return planar_distance(first, second)
    if not is_angle(unit):
        return metric_distance(first, second) / METRES[unit]
    return math.radians(planar_distance(degrees_wanted(first, unit), second)) / RADIANS[unit]


def metric_distance(first: Geometry, second: Geometry) -> float:
    """Give the shortest distance. Units: metres."""
    one, other = not_empty(first.on_globe()).shape, not_empty(second.on_globe()).shape_in(first.system)
    if first.system.is_geographic:
        return geodesy.distance_m(one, other)
    return shapely.distance(one, other) * first.system.metres_per_unit


def planar_distance(first: Geometry, second: Geometry) -> float:
    """Give the distance in the plane of the coordinates. Units: those of the reference system."""
    return float(shapely.distance(not_empty(first).prepared, not_empty(second).shape_in(first.system)))


def not_empty(geometry: Geometry) -> Geometry:
    """Give the geometry. Raises: WrongArguments when it has no points, so no distance."""
    if geometry.shape.is_empty:
        raise WrongArguments("An empty geometry has no distance.")
    return geometry


def degrees_wanted(geometry: Geometry, unit: str) -> Geometry:
    """Give the geometry. Raises: UnknownUnit when its system measures lengths."""
    if not geometry.system.is_geographic:
        raise UnknownUnit(f"The reference system {geometry.system.name} measures lengths: <{unit}> is a unit of angle.")
    return geometry


def length(geometry: Geometry, unit: str) -> float:
    """Give the length of lines. Units: the unit's. Raises: UnknownUnit."""
    if is_unity(unit):
        return float(shapely.length(geometry.shape))
    if is_angle(unit):
        return math.radians(shapely.length(degrees_wanted(geometry, unit).shape)) / RADIANS[unit]
    return metric_length(geometry) / METRES[unit]


def metric_length(geometry: Geometry) -> float:
    """Give the length of lines; of polygons, of their rings. Units: metres."""
    if geometry.system.is_geographic:
        return geodesy.length_m(geometry.on_globe().written)
    return float(shapely.length(geometry.shape)) * geometry.system.metres_per_unit


def perimeter(geometry: Geometry, unit: str) -> float:
    """Give the length of the rings of polygons. Units: the unit's. Raises: UnknownUnit."""
    return length(rings_only(geometry), unit)


def metric_perimeter(geometry: Geometry) -> float:
    """Give the length of the rings of polygons. Units: metres."""
    return metric_length(rings_only(geometry))


def rings_only(geometry: Geometry) -> Geometry:
    """Give the polygons of a geometry: only they have a perimeter."""
    return geometry.with_shape(shapely.MultiPolygon(geodesy.polygons(geometry.written)))


def area(geometry: Geometry, unit: str) -> float:
    """Give the area. Units: the unit's; on geographic coordinates of the ellipsoid, in square degrees planar. Raises: UnknownUnit."""
    if is_unity(unit):
        return float(shapely.area(geometry.shape))
    if unit in RADIANS:
        return math.radians(1) ** 2 * float(shapely.area(degrees_wanted(geometry, unit).shape)) / RADIANS[unit] ** 2
    return metric_area(geometry) / square_metres(unit)


def metric_area(geometry: Geometry) -> float:
    """Give the area. Units: square metres."""
    if geometry.system.is_geographic:
        return geodesy.area_m2(geometry.on_globe().written)
    return float(shapely.area(geometry.shape)) * geometry.system.metres_per_unit**2


def extent(geometry: Geometry, axis: int, largest: bool) -> float:
    """Give the smallest or largest x (easting, longitude), y or z, whatever the axis order of the literal. Raises: WrongArguments."""
    if geometry.written.is_empty:
        raise WrongArguments("An empty geometry has no extent.")
    if axis == 2 and not geometry.written.has_z:
        raise WrongArguments("The geometry has no z coordinates.")
    values = shapely.get_coordinates(geometry.written, include_z=axis == 2)[:, axis]
    return float(values.max() if largest else values.min())


def dimension(geometry: Geometry) -> int:
    """Give 0 for points, 1 for lines, 2 for polygons; of a collection the largest; 0 when empty."""
    return max(0, int(shapely.get_dimensions(geometry.written)))


def spatial_dimension(geometry: Geometry) -> int:
    """Give the number of coordinates of a position, measures not counted."""
    return 3 if geometry.written.has_z else 2


def coordinate_dimension(geometry: Geometry) -> int:
    """Give the number of coordinates of a position."""
    return spatial_dimension(geometry) + is_measured(geometry)


def is_3d(geometry: Geometry) -> bool:
    """Tell whether positions have a z."""
    return bool(geometry.written.has_z)


def is_measured(geometry: Geometry) -> bool:
    """Tell whether positions have a measure."""
    return bool(shapely.has_m(geometry.written))


def is_empty(geometry: Geometry) -> bool:
    """Tell whether there are no points."""
    return bool(geometry.written.is_empty)


def is_simple(geometry: Geometry) -> bool:
    """Tell whether the geometry does not cross or touch itself."""
    return bool(shapely.is_simple(geometry.written))


def num_geometries(geometry: Geometry) -> int:
    """Give the number of parts of a collection; 1 for a single geometry; 0 when empty."""
    return 0 if geometry.written.is_empty else int(shapely.get_num_geometries(geometry.written))


def geometry_type(geometry: Geometry) -> str:
    """Give the IRI of the Simple Features class."""
    return SF + geometry.written.geom_type


def srid(geometry: Geometry) -> str:
    """Give the IRI of the reference system."""
    return geometry.srs_iri
