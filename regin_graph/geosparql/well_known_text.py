"""WKT literals: an optional reference system IRI in angle brackets and well-known text.

Source: GeoSPARQL 1.1 requirements 14 to 19.
"""

import re

import shapely

from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.problems import BrokenLiteral
from regin_graph.geosparql.reference_systems import WGS84_LON_LAT, reference_system, swapped
from regin_graph.geosparql.vocabulary import WKT_LITERAL

LITERAL = re.compile(r"\s*(?:<([^>]*)>)?\s*(.*?)\s*$", re.DOTALL)
OTHER_NAMES = ((re.compile(r"^TRIANGLE\b", re.I), "POLYGON"), (re.compile(r"^(TIN|POLYHEDRALSURFACE)\b", re.I), "MULTIPOLYGON"))
EMPTY = shapely.GeometryCollection()


def read_wkt(text: str) -> Geometry:
    """Give the geometry of a WKT literal. Raises: BrokenLiteral, UnknownReferenceSystem."""
    srs, body = LITERAL.match(text).groups()
    system = reference_system(srs) if srs else WGS84_LON_LAT
    if not body:
        return Geometry(EMPTY, system, srs, WKT_LITERAL, lexical=text)
    for pattern, name in OTHER_NAMES:
        body = pattern.sub(name, body)
    try:
        shape = shapely.from_wkt(body)
    except shapely.errors.GEOSException as error:
        raise BrokenLiteral(f'The WKT literal "{body[:60]}{"…" if len(body) > 60 else ""}" cannot be read: {error}.') from error
    return Geometry(swapped(shape) if system.is_yx else shape, system, srs, WKT_LITERAL, lexical=text)


def write_wkt(geometry: Geometry) -> str:
    """Give the WKT of a geometry in its own axis order, with the reference system's IRI if it was given one."""
    shape = swapped(geometry.written) if geometry.system.is_yx else geometry.written
    text = shapely.to_wkt(shape, rounding_precision=-1, trim=True)
    return f"<{geometry.srs}> {text}" if geometry.srs else text
