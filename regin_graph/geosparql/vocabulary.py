"""The IRIs of GeoSPARQL 1.1: terms (geo:), functions (geof:), units (uom:) and geometry classes (sf:, gml:).

Source: OGC 22-047r1, clauses 6 to 12.
"""

from pyoxigraph import NamedNode

GEO = "http://www.opengis.net/ont/geosparql#"
GEOF = "http://www.opengis.net/def/function/geosparql/"
UOM = "http://www.opengis.net/def/uom/OGC/1.0/"
SF = "http://www.opengis.net/ont/sf#"
GML = "http://www.opengis.net/ont/gml#"
CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
XSD = "http://www.w3.org/2001/XMLSchema#"
MARK = "opengis"  # every IRI of GeoSPARQL has it: a text without it names no spatial term, unless an escape hides it

WKT_LITERAL = GEO + "wktLiteral"
GML_LITERAL = GEO + "gmlLiteral"
GEOJSON_LITERAL = GEO + "geoJSONLiteral"
KML_LITERAL = GEO + "kmlLiteral"
GEOMETRY_DATATYPES = (WKT_LITERAL, GML_LITERAL, GEOJSON_LITERAL, KML_LITERAL)
SERIALISATION_PROPERTIES = tuple(GEO + name for name in ("asWKT", "asGML", "asGeoJSON", "asKML"))

XSD_BOOLEAN = NamedNode(XSD + "boolean")
XSD_DOUBLE = NamedNode(XSD + "double")
XSD_INTEGER = NamedNode(XSD + "integer")
XSD_STRING = NamedNode(XSD + "string")
XSD_ANY_URI = NamedNode(XSD + "anyURI")

SIMPLE_FEATURES = tuple("sf" + name for name in ("Equals", "Disjoint", "Intersects", "Touches", "Crosses", "Within", "Contains", "Overlaps"))
EGENHOFER = tuple("eh" + name for name in ("Equals", "Disjoint", "Meet", "Overlap", "Covers", "CoveredBy", "Inside", "Contains"))
RCC8 = tuple("rcc8" + name for name in ("eq", "dc", "ec", "po", "tppi", "tpp", "ntpp", "ntppi"))
RELATIONS = SIMPLE_FEATURES + EGENHOFER + RCC8
