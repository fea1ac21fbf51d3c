"""CQL2 filters: read by pygeofilter, weighed here against the values of a feature.

A property with several values fulfils a comparison when one of them does; a property without a value fulfils none.
Source: OGC Common Query Language CQL2 (21-065r2), basic filters.
"""

import json
import operator
import re
from datetime import date, datetime
from typing import Any

import shapely
from lark.exceptions import LarkError
from pygeofilter import ast
from pygeofilter.parsers.cql2_json import parse as parse_json
from pygeofilter.parsers.cql2_text import parse as parse_text
from shapely.errors import ShapelyError
from shapely.geometry import shape

from endpoint.errors import BadRequest
from endpoint.features.collections import Collection
from endpoint.features.register import Feature

LONGEST, DEEPEST = 10_000, 40
COMPARISONS = {
    ast.Equal: operator.eq, ast.NotEqual: operator.ne, ast.LessThan: operator.lt, ast.LessEqual: operator.le,
    ast.GreaterThan: operator.gt, ast.GreaterEqual: operator.ge,
}


def _from_json(text: str) -> ast.Node:
    return parse_json(_as_the_parser_reads(json.loads(text)))


def _as_the_parser_reads(node: Any) -> Any:
    """Give a JSON filter with what the parser reads by an older draft put in other words: boxes, whose numbers it takes in another order,
    and `between`, whose bounds it expects in a list."""
    if isinstance(node, list):
        return [_as_the_parser_reads(one) for one in node]
    if not isinstance(node, dict):
        return node
    if set(node) == {"bbox"}:
        left, lower, right, upper = _corners(node["bbox"])
        return {"type": "Polygon", "coordinates": [[[left, lower], [right, lower], [right, upper], [left, upper], [left, lower]]]}
    arguments = node.get("args")
    if node.get("op") == "between" and isinstance(arguments, list) and len(arguments) == 3:
        value, low, high = (_as_the_parser_reads(one) for one in arguments)
        return {"op": "and", "args": [{"op": ">=", "args": [value, low]}, {"op": "<=", "args": [value, high]}]}
    return {key: _as_the_parser_reads(one) for key, one in node.items()}


def _corners(numbers: Any) -> list[float]:
    """Give the corners of a box of four numbers, or of six with heights. Raises: ValueError."""
    if not isinstance(numbers, list) or len(numbers) not in (4, 6) or not all(isinstance(one, int | float) for one in numbers):
        raise ValueError(numbers)
    half = len(numbers) // 2
    return [numbers[0], numbers[1], numbers[half], numbers[half + 1]]


LANGUAGES = {"cql2-text": parse_text, "cql2-json": _from_json}


def read_filter(text: str, language: str, collection: Collection) -> ast.Node:
    """Give the filter, all of whose properties are known. Raises: BadRequest."""
    if language not in LANGUAGES:
        raise BadRequest(f"`filter-lang` must be one of {', '.join(LANGUAGES)}.", parameter="filter-lang")
    if len(text) > LONGEST or max(text.count("("), text.count("{"), text.count("[")) > DEEPEST:
        raise BadRequest(f"The filter is longer than {LONGEST} characters or has more than {DEEPEST} brackets.", parameter="filter")
    try:
        node = LANGUAGES[language](text)
        _check(node, collection)
    except LarkError as error:
        line, column = getattr(error, "line", None), getattr(error, "column", None)
        raise BadRequest(f"The filter is not CQL2: {str(error).splitlines()[0]}", parameter="filter", line=line, column=column) from None
    except json.JSONDecodeError as error:
        raise BadRequest(f"The filter is not JSON: {error.msg}.", parameter="filter", line=error.lineno, column=error.colno) from None
    # The parser library tells malformed and unsupported CQL2 by any of these; it raises NotImplementedError for operators it lacks.
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, NotImplementedError, RecursionError, ShapelyError):
        raise BadRequest("The filter is not CQL2 as it is understood here: and, or, not, = <> < > <= >=, like, between, in, is null, s_intersects.", parameter="filter") from None
    return node


def _check(node: Any, collection: Collection) -> None:
    """Pass when the filter is of parts that are understood. Raises: BadRequest, ValueError."""
    match node:
        case ast.And() | ast.Or():
            _check(node.lhs, collection)
            _check(node.rhs, collection)
        case ast.Not():
            _check(node.sub_node, collection)
        case ast.GeometryIntersects():
            _area(node.rhs)
            if not isinstance(node.lhs, ast.Attribute) or node.lhs.name != "geometry":
                raise ValueError
        case _:
            name = _named(node)
            if name not in collection.queryables:
                raise BadRequest(f'"{name}" is no property that {collection.id} can be filtered by: {", ".join(collection.queryables)}.', parameter="filter")
            for value in _literals(node):
                _as_type(value, collection.queryables[name].type)


def _named(node: Any) -> str:
    if type(node) not in {*COMPARISONS, ast.Between, ast.In, ast.Like, ast.IsNull}:
        raise ValueError
    attribute = getattr(node, "lhs", None)
    if not isinstance(attribute, ast.Attribute):
        raise ValueError
    return attribute.name


def _literals(node: Any) -> list[Any]:
    match node:
        case ast.Between():
            return [node.low, node.high]
        case ast.In():
            return list(node.sub_nodes)
        case ast.IsNull() | ast.Like():
            return []
        case _:
            return [node.rhs]


def _as_type(value: Any, kind: str) -> Any:
    """Give a literal as the values of the property are. Raises: BadRequest."""
    if kind == "date":
        if isinstance(value, datetime):
            return value.date()
        try:
            return value if isinstance(value, date) else date.fromisoformat(str(value))
        except ValueError:
            raise BadRequest(f'"{value}" is no day; write DATE(\'2019-01-31\').', parameter="filter") from None
    if kind in ("integer", "number"):
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise BadRequest(f'"{value}" is no number.', parameter="filter")
        return float(value)
    if not isinstance(value, str):
        raise BadRequest(f'"{value}" is no text; write it in single quotes.', parameter="filter")
    return value


def _area(node: Any):
    if isinstance(node, ast.BBox) or isinstance(node, ast.Function) and node.name.lower() == "bbox":
        return shapely.box(*node.arguments[:4])
    return shape(node.geometry)


def fulfils(node: Any, feature: Feature, collection: Collection) -> bool:
    """Tell whether a feature fulfils a filter that was read for its collection."""
    match node:
        case ast.And():
            return fulfils(node.lhs, feature, collection) and fulfils(node.rhs, feature, collection)
        case ast.Or():
            return fulfils(node.lhs, feature, collection) or fulfils(node.rhs, feature, collection)
        case ast.Not():
            return not fulfils(node.sub_node, feature, collection)
        case ast.GeometryIntersects():
            return feature.geometry is not None and bool(shapely.intersects(feature.geometry, _area(node.rhs)))
    kind, values = collection.queryables[node.lhs.name].type, feature.values.get(node.lhs.name, set())
    match node:
        case ast.IsNull():
            return bool(values) == node.not_
        case ast.Between():
            low, high = (_as_type(value, kind) for value in (node.low, node.high))
            return bool(values) and any(low <= value <= high for value in values) != node.not_
        case ast.In():
            wanted = {_as_type(value, kind) for value in node.sub_nodes}
            return bool(values) and bool(values & wanted) != node.not_
        case ast.Like():
            segments = _segments(node.pattern, node.nocase)
            return bool(values) and any(_is_like(str(value), segments) for value in values) != node.not_
        case ast.NotEqual():
            return bool(values) and _as_type(node.rhs, kind) not in values
    compare, wanted = COMPARISONS[type(node)], _as_type(node.rhs, kind)
    return any(compare(value, wanted) for value in values)


def _segments(pattern: str, nocase: bool) -> list[re.Pattern]:
    """Give the pieces of a LIKE pattern between its % signs: _ is one letter, a backslash stands before a sign meant as itself."""
    pieces: list[str] = [""]
    for part in re.findall(r"\\.|%|_|[^\\%_]+|\\", pattern, re.DOTALL):
        if part == "%":
            pieces.append("")
        else:
            pieces[-1] += "." if part == "_" else re.escape(part[1:] if len(part) == 2 and part.startswith("\\") else part)
    return [re.compile(piece, re.DOTALL | (re.IGNORECASE if nocase else 0)) for piece in pieces]


def _is_like(text: str, segments: list[re.Pattern]) -> bool:
    """Tell whether a text is like a pattern. Pieces are sought one after the other, so that no pattern takes long."""
    if len(segments) == 1:
        return segments[0].fullmatch(text) is not None
    found = segments[0].match(text)
    for segment in segments[1:-1]:
        found = found and segment.search(text, found.end())
    if not found:
        return False
    return any(segments[-1].fullmatch(text, start) for start in range(found.end(), len(text) + 1))
