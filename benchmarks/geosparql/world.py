"""The measured world: points with a kind, and polygons of a hundred vertices, over Europe; always the same for a seed."""

import random
from dataclasses import dataclass

import shapely
from pyoxigraph import Literal, NamedNode, Quad

GEO = "http://www.opengis.net/ont/geosparql#"
BASE = "https://example.org/synthetic/"
KINDS = 20


@dataclass(frozen=True)
class World:
    """Points (x, y, kind) and polygons. Units: degrees, lon lat."""

    points: list[tuple[float, float, int]]
    polygons: list[shapely.Polygon]


def make_world(points: int, polygons: int, seed: int) -> World:
    """Give a world: points spread evenly, polygons of 100 vertices with a radius of 0.6 to 1.85 degrees."""
    pick = random.Random(seed)
    places = [(round(pick.uniform(-10, 30), 5), round(pick.uniform(35, 70), 5), number % KINDS) for number in range(points)]
    return World(places, [polygon_at(pick) for _ in range(polygons)])


def polygon_at(pick: random.Random) -> shapely.Polygon:
    """Give a polygon of 100 vertices somewhere."""
    return shapely.Point(pick.uniform(-9, 29), pick.uniform(36, 69)).buffer(pick.uniform(0.6, 1.85), quad_segs=25)


def statements(world: World):
    """Give the statements of the world: feature, geometry, literal, and the kind of points."""
    has_geometry, as_wkt, kind, wkt = NamedNode(GEO + "hasGeometry"), NamedNode(GEO + "asWKT"), NamedNode(BASE + "kind"), NamedNode(GEO + "wktLiteral")
    for number, (x, y, of_kind) in enumerate(world.points):
        feature, geometry = NamedNode(f"{BASE}point/{number}"), NamedNode(f"{BASE}point/{number}/geometry")
        yield Quad(feature, has_geometry, geometry)
        yield Quad(geometry, as_wkt, Literal(f"POINT ({x} {y})", datatype=wkt))
        yield Quad(feature, kind, NamedNode(f"{BASE}kind/{of_kind}"))
    for number, polygon in enumerate(world.polygons):
        feature, geometry = NamedNode(f"{BASE}region/{number}"), NamedNode(f"{BASE}region/{number}/geometry")
        yield Quad(feature, NamedNode(BASE + "hasOutline"), geometry)
        yield Quad(geometry, as_wkt, Literal(polygon.wkt, datatype=wkt))
