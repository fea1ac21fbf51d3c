"""The order in which JTS writes the rings of an overlay, so that answers read the same as other engines'.

The standard leaves the first vertex of a ring and the order of polygons open. JTS walks the edges of the
first geometry, then of the second, each cut where the two boundaries meet, and starts a ring at the first
edge of the answer it comes to, with the interior on the right.
"""

import numpy
import shapely

from regin_graph.geosparql.geodesy import linework

LARGEST_RESULT = 5000  # vertices; beyond, the order is left as it comes


def in_walking_order(result, one, other):
    """Give the same polygons with each ring's start and their order found by walking the edges of the two inputs."""
    if result.geom_type not in ("Polygon", "MultiPolygon") or result.is_empty or result.has_z or shapely.get_num_coordinates(result) > LARGEST_RESULT:
        return result
    if shapely.get_num_coordinates(one) + shapely.get_num_coordinates(other) > LARGEST_RESULT:
        return result
    rings, holes_of = [], []
    for number, polygon in enumerate(shapely.get_parts(shapely.orient_polygons(result, exterior_cw=True))):
        for role, ring in enumerate([polygon.exterior, *polygon.interiors]):
            rings.append(shapely.get_coordinates(ring)[:-1])
            holes_of.append((number, role))
    step_of = {}
    for index, ring in enumerate(rings):
        points = [tuple(point) for point in ring]
        for place, point in enumerate(points):
            step_of[point, points[(place + 1) % len(points)]] = (index, place)
    started: dict[int, tuple[int, int]] = {}
    for edge in noded_edges(one, other):
        points = [tuple(point) for point in edge]
        forward, backward = step_of.get((points[0], points[1])), step_of.get((points[-1], points[-2]))
        for step in (forward, backward):
            if step is not None and step[0] not in started:
                started[step[0]] = (len(started), step[1])
    shells: dict[int, list] = {}
    for index, (number, role) in enumerate(holes_of):
        rank, place = started.get(index, (len(rings) + index, 0))
        shells.setdefault(number, []).append((role > 0, rank, numpy.roll(rings[index], -place, axis=0)))
    polygons = []
    for parts in shells.values():
        parts.sort(key=lambda part: part[:2])
        polygons.append((parts[0][1], shapely.Polygon(parts[0][2], [ring for _, _, ring in parts[1:]])))
    polygons.sort(key=lambda ranked: ranked[0])
    ordered = [polygon for _, polygon in polygons]
    return shapely.MultiPolygon(ordered) if result.geom_type == "MultiPolygon" else ordered[0]


def noded_edges(one, other) -> list[numpy.ndarray]:
    """Give the edges of both boundaries, cut at their own starts and where the boundaries meet."""
    edges = []
    for shape, against in ((one, other), (other, one)):
        met = shapely.intersection(shapely.union_all(linework(shape)), shapely.union_all(linework(against)))
        nodes = set()
        for part in shapely.get_parts(met):
            points = shapely.get_coordinates(part)
            nodes |= {tuple(point) for point in points[[0, -1]]} if len(points) else set()
        for line in linework(shape):
            edges += cut_at(shapely.get_coordinates(line), nodes)
    return edges


def cut_at(points: numpy.ndarray, nodes: set) -> list[numpy.ndarray]:
    """Give one line's pieces between nodes, nodes between its vertices included."""
    walked = [points[0]]
    inserted = numpy.array(sorted(nodes)).reshape(-1, 2)
    for start, end in zip(points, points[1:]):
        if len(inserted):
            along = end - start
            length = float(along @ along) or 1.0
            share = (inserted - start) @ along / length
            off = numpy.abs((inserted - start)[:, 0] * along[1] - (inserted - start)[:, 1] * along[0])
            on_it = (share > 0) & (share < 1) & (off <= 1e-9 * length**0.5)
            walked += [inserted[i] for i in numpy.flatnonzero(on_it)[numpy.argsort(share[on_it])]]
        walked.append(end)
    pieces, piece = [], [walked[0]]
    for point in walked[1:]:
        piece.append(point)
        if tuple(point) in nodes:
            pieces.append(numpy.array(piece))
            piece = [point]
    if len(piece) > 1:
        pieces.append(numpy.array(piece))
    return pieces
