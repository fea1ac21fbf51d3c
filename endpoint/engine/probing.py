"""Which spatial functions an outside server has: each is called once, on an example whose answer is known.

Source: GeoSPARQL 1.1, clauses 8 to 11."""

from collections.abc import Awaitable, Callable

from endpoint.engine import Abilities
from regin_graph.engine_dialects import FUNCTIONS_PROBE, VIRTUOSO, Dialect
from regin_graph.engine_relations import GRAPH, RELATIONS_PROBE, SOURCE

GEOF = "http://www.opengis.net/def/function/geosparql/"
PREFIXES = f"PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX geof: <{GEOF}> PREFIX uom: <http://www.opengis.net/def/uom/OGC/1.0/> "
SHAPES = {
    "square": "POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))", "shifted": "POLYGON((1 1, 3 1, 3 3, 1 3, 1 1))", "inner": "POLYGON((0.5 0.5, 1 0.5, 1 1, 0.5 1, 0.5 0.5))",
    "corner": "POLYGON((0 0, 1 0, 1 1, 0 1, 0 0))", "beside": "POLYGON((2 0, 4 0, 4 2, 2 2, 2 0))", "far": "POLYGON((8 8, 9 8, 9 9, 8 9, 8 8))",
    "point": "POINT(1 1)", "edge": "POINT(0 1)", "distant": "POINT(5 5)", "line": "LINESTRING(-1 1, 3 1)",
}
# Relations with two shapes that are so related.
RELATIONS = {
    "sfEquals": "square square", "sfDisjoint": "distant square", "sfIntersects": "point square", "sfTouches": "edge square", "sfCrosses": "line square",
    "sfWithin": "point square", "sfContains": "square point", "sfOverlaps": "square shifted",
    "ehEquals": "square square", "ehDisjoint": "far square", "ehMeet": "square beside", "ehOverlap": "square shifted", "ehCovers": "square corner",
    "ehCoveredBy": "corner square", "ehInside": "inner square", "ehContains": "square inner",
    "rcc8eq": "square square", "rcc8dc": "square far", "rcc8ec": "square beside", "rcc8po": "square shifted", "rcc8tppi": "square corner",
    "rcc8tpp": "corner square", "rcc8ntpp": "inner square", "rcc8ntppi": "square inner",
}
# Other functions with arguments that give a value; a word that is no shape stands as it is.
CONSTRUCTIONS = {
    "distance": "point distant uom:metre", "buffer": "point 10 uom:metre", "boundary": "square", "convexHull": "square", "envelope": "line", "getSRID": "point",
    "intersection": "square shifted", "union": "square shifted", "difference": "square shifted", "symDifference": "square shifted", "relate": "square square 'T*F**FFF*'",
}
# Every statement stands in the default graph and in a named one; both together are one statement.
MULTIPLE_PROBE = f"ASK {{ {{ SELECT (COUNT(*) AS ?n) WHERE {{ <BASE{SOURCE}> a <BASEdef/Source> }} }} FILTER(?n > 1) }}"


async def found_abilities(says_yes: Callable[[str], Awaitable[bool]], dialect: Dialect, base_iri: str) -> Abilities:
    """Give what a server can do by asking it; `says_yes` answers an ASK query, no where the server cannot."""
    functions = []
    if await says_yes(FUNCTIONS_PROBE):
        for name, probe in probes().items():
            if await says_yes(probe):
                functions.append(GEOF + name)
    is_stated = await says_yes(f"ASK {{ GRAPH <{base_iri}{GRAPH}> {{ ?one ?relation ?other }} }}")
    is_computed = not is_stated and await says_yes(RELATIONS_PROBE)
    differences = list(_differences(functions, is_stated, is_computed, dialect, base_iri))
    if dialect.name != VIRTUOSO.name and await says_yes(MULTIPLE_PROBE.replace("BASE", base_iri)):
        differences.append("Patterns outside GRAPH match a statement once for every graph that has it: switch off the union of graphs in the server.")
    return Abilities(tuple(functions), (), tuple(differences))


def probes() -> dict[str, str]:
    """Give a query for each function, answered with yes by a server that has it.

    >>> probes()["sfWithin"].partition("ASK ")[2]
    "{ FILTER(geof:sfWithin('POINT(1 1)'^^geo:wktLiteral, 'POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))'^^geo:wktLiteral)) }"
    """
    asked = {name: f"{PREFIXES}ASK {{ FILTER({_call(name, shapes)}) }}" for name, shapes in RELATIONS.items()}
    return asked | {name: f"{PREFIXES}ASK {{ BIND({_call(name, arguments)} AS ?value) FILTER(BOUND(?value)) }}" for name, arguments in CONSTRUCTIONS.items()}


def _call(name: str, arguments: str) -> str:
    given = (f"'{SHAPES[word]}'^^geo:wktLiteral" if word in SHAPES else word for word in arguments.split())
    return f"geof:{name}({', '.join(given)})"


def _differences(functions: list[str], is_stated: bool, is_computed: bool, dialect: Dialect, base_iri: str):
    known = len(RELATIONS) + len(CONSTRUCTIONS)
    yield f"Another SPARQL server answers behind this endpoint; its dialect: {dialect.name}."
    if functions:
        yield f"Of {known} functions of GeoSPARQL that were tried, {len(functions)} work; they are listed as sd:extensionFunction."
    else:
        yield "No function of GeoSPARQL works."
    if is_stated:
        yield f"The relations geo:sfEquals, sfIntersects, sfTouches, sfCrosses, sfWithin, sfContains and sfOverlaps between features, of which one is an area, are stated in <{base_iri}{GRAPH}> and in the default graph; others are not there."
    elif is_computed:
        yield "Spatial relations asked as properties of features are computed by the server."
    else:
        yield "Spatial relations asked as properties have no answer: the release was not loaded by regin load."
    if dialect.name == VIRTUOSO.name:
        yield "Doubles are written with six digits, and truth values that a query computes are integers."
