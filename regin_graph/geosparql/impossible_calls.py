"""Calls of spatial functions that can never give a value, whatever the data: a person wants to be told, not to get nothing.

To SPARQL such a call is an error like any other: an unbound value, a filter that is false. So calls are left alone
where SPARQL itself provides for an error (COALESCE, IF, ||, IN), and the caller may leave out the whole check.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

import shapely
from pyoxigraph import Literal, NamedNode

from regin_graph.geosparql.definitions import Argument, Definition
from regin_graph.geosparql.functions import AGGREGATE_DEFINITIONS, FUNCTION_DEFINITIONS, READERS
from regin_graph.geosparql.geography_markup import profile_namespace
from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.problems import SpatialError, WrongArguments
from regin_graph.geosparql.query_tokens import Token, UnreadableQuery
from regin_graph.geosparql.query_tree import Term
from regin_graph.geosparql.reference_systems import reference_system
from regin_graph.geosparql.relations import PATTERN
from regin_graph.geosparql.term_reader import TermReader
from regin_graph.geosparql.units import METRES, RADIANS, SQUARE_METRES, UNITY, is_angle
from regin_graph.geosparql.vocabulary import GEOF

FUNCTIONS = {definition.name.lower(): definition for definition in FUNCTION_DEFINITIONS.values()}
AGGREGATES = {definition.name.lower(): definition for definition in AGGREGATE_DEFINITIONS.values()}
NAMES = {name: definition.name for name, definition in (FUNCTIONS | AGGREGATES).items()}
PROVIDES_FOR_ERRORS = {"COALESCE", "IF", "IN"}  # what stands before parentheses in which an error need not be one of the whole
BEFORE_A_CALL = {"FILTER", "HAVING", "BY", "ASC", "DESC", ")"}  # where a call stands without parentheses round it
HOW_TO_WRITE = 'Write it as its serialisation says, longitude first where no system is named: "POINT (14.5 40.8)"^^geo:wktLiteral.'


class ImpossibleCall(SpatialError):
    """A call that can never give a value: which function, what is wrong, what helps, and where (line and column from 1)."""

    def __init__(self, function: str, problem: str, repair: str, line: int, column: int):
        super().__init__(f"Line {line}, column {column}: {function}: {problem} {repair}".strip())
        self.function, self.problem, self.repair, self.line, self.column = function, problem, repair, line, column


@dataclass(frozen=True)
class Call:
    """A call of a function of GeoSPARQL: its name, where it begins, the tokens of each argument."""

    name: str
    begin: int
    arguments: list[list[Token]]


def refuse_impossible_calls(text: str, prefixes: dict[str, str] | None = None) -> None:
    """Look through the calls of a query or update. Raises: ImpossibleCall for the first that can never give a value."""
    try:
        parser = TermReader(text, prefixes)
        found = list(calls(parser))
        for call in found:
            if told := problem_of(call, parser):
                line = text.count("\n", 0, call.begin) + 1
                raise ImpossibleCall(f"geof:{NAMES.get(call.name.lower(), call.name)}", *told, line, call.begin - text.rfind("\n", 0, call.begin))
    except UnreadableQuery:
        return  # the engine says where it is not SPARQL


def calls(parser: TermReader) -> Iterator[Call]:
    """Give the calls of functions of GeoSPARQL for whose errors the query does not provide."""
    tokens, closings, parents = parser.tokens, {}, {}
    opened: list[int] = []
    for number, token in enumerate(tokens):
        if token.word == "PREFIX" and tokens[number + 2:] and tokens[number + 1].kind == "name" and tokens[number + 2].kind == "iri":
            parser.prefixes[tokens[number + 1].text[:-1]] = tokens[number + 2].text[1:-1]
        elif token.word in ("(", "{", "["):
            parents[number] = opened[-1] if opened else None
            opened.append(number)
        elif token.word in (")", "}", "]") and opened:
            closings[opened.pop()] = number
    for number in sorted(closings):
        if tokens[number].word != "(" or not number or tokens[number - 1].kind not in ("iri", "name"):
            continue
        iri = parser.resolved(tokens[number - 1])
        if not iri.startswith(GEOF) or not is_expression(tokens, number, parents) or is_for_another(tokens, number, parents):
            continue
        if not is_provided_for(tokens, number, parents, closings):
            yield Call(iri[len(GEOF):], tokens[number - 1].begin, arguments(tokens[number + 1:closings[number]]))


def is_expression(tokens: list[Token], opening: int, parents: dict[int, int | None]) -> bool:
    """Tell whether an IRI and the parenthesis after it are a call, and not a predicate and a list."""
    parent = parents[opening]
    if parent is not None and tokens[parent].word == "(":
        return True
    before = tokens[opening - 2].word if opening > 1 else ""
    return before in BEFORE_A_CALL and not (before == ")" and parent is not None)


def is_provided_for(tokens: list[Token], opening: int, parents: dict[int, int | None], closings: dict[int, int]) -> bool:
    """Tell whether the expression round a call may have a value although the call has none."""
    parent = parents[opening]
    while parent is not None and tokens[parent].word == "(":
        if tokens[parent - 1].word in PROVIDES_FOR_ERRORS:
            return True
        place, end = parent + 1, closings.get(parent, parent)
        while place < end:
            if tokens[place].word == "||":
                return True
            place = closings.get(place, place) + 1
        parent = parents[parent]
    return False


def is_for_another(tokens: list[Token], opening: int, parents: dict[int, int | None]) -> bool:
    """Tell whether a call lies within SERVICE: what another endpoint can do is not known here."""
    parent = parents[opening]
    while parent is not None:
        if tokens[parent].word == "{" and any(token.word == "SERVICE" for token in tokens[max(0, parent - 3):parent]) and not any(token.word in ("{", "}") for token in tokens[max(0, parent - 2):parent]):
            return True
        parent = parents[parent]
    return False


def arguments(tokens: list[Token]) -> list[list[Token]]:
    """Give the tokens of each argument."""
    if not tokens:
        return []
    found, depth = [[]], 0
    for token in tokens:
        depth += (token.word in ("(", "{", "[")) - (token.word in (")", "}", "]"))
        if token.word == "," and not depth:
            found.append([])
        else:
            found[-1].append(token)
    return found


def problem_of(call: Call, parser: TermReader) -> tuple[str, str] | None:
    """Give what is wrong with a call, and what helps; nothing when it may give a value."""
    name = call.name.lower()
    if name in AGGREGATES:
        wrong = len(call.arguments) != 1
        return (f"{counted(len(call.arguments))} given to an aggregate.", f"Write geof:{NAMES[name]}(?geometry).") if wrong else None
    if name not in FUNCTIONS:
        close = get_close_matches(name, NAMES, n=1)
        return "There is no such function.", f"Did you mean geof:{NAMES[close[0]]}?" if close else "The service description lists those there are."
    definition = FUNCTIONS[name]
    least = sum(not argument.is_optional for argument in definition.arguments)
    if not least <= len(call.arguments) <= len(definition.arguments):
        return f"{counted(len(call.arguments))} given.", f"Write {definition.signature}."
    terms = [constant(argument, parser) for argument in call.arguments]
    try:
        check(definition, terms)
    except (SpatialError, shapely.errors.ShapelyError) as error:
        return divided(str(error))
    except (ValueError, OverflowError) as error:
        return f"The geometries cannot be worked with ({error}).", ""
    return None


def counted(number: int) -> str:
    """Give a number of arguments in words."""
    return f"{number or 'no'} argument{'' if number == 1 else 's'}".capitalize()


def divided(message: str) -> tuple[str, str]:
    """Give a message as what is wrong and what helps."""
    for beginning in (" Use ", " Write "):
        problem, found, repair = message.partition(beginning)
        if found:
            return problem, found[1:] + repair
    return message, HOW_TO_WRITE if "literal" in message else ""


def constant(tokens: list[Token], parser: TermReader) -> Literal | NamedNode | None:
    """Give the term of an argument that is one; nothing for a variable or an expression."""
    part = TermReader.over(tokens, parser)
    try:
        term: Term = part.term()
    except UnreadableQuery:
        return None
    if not part.at_end() or term.value.startswith("unknown-prefix:"):
        return None
    try:
        if term.kind == "iri":
            return NamedNode(term.value)
        return Literal(term.value, datatype=NamedNode(term.datatype)) if term.kind == "literal" and not term.datatype.endswith("langString") else None
    except ValueError:  # an IRI relative to where the query is sent, which is not known here
        return None


def check(definition: Definition, terms: list[Literal | NamedNode | None]) -> None:
    """Read the constants of a call; run it when it has nothing else. Raises: SpatialError."""
    values = []
    for argument, term in zip(definition.arguments, terms):
        if term is not None:
            value = READERS[argument.kind](term)
            check_value(definition, argument, value)
            values.append(value)
    if definition.name.startswith("metric") or any(isinstance(value, str) and value in METRES for value in values):
        for value in values:
            if isinstance(value, Geometry):
                value.on_globe()
    if len(values) == len(terms) and definition.implementation is not None:
        definition.implementation(*values)


def check_value(definition: Definition, argument: Argument, value) -> None:
    """Check an argument of which there are only so many. Raises: SpatialError."""
    if argument.name == "units" and value not in METRES and value not in RADIANS and value not in SQUARE_METRES and value != UNITY:
        is_angle(value)
    elif argument.name == "srsIRI":
        reference_system(value)
    elif argument.name == "gmlProfile":
        profile_namespace(value)
    elif argument.name == "pattern-matrix" and not PATTERN.fullmatch(value):
        raise WrongArguments(f'"{value}" is not a DE-9IM pattern: nine of the signs T F * 0 1 2.')
