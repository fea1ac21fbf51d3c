"""The hexagon world: municipalities and districts in hexagons, land cover, roads, places and hot spots; always the same for a seed.

Its parts are made for the scenarios of Geographica (Garbis, Kyzirakos, Koubarakis 2013), which has such a world for data of any size.
"""

import random
from dataclasses import dataclass, field
from math import sqrt

import shapely
from pyoxigraph import Literal, NamedNode, Quad

GEO = "http://www.opengis.net/ont/geosparql#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
BASE = "https://example.org/hexagons/"
WEST, SOUTH = 2.0, 42.0
USES = ("forest", "field", "meadow", "water", "town", "rock")


@dataclass(frozen=True)
class Thing:
    """One feature: its class, number, shape and attributes."""

    kind: str
    number: int
    shape: object
    attributes: dict[str, str | int] = field(default_factory=dict)


def make_hexagons(size: int, seed: int) -> list[Thing]:
    """Give a world of `size` rows and columns of municipalities. Units: degrees, lon lat."""
    pick = random.Random(seed)
    things = [Thing("Municipality", number, shape, {"name": f"Municipality {number}"}) for number, shape in enumerate(grid(0.25, size, 0.0))]
    things += [Thing("District", number, shape, {"name": f"District {number}"}) for number, shape in enumerate(grid(1.0, size // 4, 0.0))]
    things += [Thing("LandCover", number, shape, {"use": pick.choice(USES)}) for number, shape in enumerate(grid(0.17, size * 3 // 2, 0.05))]
    east, north = WEST + size * 0.25 * sqrt(3), SOUTH + size * 0.375
    places = [shapely.Point(round(pick.uniform(WEST, east), 5), round(pick.uniform(SOUTH, north), 5)) for _ in range(size * size * 3)]
    things += [Thing("Place", number, place, {"name": f"Place {number}", "population": pick.randint(20, 200_000)}) for number, place in enumerate(places)]
    for number in range(size * size * 3 // 5):
        place = places[number * 3] if number % 10 == 0 else shapely.Point(round(pick.uniform(WEST, east), 5), round(pick.uniform(SOUTH, north), 5))
        things.append(Thing("HotSpot", number, place, {"confidence": pick.randint(0, 100)}))
    things += [Thing("Road", number, road(pick, east, north), {"name": f"Road {number}"}) for number in range(size * 3)]
    return things


def grid(radius: float, size: int, shift: float) -> list[shapely.Polygon]:
    """Give rows of hexagons side by side; neighbours have the very same corners."""
    half_width, half_radius = radius * sqrt(3) / 2, radius / 2
    steps = ((0, 2), (1, 1), (1, -1), (0, -2), (-1, -1), (-1, 1))
    found = []
    for row in range(size):
        for column in range(size):
            across, up = 2 * column + row % 2 + 1, 3 * row + 2
            corners = [(round(WEST + shift + (across + x) * half_width, 6), round(SOUTH + shift + (up + y) * half_radius, 6)) for x, y in steps]
            found.append(shapely.Polygon(corners))
    return found


def road(pick: random.Random, east: float, north: float) -> shapely.LineString:
    """Give a road that wanders through the world."""
    x, y = pick.uniform(WEST, east), pick.uniform(SOUTH, north)
    across, up = pick.uniform(-0.3, 0.3), pick.uniform(-0.3, 0.3)
    points = []
    for _ in range(16):
        points.append((round(x, 5), round(y, 5)))
        x, y = x + across + pick.uniform(-0.15, 0.15), y + up + pick.uniform(-0.15, 0.15)
    return shapely.LineString(points)


def statements(things: list[Thing]):
    """Give the statements of the world: class, geometry, literal and attributes of each feature."""
    for thing in things:
        feature = NamedNode(f"{BASE}{thing.kind}/{thing.number}")
        geometry = NamedNode(f"{BASE}{thing.kind}/{thing.number}/geometry")
        yield Quad(feature, RDF_TYPE, NamedNode(BASE + thing.kind))
        yield Quad(feature, NamedNode(GEO + "hasGeometry"), geometry)
        yield Quad(geometry, NamedNode(GEO + "asWKT"), Literal(thing.shape.wkt, datatype=NamedNode(GEO + "wktLiteral")))
        for name, value in thing.attributes.items():
            yield Quad(feature, NamedNode(BASE + name), Literal(str(value), datatype=INTEGER) if isinstance(value, int) else Literal(value))


def sessions(things: list[Thing], count: int, seed: int) -> list[dict[str, str]]:
    """Give what is put into the queries, once for each session: shapes as WKT, and names."""
    pick = random.Random(seed)
    municipalities = [thing for thing in things if thing.kind == "Municipality"]
    places = [thing for thing in things if thing.kind == "Place"]
    found = []
    for _ in range(count):
        town, place = pick.choice(municipalities), pick.choice(places)
        x, y = round(town.shape.centroid.x, 5), round(town.shape.centroid.y, 5)
        found.append({
            "spot": f"POINT ({x} {y})", "cell": town.shape.wkt, "town": town.attributes["name"], "named": place.attributes["name"],
            "area": shapely.Point(x, y).buffer(1.1, quad_segs=8).wkt, "box": shapely.box(x - 0.6, y - 0.4, x + 0.6, y + 0.4).wkt,
            "line": f"LINESTRING ({x - 1.5} {y - 1.1}, {x} {y + 0.2}, {x + 1.7} {y + 0.9})",
        })
    return found
