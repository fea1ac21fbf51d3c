"""Dialects of outside SPARQL servers: where one differs from the standard, told by asking it.

Virtuoso has no default graph of its own: a query that names no graph is answered from all of them, each statement once for
every graph that has it. Our default graph is therefore a named graph there, which queries name and GRAPH passes over.
It turns WKT literals into objects that equal no other, not even themselves in another graph; where it has no GeoSPARQL
functions that would want them, they go by a datatype of ours, which answers put back.
Source: SPARQL 1.1 Graph Store HTTP Protocol, 5; OpenLink Virtuoso manual, "Supported SPARQL-BI define pragmas"."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

# Only Virtuoso reads this: pragmas are its own.
DIALECT_PROBE = "define sql:signal-void-variables 0 ASK {}"
# Answered with yes by a server that has the functions of GeoSPARQL.
FUNCTIONS_PROBE = (
    "PREFIX geo: <http://www.opengis.net/ont/geosparql#> PREFIX geof: <http://www.opengis.net/def/function/geosparql/> "
    "ASK { FILTER(geof:sfWithin('POINT(1 1)'^^geo:wktLiteral, 'POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))'^^geo:wktLiteral)) }"
)
WKT = "http://www.opengis.net/ont/geosparql#wktLiteral"


@dataclass(frozen=True)
class Dialect:
    """How a kind of server differs. `default_graph`: the named graph that stands for the default graph, empty where the
    server has one. `wkt`: the datatype that stands for WKT literals, empty where they are kept as they are.
    `takes_datasets`: a PUT of N-Quads at the Graph Store address replaces all graphs in one step. `points_decimals`: gives
    decimals a point when it reads them, and finds only those with a point when it joins. `writers`: requests that it can
    take at once without losing any."""

    name: str
    default_graph: str = ""
    wkt: str = ""
    takes_datasets: bool = False
    points_decimals: bool = False
    writers: int = 4


STANDARD = Dialect("standard")
OXIGRAPH = Dialect("oxigraph", takes_datasets=True)
FUSEKI = Dialect("fuseki", takes_datasets=True, points_decimals=True)
VIRTUOSO = Dialect("virtuoso", default_graph="urn:x-regin:default", wkt="urn:x-regin:wktLiteral", writers=1)
SPATIAL_VIRTUOSO = replace(VIRTUOSO, wkt="")


def dialect_of(probe_status: int, headers: Mapping[str, str]) -> Dialect:
    """Give the dialect of a server by how it answered the probe: its status, its headers (names in small letters).

    >>> [dialect_of(400, headers).name for headers in ({"server": "Oxigraph/0.5.13"}, {"fuseki-request-id": "1"}, {})]
    ['oxigraph', 'fuseki', 'standard']
    """
    if probe_status == 200:
        return VIRTUOSO
    if "fuseki-request-id" in headers:
        return FUSEKI
    return OXIGRAPH if headers.get("server", "").lower().startswith("oxigraph") else STANDARD
