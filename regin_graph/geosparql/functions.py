"""The tables the engine is given: function IRI → callable on RDF terms, aggregate IRI → accumulator class.

A callable gives a term, or None (an unbound value, as SPARQL says of errors) after noting why.
"""

import dataclasses
from collections.abc import Callable

import shapely
from pyoxigraph import Literal, NamedNode

from regin_graph.geosparql.aggregates import AGGREGATES
from regin_graph.geosparql.definitions import DEFINITIONS, Definition
from regin_graph.geosparql.geography_markup import profile_namespace
from regin_graph.geosparql.literals import read_literal, write_literal
from regin_graph.geosparql.problems import SpatialError, WrongArguments, note
from regin_graph.geosparql.vocabulary import (
    GEOF,
    GEOJSON_LITERAL,
    GML_LITERAL,
    KML_LITERAL,
    WKT_LITERAL,
    XSD,
    XSD_ANY_URI,
    XSD_BOOLEAN,
    XSD_DOUBLE,
    XSD_INTEGER,
)

DISTINCT_MARK = "/distinct"  # ends the IRI of an aggregate over different values only; the engine has no DISTINCT for extensions
TRUE, FALSE = Literal("true", datatype=XSD_BOOLEAN), Literal("false", datatype=XSD_BOOLEAN)
NUMERIC = {XSD + name for name in ("double", "decimal", "integer", "float", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger", "unsignedInt", "unsignedLong", "unsignedShort", "unsignedByte", "negativeInteger", "nonPositiveInteger")}
SERIALISATIONS = {"asWKT": WKT_LITERAL, "asGML": GML_LITERAL, "asGeoJSON": GEOJSON_LITERAL, "asKML": KML_LITERAL}


def read_double(term) -> float:
    """Give the number of a numeric literal. Raises: WrongArguments."""
    if isinstance(term, Literal) and term.datatype.value in NUMERIC:
        try:
            number = float(term.value)
        except ValueError as error:
            raise WrongArguments(f"A number is wanted, not {term}.") from error
        if number - number == 0:
            return number
    raise WrongArguments(f"A finite number is wanted, not {term}.")


def read_integer(term) -> int:
    """Give the whole number of a numeric literal. Raises: WrongArguments."""
    number = read_double(term)
    if number != int(number):
        raise WrongArguments(f"A whole number is wanted, not {term}.")
    return int(number)


def read_iri(term) -> str:
    """Give the IRI, written as an IRI or as a literal. Raises: WrongArguments."""
    if isinstance(term, NamedNode) or isinstance(term, Literal) and term.datatype.value in (XSD + "anyURI", XSD + "string"):
        return term.value.strip()
    raise WrongArguments(f"An IRI is wanted, not {term}.")


def read_string(term) -> str:
    """Give the text of a literal or the IRI. Raises: WrongArguments."""
    if isinstance(term, (Literal, NamedNode)):
        return term.value
    raise WrongArguments(f"A text is wanted, not {term}.")


def write_double(number: float) -> Literal:
    """Give an xsd:double; whole numbers without a fraction."""
    text = repr(float(number))
    return Literal(text.removesuffix(".0") if abs(number) < 1e15 else text, datatype=XSD_DOUBLE)


READERS = {"geometry": read_literal, "double": read_double, "integer": read_integer, "iri": read_iri, "string": read_string}
WRITERS = {
    "geometry": write_literal, "double": write_double, "boolean": lambda value: TRUE if value else FALSE,
    "integer": lambda value: Literal(str(value), datatype=XSD_INTEGER), "iri": lambda value: Literal(value, datatype=XSD_ANY_URI),
    **{kind: (lambda geometry, datatype=datatype: write_literal(geometry, datatype)) for kind, datatype in (("wkt", WKT_LITERAL), ("gml", GML_LITERAL), ("geojson", GEOJSON_LITERAL), ("kml", KML_LITERAL))},
}


def as_serialised(geometry):
    """Give the geometry as it is: only its literal changes."""
    return geometry


def as_gml(geometry, profile: str = ""):
    """Give the geometry with the namespace of a GML profile. Raises: WrongArguments."""
    if not profile and geometry.datatype == GML_LITERAL:
        return geometry
    return dataclasses.replace(geometry, namespace=profile_namespace(profile), lexical=None)


def callable_of(definition: Definition) -> Callable:
    """Give the function on RDF terms that a definition describes."""
    implementation = definition.implementation or (as_gml if definition.name == "asGML" else as_serialised)
    readers = tuple(READERS[argument.kind] for argument in definition.arguments)
    most = len(readers)
    least = sum(not argument.is_optional for argument in definition.arguments)
    write = WRITERS[definition.returns]
    name = definition.name

    def call(*terms):
        try:
            if not least <= len(terms) <= most:
                raise WrongArguments(f"{len(terms)} arguments given, wanted: {definition.signature}.")
            return write(implementation(*[read(term) for read, term in zip(readers, terms)]))
        except (SpatialError, shapely.errors.ShapelyError) as error:
            note(f"geof:{name}: {error}")
        except (ValueError, OverflowError) as error:
            note(f"geof:{name}: the geometries cannot be worked with ({error}).")
        return None

    call.__name__ = name
    call.__doc__ = definition.description
    return call


FUNCTION_DEFINITIONS = {definition.iri: definition for definition in DEFINITIONS if definition.group != "aggregate"}
AGGREGATE_DEFINITIONS = {definition.iri: definition for definition in DEFINITIONS if definition.group == "aggregate"}

# The register of OGC spells some names in other case (aggBoundingbox, getsrid): every name is also known in lower case.
CUSTOM_FUNCTIONS: dict[NamedNode, Callable] = {}
for _definition in FUNCTION_DEFINITIONS.values():
    _callable = callable_of(_definition)
    CUSTOM_FUNCTIONS[NamedNode(GEOF + _definition.name.lower())] = _callable
    CUSTOM_FUNCTIONS[NamedNode(_definition.iri)] = _callable

CUSTOM_AGGREGATES: dict[NamedNode, type] = {}
for _aggregate in AGGREGATES:
    _distinct = type(_aggregate.__name__ + "OfDistinct", (_aggregate,), {"is_distinct": True, "__doc__": _aggregate.__doc__})
    for _name in {_aggregate.name, _aggregate.name.lower(), "agg" + _aggregate.name[3:].capitalize()}:
        CUSTOM_AGGREGATES[NamedNode(GEOF + _name)] = _aggregate
        CUSTOM_AGGREGATES[NamedNode(GEOF + _name + DISTINCT_MARK)] = _distinct
