"""The order in which JTS writes the rings of an overlay, so that answers read the same as other engines'.

The standard leaves the first vertex of a ring and the order of polygons open. JTS walks the edges of the
first geometry, then of the second, each cut where the two boundaries meet, and starts a ring at the first
edge of the answer it comes to, with the interior on the right.
"""

import numpy
import shapely

from regin_graph.geosparql.geodesy import linework

LARGEST_RESULT = 5000  # vertices; beyond, the order is left as it comes
MOST_COMPARED = 1_000_000  # pairs of an edge and a node at once


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
        points = list(map(tuple, ring.tolist()))
        for place, point in enumerate(points):
            step_of[point, points[(place + 1) % len(points)]] = (index, place)
    started: dict[int, tuple[int, int]] = {}
    for edge in noded_edges(one, other):
        forward, backward = step_of.get((edge[0], edge[1])), step_of.get((edge[-1], edge[-2]))
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


def noded_edges(one, other) -> list[list[tuple[float, float]]]:
    """Give the edges of both boundaries, cut at their own starts and where the boundaries meet."""
    edges = []
    met = shapely.intersection(shapely.union_all(linework(one)), shapely.union_all(linework(other)))
    nodes = set()
    for part in shapely.get_parts(met):
        points = shapely.get_coordinates(part)
        nodes |= {tuple(point) for point in points[[0, -1]].tolist()} if len(points) else set()
    for line in [*linework(one), *linework(other)]:
        edges += cut_at(shapely.get_coordinates(line), nodes)
    return edges


def cut_at(points: numpy.ndarray, nodes: set) -> list[list[tuple[float, float]]]:
    """Give one line's pieces between nodes, nodes between its vertices included."""
    inserted = nodes_between(points, sorted(nodes))
    vertices = list(map(tuple, points.tolist()))
    pieces, piece = [], [vertices[0]]
    for number, end in enumerate(vertices[1:]):
        for point in [*inserted.get(number, ()), end]:
            piece.append(point)
            if point in nodes:
                pieces.append(piece)
                piece = [point]
    if len(piece) > 1:
        pieces.append(piece)
    return pieces


def nodes_between(points: numpy.ndarray, nodes: list[tuple[float, float]]) -> dict[int, list[tuple[float, float]]]:
    """Give the nodes that lie on an edge between its ends, in order, by the edge's number."""
    found: dict[int, list[tuple[float, float]]] = {}
    if not nodes:
        return found
    step = max(1, MOST_COMPARED // len(nodes))
    for begin in range(0, len(points) - 1, step):
        starts, ends = points[begin:begin + step][:len(points) - 1 - begin], points[begin + 1:begin + step + 1]
        along = ends - starts
        length = (along * along).sum(axis=1)
        length[length == 0] = 1.0
        away = numpy.array(nodes) - starts[:, None]
        share = (away * along[:, None]).sum(axis=2) / length[:, None]
        off = numpy.abs(away[..., 0] * along[:, None, 1] - away[..., 1] * along[:, None, 0])
        edge, node = numpy.nonzero((share > 0) & (share < 1) & (off <= 1e-9 * numpy.sqrt(length)[:, None]))
        for place in numpy.lexsort((share[edge, node], edge)).tolist():
            found.setdefault(begin + int(edge[place]), []).append(nodes[int(node[place])])
    return found
