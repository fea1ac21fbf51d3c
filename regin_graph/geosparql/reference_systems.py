"""Spatial reference systems by IRI: axis order, units, and transformation between them.

Inside, coordinates are always x y (lon lat, easting northing); the axis order of the system is
applied when a literal is read and written.
Source: GeoSPARQL 1.1 requirements 15 and 16; the EPSG and OGC registers as pyproj holds them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy
import shapely

from regin_graph.geosparql.problems import SpatialError, UnknownReferenceSystem
from regin_graph.geosparql.vocabulary import CRS84

SHORT_FORM = re.compile(r"(?:https?://www\.opengis\.net/gml/srs/epsg\.xml#|urn:x-ogc:def:crs:EPSG:+(?:[\d.]*:)?|https?://www\.opengis\.net/def/crs/EPSG/(?:[\d.]+/)?|urn:ogc:def:crs:EPSG:+(?:[\d.]*:)?|https?://www\.opengis\.net/def/crs/epsg/(?:[\d.]+/)?|EPSG:)(\d+)$", re.IGNORECASE)
OGC_FORM = re.compile(r"(?:https?://www\.opengis\.net/def/crs/OGC/(?:[\d.]+/)?|urn:(?:x-)?ogc:def:crs:OGC:+(?:[\d.]*:)?|OGC:|CRS:)(CRS)?(84h?|83|27)$", re.IGNORECASE)


@dataclass(frozen=True)
class ReferenceSystem:
    """A reference system: register name, whether y comes first, whether it is geographic, metres per unit."""

    name: str
    is_yx: bool
    is_geographic: bool
    metres_per_unit: float
    is_wgs84: bool = False

    @property
    def projection(self):
        """Give the pyproj description."""
        from pyproj import CRS  # imported when first needed: opening the register costs 100 ms

        return CRS.from_user_input(self.name)


WGS84_LON_LAT = ReferenceSystem("OGC:CRS84", False, True, 0.0, True)
WGS84_LAT_LON = ReferenceSystem("EPSG:4326", True, True, 0.0, True)


def register_name(iri: str) -> str:
    """Give the register name (EPSG:3035, OGC:CRS84) of an IRI, URN or short form; otherwise the text itself."""
    if match := SHORT_FORM.match(iri):
        return f"EPSG:{match[1]}"
    if match := OGC_FORM.match(iri):
        return f"OGC:CRS{match[2].lower()}"
    return iri


def reference_system(iri: str) -> ReferenceSystem:
    """Give the reference system with this IRI or URN. Raises: UnknownReferenceSystem, naming it."""
    system = known_system(iri)
    if system is None:
        raise UnknownReferenceSystem(f"The reference system <{iri}> is not known. Use an IRI of http://www.opengis.net/def/crs/.")
    return system


@lru_cache(maxsize=1000)
def known_system(iri: str) -> ReferenceSystem | None:
    """Give the reference system with this IRI or URN; none when the registers do not have it."""
    if iri == CRS84:
        return WGS84_LON_LAT
    name = register_name(iri)
    if name == "EPSG:4326":
        return WGS84_LAT_LON
    if name == "OGC:CRS84":
        return WGS84_LON_LAT
    from pyproj import CRS
    from pyproj.exceptions import CRSError

    if not re.match(r"(EPSG|OGC|ESRI|IAU_\d+):\w+$|urn:ogc:def:crs|https?://www\.opengis\.net/def/crs", name):
        return None
    try:
        system = CRS.from_user_input(name)
    except CRSError:
        return None
    return ReferenceSystem(name, starts_with_y(system), system.is_geographic, 0.0 if system.is_geographic else metres_per_unit(system))


def starts_with_y(system) -> bool:
    """Tell whether the first axis of the system is the northing or the latitude."""
    axes = system.axis_info
    if len(axes) < 2:
        return False
    if {axes[0].direction, axes[1].direction} <= {"north", "south"}:  # polar systems: both axes run along meridians
        return axes[0].abbrev.upper().startswith(("N", "Y"))
    return axes[0].direction in ("north", "south")


def metres_per_unit(system) -> float:
    """Give the metres in one unit of the system's axes; 1 when it does not say."""
    return system.axis_info[0].unit_conversion_factor if system.axis_info else 1.0


@lru_cache(maxsize=200)
def transformer(source: str, target: str):
    """Give the transformation between two systems by register name, x y in and out."""
    from pyproj import Transformer

    return Transformer.from_crs(source, target, always_xy=True)


def transform(shape, source: ReferenceSystem, target: ReferenceSystem):
    """Give the shape (x y) in another system. Raises: SpatialError where the target is not defined for it."""
    if source.name == target.name or (source.is_wgs84 and target.is_wgs84):
        return shape
    change = transformer(source.name, target.name)
    has_z = shapely.has_z(shape)

    def moved(points: numpy.ndarray) -> numpy.ndarray:
        return numpy.column_stack(change.transform(*points.T))

    result = shapely.transform(shape, moved, include_z=bool(has_z))
    if not numpy.isfinite(shapely.get_coordinates(result)).all():
        raise SpatialError(f"The geometry lies outside the area for which {target.name} is defined.")
    return result


@lru_cache(maxsize=200)
def area_of_use(system: ReferenceSystem) -> tuple[str, tuple[float, float, float, float]] | None:
    """Give a projected system's full name and the area it is meant for. Units: degrees west, south, east, north."""
    if system.is_geographic:
        return None
    projection = system.projection
    area = projection.area_of_use
    return (projection.name, (area.west, area.south, area.east, area.north)) if area and area.west < area.east else None


def outside_area_of_use(shape, source: ReferenceSystem, target: ReferenceSystem) -> str:
    """Tell that a shape lies outside the area a system is meant for; an empty text when it does not."""
    known = area_of_use(target)
    if known is None or shape.is_empty:
        return ""
    name, (west, south, east, north) = known
    bounds = transform(shape, source, WGS84_LON_LAT).bounds
    if bounds[0] >= west and bounds[1] >= south and bounds[2] <= east and bounds[3] <= north:
        return ""
    return f"{target.name} ({name}) is meant for {west:g}..{east:g} east, {south:g}..{north:g} north only."


def swapped(shape):
    """Give the shape with x and y exchanged."""
    has_z = bool(shapely.has_z(shape))
    if has_z:
        return shapely.transform(shape, lambda points: points[:, [1, 0, 2]], include_z=True)
    return shapely.transform(shape, lambda points: points[:, [1, 0]])
