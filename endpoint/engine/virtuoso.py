"""Virtuoso behind the endpoint: queries in its dialect, its answers back in the standard's spelling.

What is told to it: which graph is the default graph, which graphs GRAPH may reach, and when to stop. What it writes
differently: blank nodes as addresses, booleans as 1 and 0, doubles with exponents, geometries as a datatype of its own.
What cannot be mended is told in docs/other_engines.md: it writes six digits of a double, and computed truth as integers.
Source: OpenLink Virtuoso manual, "Supported SPARQL-BI define pragmas", "Anytime queries"."""

import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from endpoint.engine import Inquiry
from endpoint.errors import QuerySyntax
from endpoint.lexing import dataset_clauses, read_prologue, tokens
from regin_graph.engine_dialects import VIRTUOSO, WKT

# Names no graph: stands where a dataset has no default graph, or no named ones.
NO_GRAPH = "urn:x-regin:none"
# A result that was broken off in time is marked by this header; its status is 200.
STATE_HEADER = "x-sql-state"
UNKNOWN_FUNCTION = re.compile(r"Undefined procedure DB\.DBA\.(\S+?)\.(?=\s|$)")
TIMED_OUT = re.compile(r"Virtuoso (?:S1T00|S1TAT|42000) Error.*(?:tim(?:e|ed) ?out|anytime)", re.IGNORECASE)

EVERY_VARIABLE = re.compile(r"SELECT\s+(?:DISTINCT\s+|REDUCED\s+)?\*", re.IGNORECASE)
XSD = b"http://www.w3.org/2001/XMLSchema#"
GEOMETRY, WKT_BYTES, STAND_IN = b"http://www.openlinksw.com/schemas/virtrdf#Geometry", WKT.encode(), VIRTUOSO.wkt.encode()
# A cell of its JSON results, and a literal of its N-Triples. Quotes within values are escaped, so that neither occurs in a text.
CELL = re.compile(rb'"type": "typed-literal", "datatype": "(' + XSD + rb'(?:boolean|double|float)|' + GEOMETRY + rb')", "value": "([^"]*)"')
LITERAL = re.compile(rb'"([^"\n]*)"\^\^<(' + XSD + rb'(?:boolean|double|float)|' + GEOMETRY + rb")>")
NODE = b'"value": "nodeID://'


def dialect_text(inquiry: Inquiry, text: str, foreign: Iterable[str], stand_in: str = VIRTUOSO.wkt) -> str:
    """Give a query with its dataset as pragmas; `foreign` are graphs of the server that are not the release's, `stand_in`
    is the datatype that WKT literals go by.
    Raises: QuerySyntax for a query that brings pragmas of its own."""
    first = next((token for token in tokens(text) if token.kind == "word"), None)
    if first is not None and first.text.upper() == "DEFINE":
        raise QuerySyntax("Line 1: a query begins with PREFIX, BASE, SELECT, ASK, CONSTRUCT or DESCRIBE.")
    default, named = _dataset(inquiry, text)
    lines = [f"define input:default-graph-uri <{graph}>" for graph in default]
    if named is None:
        lines += [f"define input:named-graph-exclude <{graph}>" for graph in foreign if graph != VIRTUOSO.default_graph]
    else:
        lines += [f"define input:named-graph-uri <{graph}>" for graph in named or (NO_GRAPH,)]
    if not any(token.kind == "word" and token.text.upper() == "BASE" for token in tokens(text)):
        lines.append(f"BASE <{inquiry.base_iri}>")
    # On the line of the query's own beginning, so that lines named in errors are the reader's.
    return " ".join([*lines, beside_default_graph(plain_names(text, inquiry.base_iri, stand_in))])


def plain_names(text: str, base: str = "", stand_in: str = VIRTUOSO.wkt) -> str:
    r"""Give a query without escapes in its names, which Virtuoso cannot read, and with our datatype for WKT literals.

    >>> plain_names(r'PREFIX a: <urn:a/> SELECT * { a:b\/c ?p "x"^^<http://www.opengis.net/ont/geosparql#wktLiteral> }')
    'PREFIX a: <urn:a/> SELECT * { <urn:a/b/c> ?p "x"^^<urn:x-regin:wktLiteral> }'
    """
    if "\\" not in text and not (stand_in and "wktLiteral" in text):
        return text
    prologue, stream = read_prologue(text, base)
    changes = []
    for token in stream:
        if token.kind == "name" and ("\\" in token.text or token.text.endswith("wktLiteral")) or token.kind == "iri" and token.text[1:-1] == WKT:
            iri = prologue.resolve(token)
            if iri is not None:
                changes.append((token, f"<{stand_in if stand_in and iri == WKT else iri}>"))
    for token, written in reversed(changes):
        text = text[:token.start] + written + text[token.start + len(token.text):]
    return text


def beside_default_graph(text: str) -> str:
    """Give a query whose GRAPH with a variable passes over the graph that stands for the default graph. A pragma cannot
    say this: excluded from GRAPH, the graph is no default graph either. GRAPH with a name becomes one with a variable, as
    aggregates and ASK find something in a named graph that is not there.

    >>> beside_default_graph("SELECT * { GRAPH ?g { ?s ?p '}' } }")
    "SELECT * { GRAPH ?g { ?s ?p '}' } FILTER(?g != <urn:x-regin:default>) }"
    >>> beside_default_graph("ASK { GRAPH <urn:g> { ?s ?p ?o } }")
    'ASK { GRAPH ?regin_graph_1 { ?s ?p ?o } FILTER(?regin_graph_1 = <urn:g>) }'
    """
    if "graph" not in text.lower():
        return text
    # A variable more would be a column more.
    keeps_names = EVERY_VARIABLE.search(text) is not None
    changes, waiting, found = [], {}, list(tokens(text))
    for before, token, after in zip(found, found[1:], found[2:], strict=False):
        if before.kind == "word" and before.text.upper() == "GRAPH" and after.text == "{":
            if token.kind == "variable":
                waiting[after.depth] = f"{token.text} != <{VIRTUOSO.default_graph}>"
            elif token.kind in ("iri", "name") and not keeps_names:
                fresh = f"?regin_graph_{len(changes) + 1}"
                waiting[after.depth] = f"{fresh} = {token.text}"
                changes.append((token.start, token.start + len(token.text), fresh))
        elif after.kind == "close" and after.depth in waiting:
            changes.append((after.start + 1, after.start + 1, f" FILTER({waiting.pop(after.depth)})"))
    for start, end, written in sorted(changes, reverse=True):
        text = text[:start] + written + text[end:]
    return text


def _dataset(inquiry: Inquiry, text: str) -> tuple[list[str], list[str] | None]:
    """Give the default graphs and the named graphs of a query; None where GRAPH may reach every graph of the release."""
    if inquiry.default_graphs is None and inquiry.named_graphs is None:
        default, named = dataset_clauses(text, inquiry.base_iri)
        if not default and not named:
            return [VIRTUOSO.default_graph], None
    else:
        default, named = list(inquiry.default_graphs or ()), list(inquiry.named_graphs or ())
    return default or [NO_GRAPH], named


def standard_results(line: bytes) -> bytes:
    """Give a line of its JSON results in the standard's spelling.

    >>> standard_results(b'{ "b": { "type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#boolean", "value": "1" }}')
    b'{ "b": { "type": "typed-literal", "datatype": "http://www.w3.org/2001/XMLSchema#boolean", "value": "true" }}'
    """
    line = CELL.sub(lambda cell: b'"type": "typed-literal", "datatype": "%b", "value": "%b"' % _standard(*cell.groups()), line)
    return line.replace(NODE, b'"value": "').replace(b'"%b"' % STAND_IN, b'"%b"' % WKT_BYTES)


def standard_triples(line: bytes) -> bytes:
    """Give a line of its N-Triples in the standard's spelling.

    >>> standard_triples(b'<urn:a> <urn:b> "POINT(1 2)"^^<http://www.openlinksw.com/schemas/virtrdf#Geometry> .')
    b'<urn:a> <urn:b> "POINT (1 2)"^^<http://www.opengis.net/ont/geosparql#wktLiteral> .'
    """
    line = LITERAL.sub(lambda literal: b'"%b"^^<%b>' % _standard(literal[2], literal[1])[::-1], line)
    return line.replace(b"<%b>" % STAND_IN, b"<%b>" % WKT_BYTES)


def _standard(datatype: bytes, value: bytes) -> tuple[bytes, bytes]:
    if datatype == GEOMETRY:
        return WKT_BYTES, re.sub(rb"(?<=[A-Z])\(", b" (", value).replace(b",", b", ")
    if datatype.endswith(b"boolean"):
        return datatype, {b"1": b"true", b"0": b"false"}.get(value, value)
    return datatype, plain_number(value.decode("ascii", "replace")).encode()


def plain_number(value: str) -> str:
    """Give a number without exponent and needless places, as the embedded store writes it.

    >>> plain_number("1.6849e+06"), plain_number("836700.0"), plain_number("0.25"), plain_number("INF")
    ('1684900', '836700', '0.25', 'INF')
    """
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite():
        return value
    written = format(number, "f")
    return (written.rstrip("0").rstrip(".") if "." in written else written) or "0"
