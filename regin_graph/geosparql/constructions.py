"""Geometries made from geometries: set operations, hulls, buffers, parts, transformation.

Results keep the serialisation and the reference system of the first geometry.
Source: GeoSPARQL 1.1 clause 8.7; Simple Features (ISO 19125-1). Ring order as JTS gives it where the standard leaves it open.
"""

import math

import shapely

from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.metric_buffer import metric_buffer as geodesic_buffer
from regin_graph.geosparql.overlay_order import in_walking_order
from regin_graph.geosparql.problems import SpatialError, UnknownUnit, WrongArguments, note
from regin_graph.geosparql.reference_systems import ReferenceSystem, outside_area_of_use, reference_system
from regin_graph.geosparql.reference_systems import transform as transformed
from regin_graph.geosparql.units import METRES, RADIANS, is_angle, is_unity

BUFFER_SEGMENTS = 8  # edges of a quarter circle, as in JTS


def overlay(operation, first: Geometry, second: Geometry) -> Geometry:
    """Give a set operation of two geometries. Raises: SpatialError when an argument is not a valid geometry."""
    one, other = first.shape, second.shape_in(first.system)
    try:
        result = operation(one, other)
    except shapely.errors.GEOSException as error:
        raise SpatialError(f"The two geometries cannot be laid over each other: {error}.") from error
    return first.with_shape(in_walking_order(result, one, other))


def intersection(first: Geometry, second: Geometry) -> Geometry:
    """Give the points both geometries have."""
    return overlay(shapely.intersection, first, second)


def union(first: Geometry, second: Geometry) -> Geometry:
    """Give the points either geometry has."""
    return overlay(shapely.union, first, second)


def difference(first: Geometry, second: Geometry) -> Geometry:
    """Give the points of the first geometry that the second has not."""
    return overlay(shapely.difference, first, second)


def sym_difference(first: Geometry, second: Geometry) -> Geometry:
    """Give the points that exactly one of the geometries has."""
    return overlay(shapely.symmetric_difference, first, second)


def boundary(geometry: Geometry) -> Geometry:
    """Give the boundary: ends of lines, rings of polygons; empty for points."""
    found = shapely.boundary(geometry.written)
    return geometry.with_shape(shapely.GeometryCollection() if found is None else found)


def envelope(geometry: Geometry) -> Geometry:
    """Give the smallest rectangle along the axes."""
    return geometry.with_shape(box_round(geometry.shape))


def box_round(shape):
    """Give the envelope of a shape. The standard leaves the order of its corners open: it is that of JTS, lower left, upper left and on."""
    return shapely.reverse(shapely.envelope(shape))


def convex_hull(geometry: Geometry) -> Geometry:
    """Give the smallest convex geometry round this one."""
    return geometry.with_shape(shapely.convex_hull(geometry.shape))


def concave_hull(geometry: Geometry, share: float = 0.5) -> Geometry:
    """Give a hull that follows the points: share 0 the tightest, 1 the convex hull; above 1 read as per cent."""
    share = share / 100 if share > 1 else share
    if not 0 <= share <= 1:
        raise WrongArguments("The share of a concave hull lies between 0 and 1, or 0 and 100 per cent.")
    return geometry.with_shape(shapely.concave_hull(geometry.shape, ratio=share))


def bounding_circle(geometry: Geometry) -> Geometry:
    """Give the smallest circle round the geometry, as a polygon."""
    return geometry.with_shape(shapely.minimum_bounding_circle(geometry.shape))


def centroid(geometry: Geometry) -> Geometry:
    """Give the centre of mass."""
    return geometry.with_shape(shapely.centroid(geometry.shape))


def buffer(geometry: Geometry, radius: float, unit: str) -> Geometry:
    """Give all points within the radius. Units: the unit's; metres on geographic coordinates are geodesic, degrees planar.

    Raises: UnknownUnit.
    """
    if is_unity(unit):
        return planar_buffer(geometry, radius)
    if is_angle(unit):
        if not geometry.system.is_geographic:
            raise UnknownUnit(f"The reference system {geometry.system.name} measures lengths: <{unit}> is a unit of angle.")
        return planar_buffer(geometry, math.degrees(radius * RADIANS[unit]))
    return metric_buffer(geometry, radius * METRES[unit])


def metric_buffer(geometry: Geometry, radius_m: float) -> Geometry:
    """Give all points within the radius. Units: metres."""
    if geometry.system.is_geographic:
        return geometry.with_shape(geodesic_buffer(geometry.on_globe().shape, radius_m))
    return planar_buffer(geometry, radius_m / geometry.system.metres_per_unit)


def planar_buffer(geometry: Geometry, radius: float) -> Geometry:
    """Give the buffer in the plane of the coordinates."""
    return geometry.with_shape(shapely.buffer(geometry.shape, radius, quad_segs=BUFFER_SEGMENTS))


def geometry_n(geometry: Geometry, number: int) -> Geometry:
    """Give the part of a collection with this number, counted from 1. Raises: WrongArguments."""
    parts = shapely.get_parts(geometry.written)
    if not 1 <= number <= len(parts):
        raise WrongArguments(f"There is no part {number}: the geometry has {len(parts)}, counted from 1.")
    return geometry.with_shape(parts[number - 1])


def transform(geometry: Geometry, iri: str) -> Geometry:
    """Give the geometry in another reference system. Raises: UnknownReferenceSystem, SpatialError."""
    system: ReferenceSystem = reference_system(iri)
    if warning := outside_area_of_use(geometry.written, geometry.system, system):
        note(warning)
    moved = geometry.with_shape(transformed(geometry.written, geometry.system, system))
    moved.system, moved.srs = system, iri
    return moved
