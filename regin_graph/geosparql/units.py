"""Units of measure by IRI: metres, square metres or radians in one of them.

Source: OGC register of units (uom/OGC/1.0), EPSG units, QUDT; GeoSPARQL 1.1 clause 8.7.
"""

import math

from regin_graph.geosparql.problems import UnknownUnit
from regin_graph.geosparql.vocabulary import UOM

QUDT = "http://qudt.org/vocab/unit/"
EPSG_UNIT = ("http://www.opengis.net/def/uom/EPSG/0/", "urn:ogc:def:uom:EPSG::")

LENGTHS_M = {
    "metre": 1.0, "meter": 1.0, "kilometre": 1000.0, "kilometer": 1000.0, "centimetre": 0.01, "centimeter": 0.01, "millimetre": 0.001, "millimeter": 0.001,
    "foot": 0.3048, "yard": 0.9144, "mile": 1609.344, "statuteMile": 1609.344, "nauticalMile": 1852.0, "surveyFootUS": 1200 / 3937, "inch": 0.0254,
}
ANGLES_RAD = {"radian": 1.0, "degree": math.pi / 180, "minute": math.pi / 10800, "second": math.pi / 648000, "gradian": math.pi / 200, "grad": math.pi / 200, "microRadian": 1e-6}
AREAS_M2 = {
    "squareMetre": 1.0, "squareMeter": 1.0, "square_metre": 1.0, "square_meter": 1.0, "squareKilometre": 1e6, "squareKilometer": 1e6, "square_kilometre": 1e6,
    "hectare": 1e4, "are": 100.0, "squareFoot": 0.3048**2, "squareMile": 1609.344**2, "acre": 4046.8564224,
}
QUDT_LENGTHS = {"M": 1.0, "KiloM": 1000.0, "CentiM": 0.01, "MilliM": 0.001, "FT": 0.3048, "YD": 0.9144, "MI": 1609.344, "MI_N": 1852.0, "IN": 0.0254}
QUDT_ANGLES = {"RAD": 1.0, "DEG": math.pi / 180, "GRAD": math.pi / 200}
QUDT_AREAS = {"M2": 1.0, "KiloM2": 1e6, "HA": 1e4, "FT2": 0.3048**2, "MI2": 1609.344**2, "AC": 4046.8564224}
EPSG_LENGTHS = {"9001": 1.0, "9002": 0.3048, "9003": 1200 / 3937, "9036": 1000.0, "9030": 1852.0, "9093": 1609.344}
EPSG_ANGLES = {"9101": 1.0, "9102": math.pi / 180, "9122": math.pi / 180, "9105": math.pi / 200}


def table(ogc: dict, qudt: dict, epsg: dict) -> dict[str, float]:
    """Give one table by IRI out of the three registers."""
    return {UOM + name: size for name, size in ogc.items()} | {QUDT + name: size for name, size in qudt.items()} | {start + code: size for start in EPSG_UNIT for code, size in epsg.items()}


METRES = table(LENGTHS_M, QUDT_LENGTHS, EPSG_LENGTHS)
RADIANS = table(ANGLES_RAD, QUDT_ANGLES, EPSG_ANGLES)
SQUARE_METRES = table(AREAS_M2, QUDT_AREAS, {})
UNITY = UOM + "unity"


def is_angle(iri: str) -> bool:
    """Tell whether the unit measures angles. Raises: UnknownUnit when it measures neither lengths nor angles."""
    if iri in RADIANS:
        return True
    if iri in METRES:
        return False
    raise UnknownUnit(f"The unit <{iri}> is not a known unit of length or angle. Use for example <{UOM}metre> or <{UOM}degree>.")


def is_unity(iri: str) -> bool:
    """Tell whether the unit stands for the coordinates' own unit."""
    return iri == UNITY


def square_metres(iri: str) -> float:
    """Give the square metres in one unit of area; a unit of length stands for its square. Raises: UnknownUnit."""
    if iri in SQUARE_METRES:
        return SQUARE_METRES[iri]
    if iri in METRES:
        return METRES[iri] ** 2
    raise UnknownUnit(f"The unit <{iri}> is not a known unit of area. Use for example <{UOM}squareMetre>.")
