"""A picture of the map: land, regions and practices of Europe as one small SVG."""

import json
import math
import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from endpoint.visit import Rows

# The window: degrees lon and lat (CRS84), drawn in Web Mercator at this width in pixels.
WEST, SOUTH, EAST, NORTH = -30.0, 33.0, 33.0, 66.0
WIDTH = 760


@dataclass(frozen=True)
class Colours:
    """Colours of one picture."""

    land: str
    coast: str
    region: str
    practice: str


COLOURS = {
    "light": Colours("#f7f5ee", "#c9c5b6", "#0a5566", "#a8400e"),
    "dark": Colours("#222d31", "#435157", "#7cc7d6", "#f2a172"),
}


def _mercator(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(max(-85.0, min(85.0, lat))) / 2))


SCALE = WIDTH / math.radians(EAST - WEST)
HEIGHT = round(SCALE * (_mercator(NORTH) - _mercator(SOUTH)))


def place_point(lon: float, lat: float) -> tuple[int, int]:
    """Give the pixel of a place. Units: degrees, lon lat, CRS84 → pixels from the upper left corner."""
    return round(SCALE * math.radians(lon - WEST)), round(SCALE * (_mercator(NORTH) - _mercator(lat)))


def ring_path(ring: list) -> str:
    """Give the path of a ring, without points that fall on the same pixel; rings outside the window or too small give none."""
    points = [place_point(lon, lat) for lon, lat, *_ in ring]
    points = [point for before, point in zip([None, *points], points, strict=False) if point != before]
    if len(points) < 3 or not any(-40 < x < WIDTH + 40 and -40 < y < HEIGHT + 40 for x, y in points):
        return ""
    steps = [f"M{points[0][0]} {points[0][1]}"]
    steps += [f"l{x - a} {y - b}" for (a, b), (x, y) in zip(points, points[1:], strict=False)]
    return "".join(steps) + "z"


def polygons_of(wkt: str) -> list:
    """Give the rings of a WKT polygon or multipolygon as lists of lon lat."""
    return [
        [[float(number) for number in pair.split()[:2]] for pair in ring.split(",")]
        for ring in re.findall(r"\(([^()]+)\)", wkt)
    ]


@lru_cache(maxsize=4)
def land_path(geojson: str) -> str:
    """Give the path of the land."""
    paths = []
    for feature in json.loads(geojson)["features"]:
        geometry = feature["geometry"]
        polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
        paths += [ring_path(ring) for polygon in polygons for ring in polygon]
    return "".join(paths)


def draw_picture(land: str, rows: Rows, colours: Colours) -> str:
    """Give the SVG of land, region outlines and practices.
    Shape: rows ?thing ?class ?wkt; practices at one place are one dot whose area grows with their number."""
    outlines = [row["wkt"].value for row in rows if row["class"].value.endswith("/Region")]
    points = Counter(
        tuple(map(float, re.findall(r"-?[\d.]+", row["wkt"].value)[:2]))
        for row in rows
        if row["class"].value.endswith("/Practice")
    )
    regions = "".join(
        f'<path d="{path}"/>'
        for path in ("".join(map(ring_path, polygons_of(outline))) for outline in outlines)
        if path
    )
    dots = "".join(
        _dot(*place_point(*point), count) for point, count in sorted(points.items(), key=lambda item: -item[1])
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}">'
        f'<path d="{land_path(land)}" fill="{colours.land}" stroke="{colours.coast}" stroke-width=".8" stroke-linejoin="round"/>'
        f'<g fill="{colours.region}" fill-opacity=".28" stroke="{colours.region}" stroke-width="1.1" stroke-linejoin="round">{regions}</g>'
        f'<g fill="{colours.practice}" stroke="{colours.land}" stroke-width="1.4">{dots}</g></svg>'
    )


def _dot(x: int, y: int, count: int) -> str:
    return f'<circle cx="{x}" cy="{y}" r="{3.6 * math.sqrt(count) + 1.2:.1f}"/>'
