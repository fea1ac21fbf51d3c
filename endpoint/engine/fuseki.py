"""Fuseki behind the endpoint: its decimals back in the shortest form.

Its store gives every decimal a point, so that "81" comes back as "81.0", and finds only that in other graphs: a release is
loaded with points (regin_graph.engine_loading), and answers are written without them again."""

import re

DECIMAL = rb"http://www.w3.org/2001/XMLSchema#decimal"
CELL = re.compile(rb'("datatype": "' + DECIMAL + rb'" , "value": "-?\d+)\.0"')
LITERAL = re.compile(rb'("-?\d+)\.0("\^\^<' + DECIMAL + rb">)")


def standard_results(lines: bytes) -> bytes:
    """Give lines of its JSON results with decimals in their shortest form.

    >>> standard_results(b'{ "type": "literal" , "datatype": "http://www.w3.org/2001/XMLSchema#decimal" , "value": "81.0" }')
    b'{ "type": "literal" , "datatype": "http://www.w3.org/2001/XMLSchema#decimal" , "value": "81" }'
    """
    return CELL.sub(rb'\1"', lines)


def standard_triples(lines: bytes) -> bytes:
    """Give lines of its N-Triples with decimals in their shortest form.

    >>> standard_triples(b'<urn:a> <urn:b> "81.0"^^<http://www.w3.org/2001/XMLSchema#decimal> .')
    b'<urn:a> <urn:b> "81"^^<http://www.w3.org/2001/XMLSchema#decimal> .'
    """
    return LITERAL.sub(rb"\1\2", lines)
