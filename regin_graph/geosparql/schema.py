"""What RDFS entailment needs to know: which classes and properties lie below which, and domains and ranges.

Read from the store once per release, together with the hierarchy the standard itself defines.
Source: GeoSPARQL 1.1 clause 10; SPARQL 1.1 Entailment Regimes, RDFS.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib import resources

from regin_graph.geosparql.vocabulary import GEO, GML, RDFS, SF

QUERIES = resources.files("regin_graph.geosparql") / "queries"
SCHEMA_QUERY, USED_QUERY, UNSTATED_QUERY = QUERIES / "schema_statements.rq", QUERIES / "terms_used.rq", QUERIES / "unstated.rq"
SUB_CLASS, SUB_PROPERTY, DOMAIN, RANGE = (RDFS + name for name in ("subClassOf", "subPropertyOf", "domain", "range"))

SIMPLE_FEATURE_CLASSES = """Geometry>geo:Geometry Point>Geometry Curve>Geometry LineString>Curve Line>LineString LinearRing>LineString Surface>Geometry Polygon>Surface
Envelope>Polygon Triangle>Polygon PolyhedralSurface>Surface TIN>PolyhedralSurface GeometryCollection>Geometry MultiPoint>GeometryCollection MultiCurve>GeometryCollection
MultiLineString>MultiCurve MultiSurface>GeometryCollection MultiPolygon>MultiSurface"""
GML_CLASSES = """AbstractGeometry>geo:Geometry AbstractGeometricPrimitive>AbstractGeometry Point>AbstractGeometricPrimitive AbstractCurve>AbstractGeometricPrimitive
LineString>AbstractCurve Curve>AbstractCurve OrientableCurve>AbstractCurve CompositeCurve>AbstractCurve AbstractSurface>AbstractGeometricPrimitive Polygon>AbstractSurface Polygon>SurfacePatch SurfacePatch>AbstractSurfacePatch Surface>AbstractSurface
OrientableSurface>AbstractSurface CompositeSurface>AbstractSurface PolyhedralSurface>Surface TriangulatedSurface>Surface Tin>TriangulatedSurface Shell>AbstractSurface
AbstractSolid>AbstractGeometricPrimitive Solid>AbstractSolid CompositeSolid>AbstractSolid AbstractRing>AbstractGeometry LinearRing>AbstractRing Ring>AbstractRing
AbstractGeometricAggregate>AbstractGeometry MultiPoint>AbstractGeometricAggregate MultiCurve>AbstractGeometricAggregate MultiLineString>AbstractGeometricAggregate
MultiSurface>AbstractGeometricAggregate MultiPolygon>AbstractGeometricAggregate MultiSolid>AbstractGeometricAggregate MultiGeometry>AbstractGeometricAggregate
GeometricComplex>AbstractGeometry Grid>AbstractGeometry RectifiedGrid>Grid AbstractCurveSegment>AbstractCurve LineStringSegment>AbstractCurveSegment Arc>ArcString ArcString>AbstractCurveSegment
Circle>Arc ArcStringByBulge>AbstractCurveSegment ArcByBulge>ArcStringByBulge ArcByCenterPoint>AbstractCurveSegment CircleByCenterPoint>ArcByCenterPoint CubicSpline>AbstractCurveSegment
BSpline>AbstractCurveSegment Bezier>BSpline Clothoid>AbstractCurveSegment GeodesicString>AbstractCurveSegment Geodesic>GeodesicString OffsetCurve>AbstractCurveSegment
AbstractSurfacePatch>AbstractSurface PolygonPatch>AbstractSurfacePatch Triangle>AbstractSurfacePatch Rectangle>AbstractSurfacePatch AbstractParametricCurveSurface>AbstractSurfacePatch
AbstractGriddedSurface>AbstractParametricCurveSurface Cone>AbstractGriddedSurface Cylinder>AbstractGriddedSurface Sphere>AbstractGriddedSurface"""
GEO_CLASSES = ("Feature>SpatialObject", "Geometry>SpatialObject", "FeatureCollection>SpatialObjectCollection", "GeometryCollection>SpatialObjectCollection")
SIZES = [f"has{metric}{size}>has{metric}Size" for metric in ("", "Metric") for size in ("Length", "PerimeterLength", "Area", "Volume")]
GEO_PROPERTIES = ("hasDefaultGeometry>hasGeometry", "defaultGeometry>hasDefaultGeometry", "hasCentroid>hasGeometry", "hasBoundingBox>hasGeometry", *SIZES, *(f"{name}>hasSerialization" for name in ("asWKT", "asGML", "asGeoJSON", "asKML", "asDGGS")))
GEOMETRY_PROPERTIES = ("dimension", "coordinateDimension", "spatialDimension", "isEmpty", "isSimple", "hasSerialization", "hasSpatialResolution", "hasMetricSpatialResolution", "hasSpatialAccuracy", "hasMetricSpatialAccuracy")


def pairs(text: Iterable[str], namespace: str) -> list[tuple[str, str]]:
    """Give (lower, higher) IRIs of `lower>higher` words; geo: marks the other namespace."""
    named = lambda name: GEO + name[4:] if name.startswith("geo:") else namespace + name  # noqa: E731
    return [(named(lower), named(higher)) for lower, higher in (word.split(">") for word in text)]


STANDARD = (
    *((lower, SUB_CLASS, higher) for lower, higher in pairs(SIMPLE_FEATURE_CLASSES.split(), SF) + pairs(GML_CLASSES.split(), GML) + pairs(GEO_CLASSES, GEO)),
    *((lower, SUB_PROPERTY, higher) for lower, higher in pairs(GEO_PROPERTIES, GEO)),
    *((GEO + name, DOMAIN, GEO + "Feature") for name in ("hasGeometry", "hasDefaultGeometry")),
    *((GEO + name, RANGE, GEO + "Geometry") for name in ("hasGeometry", "hasDefaultGeometry", "hasCentroid", "hasBoundingBox")),
    *((GEO + name, DOMAIN, GEO + "Geometry") for name in GEOMETRY_PROPERTIES),
    *((GEO + name, DOMAIN, GEO + "SpatialObject") for name in ("hasSize", "hasMetricSize")),
)


@dataclass
class Schema:
    """The hierarchy of classes and properties; each `below` table gives all that lie below, the term itself included."""

    statements: frozenset[tuple[str, str, str]] = frozenset(STANDARD)
    classes_below: dict[str, set[str]] = field(default_factory=dict)
    properties_below: dict[str, set[str]] = field(default_factory=dict)
    domains: dict[str, set[str]] = field(default_factory=dict)
    ranges: dict[str, set[str]] = field(default_factory=dict)
    used: frozenset[str] | None = None  # classes and properties that occur in the data; none when not known
    needless: frozenset[tuple[str, str]] = frozenset()  # (lower, higher): the data already states all that follows

    def __post_init__(self):
        self.classes_below = closure((lower, higher) for lower, relation, higher in self.statements if relation == SUB_CLASS)
        self.properties_below = closure((lower, higher) for lower, relation, higher in self.statements if relation == SUB_PROPERTY)
        for term, relation, other in self.statements:
            if relation in (DOMAIN, RANGE):
                (self.domains if relation == DOMAIN else self.ranges).setdefault(other, set()).add(term)

    def occurs(self, term: str) -> bool:
        """Tell whether a term may occur in the data."""
        return self.used is None or term in self.used

    def classes(self, iri: str) -> list[str]:
        """Give the classes whose members are members of this one, without those from which nothing new follows."""
        return self.telling(self.classes_below.get(iri, {iri}), iri)

    def properties(self, iri: str) -> list[str]:
        """Give the properties whose statements state this one, without those from which nothing new follows."""
        return self.telling(self.properties_below.get(iri, {iri}), iri)

    def telling(self, terms: Iterable[str], higher: str) -> list[str]:
        """Give a term and those below it that occur in the data and of which not everything is stated already."""
        return sorted(term for term in terms if term == higher or self.occurs(term) and (term, higher) not in self.needless)

    def having(self, iri: str, ends: dict[str, set[str]]) -> list[str]:
        """Give the properties whose subjects (ends = domains) or objects (ranges) are members of a class."""
        stated = {term for below in self.classes_below.get(iri, {iri}) for term in ends.get(below, ())}
        return self.telling({term for top in stated for term in self.properties_below.get(top, {top})} - {iri}, iri)


def closure(steps: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Give for every higher term all terms below it, itself included."""
    direct: dict[str, set[str]] = {}
    for lower, higher in steps:
        direct.setdefault(higher, set()).add(lower)
    below = {}
    for top in direct:
        found, waiting = {top}, [top]
        while waiting:
            for term in direct.get(waiting.pop(), ()):
                if term not in found:
                    found.add(term)
                    waiting.append(term)
        below[top] = found
    return below


def stated_schema(store) -> Schema:
    """Give the schema a store and the standard state, whatever terms occur in the data."""
    return Schema(frozenset(tuple(term.value for term in solution) for solution in store.query(SCHEMA_QUERY.read_text("utf-8"))) | frozenset(STANDARD))


def read_schema(store) -> Schema:
    """Give the schema of a store: its own statements, the standard's, and which terms occur."""
    used = {solution[0].value for solution in store.query(USED_QUERY.read_text("utf-8"))}
    schema = Schema(stated_schema(store).statements, used=frozenset(used))
    return Schema(schema.statements, used=schema.used, needless=needless_steps(store, schema))


def needless_steps(store, schema: Schema) -> frozenset[tuple[str, str]]:
    """Give the (lower, higher) terms of which the data states what would follow, so that queries need not ask for it."""
    query = UNSTATED_QUERY.read_text("utf-8")
    found = set()
    for higher in (term for term in {*schema.classes_below, *schema.properties_below, *schema.domains, *schema.ranges} if term.startswith((GEO, SF, GML))):
        steps = [(lower, "?s a ?lower", "?s a ?higher") for lower in schema.classes(higher) if lower != higher]
        steps += [(lower, "?s ?lower ?o", "?s ?higher ?o") for lower in schema.properties(higher) if lower != higher]
        domains, ranges = schema.having(higher, schema.domains), schema.having(higher, schema.ranges)
        steps += [(lower, "?s ?lower ?o", "?s a ?higher") for lower in domains if lower not in ranges]
        steps += [(lower, "?x ?lower ?s", "?s a ?higher") for lower in ranges if lower not in domains]
        for lower, stated, following in steps:
            terms = {"?stated": stated, "?following": following}
            text = query
            for name, pattern in terms.items():
                text = text.replace(name, pattern.replace("?lower", f"<{lower}>").replace("?higher", f"<{higher}>"))
            if not store.query(text):
                found.add((lower, higher))
    return frozenset(found)
