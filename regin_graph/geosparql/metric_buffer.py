"""Buffers by metres for shapes in lon lat degrees.

Each piece of the shape is projected azimuthal equidistant round its own middle, buffered and brought back,
so that the distance is right everywhere; the pieces are then united and split at ±180°.
"""

import numpy
import shapely

from regin_graph.geosparql.geodesy import cut, ellipsoid, flat_parts, linework
from regin_graph.geosparql.problems import SpatialError

QUADRANT_SEGMENTS = 32  # a circle of 128 edges: its area is 0.04 % short
WIDEST_PIECE_DEG = 2.0  # at half of it from the middle the projection is true to 0.01 %
EDGE_STEP_DEG = 0.25  # long edges are cut before they are projected
WIDEST_RADIUS_M = 9_000_000.0


def metric_buffer(shape, radius_m: float):
    """Give all places within the radius of a lon lat shape; with a negative radius, the inside of polygons that far from their edge.

    Units: metres in, degrees lon lat out. Raises: SpatialError for a radius beyond a quarter of the earth.
    """
    if shape.is_empty or radius_m == 0:
        return shape if radius_m == 0 else shapely.Polygon()
    if abs(radius_m) > WIDEST_RADIUS_M:
        raise SpatialError(f"A buffer of {radius_m} metres is wider than {WIDEST_RADIUS_M:.0f} metres.")
    around = shapely.union_all([piece_buffer(piece, abs(radius_m)) for piece in pieces(shape)])
    inside = [part for part in flat_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]
    if radius_m < 0:
        return shapely.difference(shapely.union_all(inside), around) if inside else shapely.Polygon()
    return shapely.union_all([around, *inside]) if inside else around


def pieces(shape) -> list:
    """Give points and stretches of line no wider than the widest piece."""
    found = [part for part in flat_parts(shape) if part.geom_type == "Point" and not part.is_empty]
    for line in linework(shape):
        points = shapely.get_coordinates(line)
        rows = cut(numpy.hstack([points[:-1], points[1:]]), EDGE_STEP_DEG)
        points = numpy.vstack([rows[:, :2], rows[-1:, 2:]])
        start, low, high = 0, points[0].copy(), points[0].copy()
        for index in range(1, len(points)):
            lower, higher = numpy.minimum(low, points[index]), numpy.maximum(high, points[index])
            if (higher - lower).max() > WIDEST_PIECE_DEG and index - 1 > start:
                found.append(shapely.LineString(points[start:index]))
                start, lower, higher = index - 1, numpy.minimum(points[index - 1], points[index]), numpy.maximum(points[index - 1], points[index])
            low, high = lower, higher
        found.append(shapely.LineString(points[start:]))
    return found


def piece_buffer(piece, radius_m: float):
    """Give the buffer of one small piece in lon lat, split at ±180°."""
    from pyproj import Transformer

    west, south, east, north = piece.bounds
    lon, lat = (west + east) / 2, (south + north) / 2
    if piece.geom_type == "Point":
        bearings = numpy.linspace(0, 360, 4 * QUADRANT_SEGMENTS, endpoint=False)
        count = len(bearings)
        lons, lats, _ = ellipsoid().fwd(numpy.full(count, lon), numpy.full(count, lat), -bearings, numpy.full(count, radius_m))
        ring = numpy.column_stack([lons, lats])
    else:
        change = Transformer.from_crs("EPSG:4326", f"+proj=aeqd +lon_0={lon} +lat_0={lat} +ellps=WGS84", always_xy=True)
        flat = shapely.transform(piece, lambda points: numpy.column_stack(change.transform(*points.T)))
        round_it = shapely.buffer(flat, radius_m, quad_segs=QUADRANT_SEGMENTS)
        round_it = shapely.segmentize(round_it, max(radius_m / 8, 2000.0))
        rings = [round_it.exterior, *round_it.interiors]
        back = [numpy.column_stack(change.transform(*shapely.get_coordinates(part).T, direction="INVERSE")) for part in rings]
        outer = on_the_globe(back[0], lon, lat, radius_m)
        return shapely.difference(outer, shapely.union_all([on_the_globe(hole, lon, lat, 0.0) for hole in back[1:]])) if back[1:] else outer
    return on_the_globe(ring, lon, lat, radius_m)


def on_the_globe(ring: numpy.ndarray, lon: float, lat: float, radius_m: float):
    """Give the polygon of a ring whose longitudes may jump at ±180° or go round a pole."""
    if not numpy.array_equal(ring[0], ring[-1]):
        ring = numpy.vstack([ring, ring[:1]])
    steps = (numpy.diff(ring[:, 0]) + 180) % 360 - 180
    lons = numpy.concatenate([[ring[0, 0]], ring[0, 0] + numpy.cumsum(steps)])
    if abs(lons[-1] - lons[0]) > 180:  # the ring goes round a pole: close it along the pole
        pole = 90.0 if lat > 0 else -90.0
        outline = numpy.column_stack([lons, ring[:, 1]])
        polygon = shapely.Polygon(numpy.vstack([outline, [[lons[-1], pole], [lons[0], pole]]]))
    else:
        lons += round((lon - (lons.min() + lons.max()) / 2) / 360) * 360
        polygon = shapely.Polygon(numpy.column_stack([lons, ring[:, 1]]))
    if not polygon.is_valid:
        polygon = shapely.make_valid(polygon)
    return within_180(polygon)


def within_180(shape):
    """Give a shape between -180° and 180°, what lies beyond moved to the other side."""
    west, _, east, _ = shape.bounds
    if west >= -180 and east <= 180:
        return shape
    parts = []
    for turn in range(int((west + 180) // 360), int((east + 180) // 360) + 1):
        part = shapely.intersection(shape, shapely.box(360 * turn - 180, -90, 360 * turn + 180, 90))
        parts.append(shapely.transform(part, lambda points, turn=turn: points - [360 * turn, 0]))
    return shapely.union_all(shapely.MultiPolygon([single for part in parts for single in shapely.get_parts(part) if single.geom_type == "Polygon"]))
