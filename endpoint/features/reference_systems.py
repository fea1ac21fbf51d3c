"""The reference systems that features are given in, and the boxes that ask for them.

Units: degrees or metres, in the axis order of each system.
"""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
import shapely
from pyproj import CRS, Transformer
from shapely.geometry.base import BaseGeometry

from endpoint.errors import BadRequest

CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
# IRI → code for PROJ. ETRS89-LAEA is what Eurostat maps use, Web Mercator what tiles use.
SYSTEMS = {CRS84: "OGC:CRS84"} | {f"http://www.opengis.net/def/crs/EPSG/0/{code}": f"EPSG:{code}" for code in (4326, 4258, 3035, 3857)}


def read_system(iri: str, parameter: str) -> str:
    """Give the IRI of a reference system that is spoken here. Raises: BadRequest."""
    if iri not in SYSTEMS:
        raise BadRequest(f'The reference system "{iri[:100]}" is not offered; member `available` lists those that are.', parameter=parameter, available=list(SYSTEMS))
    return iri


@cache
def _transformer(source: str, target: str) -> Transformer:
    # Axes stay in the order that the systems define: EPSG:4326 is latitude first.
    return Transformer.from_crs(CRS(SYSTEMS[source]), CRS(SYSTEMS[target]), always_xy=False)


def _transform(source: str, target: str) -> Callable:
    transformer = _transformer(source, target)
    return lambda points: np.column_stack(transformer.transform(points[:, 0], points[:, 1]))


def in_system(geometry: BaseGeometry, iri: str) -> BaseGeometry:
    """Give a geometry of CRS84 in another reference system."""
    return geometry if iri == CRS84 else shapely.transform(geometry, _transform(CRS84, iri))


def read_box(text: str, iri: str) -> BaseGeometry:
    """Give the area of a bounding box as a geometry of CRS84; a box over the antimeridian becomes two. Raises: BadRequest."""
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (4, 6) or not all(map(math.isfinite, numbers)):
        raise BadRequest("`bbox` needs four numbers (or six with heights): left, lower, right, upper.", parameter="bbox")
    if len(numbers) == 6:
        numbers = [numbers[place] for place in (0, 1, 3, 4)]
    left, lower, right, upper = numbers
    if iri != CRS84:
        # Corners alone would cut off what the curved edges hold.
        edge = shapely.segmentize(shapely.box(left, lower, right, upper), max(abs(right - left), abs(upper - lower), 1e-9) / 20)
        with np.errstate(all="ignore"):
            points = _transform(iri, CRS84)(shapely.get_coordinates(edge))
        if not np.isfinite(points).all():
            raise BadRequest("`bbox` lies outside of its reference system.", parameter="bbox")
        (left, lower), (right, upper) = points.min(axis=0), points.max(axis=0)
    if not (-180 <= left <= 180 and -180 <= right <= 180 and -90 <= lower <= upper <= 90):
        raise BadRequest("`bbox` is out of range: longitudes from -180 to 180, latitudes from -90 to 90, lower before upper.", parameter="bbox")
    if left > right:
        return shapely.union(shapely.box(left, lower, 180, upper), shapely.box(-180, lower, right, upper))
    return shapely.box(left, lower, right, upper)
