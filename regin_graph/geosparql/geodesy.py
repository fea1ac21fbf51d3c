"""Distances, lengths and areas on the WGS 84 ellipsoid for shapes in lon lat degrees.

Lengths and areas take edges as geodesics; distances take edges as drawn, straight in lon lat.
Source: Karney 2013, Algorithms for geodesics, as implemented in PROJ.
"""

from functools import lru_cache

import numpy
import shapely

FURTHEST_M = 20_003_932.0  # half the length of a meridian: no two points are further apart
COARSE_STEP_DEG = 0.5  # edges are cut to this length for the first search
ZOOM_POINTS = 33  # points on an edge in one round of the closer search
FIRST_POINTS = 5  # in a round before, which rules out most edges
ZOOM_ROUNDS = 4  # each round narrows the place on the edge to a sixteenth


@lru_cache(maxsize=1)
def ellipsoid():
    """Give the WGS 84 ellipsoid."""
    from pyproj import Geod

    return Geod(ellps="WGS84")


def length_m(shape) -> float:
    """Give the length of the shape's lines and rings. Units: metres."""
    return sum(ellipsoid().line_length(*shapely.get_coordinates(line).T) for line in linework(shape))


def area_m2(shape) -> float:
    """Give the area of the shape's polygons. Units: square metres."""
    total = 0.0
    for polygon in polygons(shape):
        exterior, *interiors = [polygon] if not shapely.get_num_interior_rings(polygon) else [polygon.exterior, *polygon.interiors]
        total += ring_area_m2(exterior) - sum(ring_area_m2(ring) for ring in interiors)
    return total


def ring_area_m2(ring) -> float:
    """Give the area inside a ring, or of a polygon without holes. Units: square metres."""
    return abs(ellipsoid().polygon_area_perimeter(*shapely.get_coordinates(ring).T)[0])


def polygons(shape) -> list:
    """Give the polygons of a shape that are not empty."""
    return [part for part in flat_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]


def flat_parts(shape) -> list:
    """Give the single geometries of a shape, collections within collections opened."""
    if not shape.geom_type.startswith(("Multi", "GeometryC")):
        return [shape]
    parts = list(shapely.get_parts(shape))
    while any(part.geom_type.startswith(("Multi", "GeometryC")) for part in parts):
        parts = [single for part in parts for single in shapely.get_parts(part)]
    return parts


def linework(shape) -> list:
    """Give the lines of a shape: lines, and the rings of its polygons."""
    lines = []
    for part in flat_parts(shape):
        if part.is_empty:
            continue
        if part.geom_type == "Polygon":
            lines += [part.exterior, *part.interiors]
        elif part.geom_type != "Point":
            lines.append(part)
    return lines


def distance_m(one, other) -> float:
    """Give the shortest distance between two shapes on the ellipsoid. Units: lon lat in, metres out."""
    if one.geom_type == "Point" and other.geom_type == "Point":
        return float(ellipsoid().inv(one.x, one.y, other.x, other.y)[2])
    if shapely.intersects(one, other):
        return 0.0
    if one.geom_type == "Point":
        return nearest_to_point((one.x, one.y), segments(other))[0]
    if other.geom_type == "Point":
        return nearest_to_point((other.x, other.y), segments(one))[0]
    return between_segments(segments(one), segments(other))


def segments(shape) -> numpy.ndarray:
    """Give the shape's segments as rows x1 y1 x2 y2; points are segments without length."""
    rows = []
    for line in linework(shape):
        points = shapely.get_coordinates(line)
        rows.append(numpy.hstack([points[:-1], points[1:]]))
    points = [part for part in flat_parts(shape) if part.geom_type == "Point" and not part.is_empty]
    if points:
        at = shapely.get_coordinates(points)
        rows.append(numpy.hstack([at, at]))
    return numpy.vstack(rows)


def cut(rows: numpy.ndarray, step_deg: float) -> numpy.ndarray:
    """Give segments cut into pieces no longer than the step."""
    pieces = numpy.maximum(1, numpy.ceil(numpy.abs(rows[:, 2:] - rows[:, :2]).max(axis=1) / step_deg).astype(int))
    if (pieces == 1).all():
        return rows
    repeated = numpy.repeat(rows, pieces, axis=0)
    within = numpy.arange(len(repeated)) - numpy.repeat(numpy.cumsum(pieces) - pieces, pieces)
    share = numpy.repeat(pieces, pieces)
    along = repeated[:, 2:] - repeated[:, :2]
    start = repeated[:, :2] + along * (within / share)[:, None]
    return numpy.hstack([start, repeated[:, :2] + along * ((within + 1) / share)[:, None]])


def inverse(point, at: numpy.ndarray) -> numpy.ndarray:
    """Give the geodesic distances from a point to many. Units: metres."""
    lon, lat = numpy.full(len(at), point[0]), numpy.full(len(at), point[1])
    return ellipsoid().inv(lon, lat, at[:, 0], at[:, 1])[2]


def inverse_of_pairs(one: numpy.ndarray, other: numpy.ndarray) -> numpy.ndarray:
    """Give the geodesic distances between places, row by row. Units: metres."""
    return ellipsoid().inv(*one.T, *other.T)[2]


def nearest_to_point(point, rows: numpy.ndarray) -> tuple[float, tuple[float, float]]:
    """Give the distance from a point to the nearest of the segments, and the place on it. Units: metres; lon lat.

    Every segment is no nearer than its nearer end less half its length, which rules out all but a few;
    on those the nearest place is found by closing in.
    """
    rows = cut(rows, COARSE_STEP_DEG)
    ends = inverse(point, rows.reshape(-1, 2)).reshape(-1, 2)
    near = ends.min(axis=1)
    best = float(near.min())
    is_line = (rows[:, :2] != rows[:, 2:]).any(axis=1)
    lengths = numpy.zeros(len(rows))
    lengths[is_line] = ellipsoid().inv(*rows[is_line].T)[2]
    first = int(near.argmin())
    place = tuple(rows[first].reshape(2, 2)[int(ends[first].argmin())].tolist())
    possible = numpy.flatnonzero(is_line & (near - lengths * 0.5001 <= best))
    if not len(possible):
        return best, place
    rows, lengths = rows[possible], lengths[possible]
    low, high = numpy.zeros(len(rows)), numpy.ones(len(rows))
    for points in (FIRST_POINTS, *[ZOOM_POINTS] * ZOOM_ROUNDS):
        steps = numpy.linspace(0, 1, points)
        shares = low[:, None] + steps * (high - low)[:, None]
        at = rows[:, None, :2] + shares[:, :, None] * (rows[:, None, 2:] - rows[:, None, :2])
        away = inverse(point, at.reshape(-1, 2)).reshape(shares.shape)
        lowest = away.argmin(axis=1)
        row = int(away.min(axis=1).argmin())
        if away[row, lowest[row]] < best:
            best, place = float(away[row, lowest[row]]), tuple(at[row, lowest[row]].tolist())
        numbers = numpy.flatnonzero(away.min(axis=1) - lengths * (high - low) / (points - 1) * 0.5001 <= best)
        low, high = shares[numbers, numpy.maximum(lowest - 1, 0)[numbers]], shares[numbers, numpy.minimum(lowest + 1, points - 1)[numbers]]
        rows, lengths = rows[numbers], lengths[numbers]
    return best, place


def between_segments(one: numpy.ndarray, other: numpy.ndarray) -> float:
    """Give the shortest distance between two sets of segments that do not meet. Units: metres.

    Chords through the earth order places as geodesics do, so the nearest pairs of ends by chord are the
    starts; from each the search goes back and forth between the two until it comes no nearer.
    """
    one, other = cut(one, COARSE_STEP_DEG), cut(other, COARSE_STEP_DEG)
    ends_one, ends_other = numpy.vstack([one[:, :2], one[-1:, 2:]]), numpy.vstack([other[:, :2], other[-1:, 2:]])
    best = FURTHEST_M
    for start in nearest_ends(ends_one, ends_other):
        place, before = tuple(start), FURTHEST_M * 2
        for _ in range(20):
            _, across = nearest_to_point(place, other)
            away, place = nearest_to_point(across, one)
            if before - away < 1e-6:
                break
            before = away
        best = min(best, before, away)
    return best


def nearest_ends(one: numpy.ndarray, other: numpy.ndarray, starts: int = 4) -> numpy.ndarray:
    """Give a few places of the first set, each the nearest of its neighbourhood to the second set."""
    places, targets = on_sphere(one), on_sphere(other)
    away = numpy.concatenate([(block @ targets.T).max(axis=1) for block in numpy.array_split(places, max(1, len(places) * len(targets) // 4_000_000 + 1))])
    order = numpy.argsort(-away)
    chosen: list[int] = []
    for index in order[:2000]:
        if all((places[index] @ places[kept]) < 0.99999 for kept in chosen):  # some 28 km apart
            chosen.append(int(index))
            if len(chosen) == starts:
                break
    return one[chosen]


def on_sphere(points: numpy.ndarray) -> numpy.ndarray:
    """Give lon lat points as unit vectors."""
    lon, lat = numpy.radians(points).T
    return numpy.column_stack([numpy.cos(lat) * numpy.cos(lon), numpy.cos(lat) * numpy.sin(lon), numpy.sin(lat)])
