"""Find, in a filter's conjunct, a spatial condition that an index can answer."""

from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode

from regin_graph.geosparql.functions import CUSTOM_FUNCTIONS
from regin_graph.geosparql.geometry import Geometry
from regin_graph.geosparql.literals import cache
from regin_graph.geosparql.problems import SpatialError
from regin_graph.geosparql.query_tokens import Token, UnreadableQuery
from regin_graph.geosparql.query_tree import Expression, Term
from regin_graph.geosparql.relations import PATTERN, WITHOUT_CONTACT, pattern_means_contact
from regin_graph.geosparql.term_reader import TermReader
from regin_graph.geosparql.units import METRES, RADIANS
from regin_graph.geosparql.vocabulary import GEOF, GEOMETRY_DATATYPES, RELATIONS, XSD

NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "int", "long", "nonNegativeInteger", "positiveInteger")}
MOST_NEAREST = 10_000
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
FUNCTIONS = {name.value: function for name, function in CUSTOM_FUNCTIONS.items()}
RELATION_OF = {GEOF + spelled: name for name in RELATIONS for spelled in (name, name.lower()) if name not in WITHOUT_CONTACT}


@dataclass(frozen=True)
class Condition:
    """A condition between two arguments (variable names or geometries): a relation that means contact, or a distance bound.

    Units: `limit` in the unit whose size is `unit_size`: metres when metric, else radians.
    """

    first: str | Geometry
    second: str | Geometry
    relation: str = ""
    pattern: str | None = None
    limit: float | None = None
    is_metric: bool = False
    is_strict: bool = False
    unit_size: float = 1.0
    text: str = ""

    @property
    def variables(self) -> list[str]:
        """Give the variables among the arguments."""
        return [argument for argument in (self.first, self.second) if isinstance(argument, str)]


def constant(term: Term) -> Literal | NamedNode | None:
    """Give the term as the engine has it; none where it is neither a literal without a language nor an IRI."""
    try:
        if term.kind == "iri":
            return NamedNode(term.value)
        if term.kind == "literal" and term.datatype and not term.datatype.endswith("#langString"):
            return Literal(term.value, datatype=NamedNode(term.datatype))
    except ValueError:  # no absolute IRI
        pass
    return None


class ConditionReader:
    """Reads conditions with a query's prefixes."""

    def __init__(self, prefixes: dict[str, str], base: str = "", substitutions: dict[str, object] | None = None):
        self.prefixes, self.base = prefixes, base
        self.substitutions = substitutions or {}  # values the engine will put in for variables, by name

    def read(self, expression: Expression) -> Condition | None:
        """Give the condition of a conjunct; none when it is of another kind."""
        if not all(isinstance(part, Token) for part in expression.parts):
            return None
        parser = TermReader("", self.prefixes)
        parser.tokens, parser.base = expression.parts, self.base
        try:
            return self.condition(parser)
        except (UnreadableQuery, SpatialError):
            return None

    def nearest(self, tail: str) -> Condition | None:
        """Give the distance by which a query's tail orders, its limit (with the offset) as a number of solutions; none otherwise."""
        parser = TermReader(tail, self.prefixes)
        parser.base = self.base
        try:
            parser.expect("ORDER")
            parser.expect("BY")
            is_wrapped = parser.is_next("ASC", "(")
            if parser.is_next("ASC"):
                parser.next()
            if is_wrapped:
                parser.expect("(")
            call = self.operand(parser)
            if is_wrapped:
                parser.expect(")")
            counts = {"LIMIT": 0, "OFFSET": 0}
            while not parser.at_end():
                word = parser.next().word
                counts[word] = int(parser.next().text)
            condition = self.bound(*call, "<=", Term("literal", "0", "0", XSD + "integer")) if isinstance(call, tuple) else None
        except (UnreadableQuery, SpatialError, ValueError):
            return None
        if condition is None or counts.keys() != {"LIMIT", "OFFSET"} or not 0 < counts["LIMIT"] <= MOST_NEAREST:
            return None
        return replace(condition, limit=float(sum(counts.values())))

    def condition(self, parser: TermReader) -> Condition | None:
        """Give the condition at the parser's place. Raises: UnreadableQuery, SpatialError."""
        left = self.operand(parser)
        if parser.at_end():
            return self.relation(*left) if isinstance(left, tuple) else None
        sign = parser.next().word
        right = self.operand(parser)
        if not parser.at_end() or sign not in TURNED:
            return None
        if isinstance(left, tuple) and isinstance(right, Term):
            return self.bound(*left, sign, right)
        if isinstance(right, tuple) and isinstance(left, Term):
            return self.bound(*right, TURNED[sign], left)
        return None

    def operand(self, parser: TermReader) -> Term | tuple[str, list[Term]]:
        """Give a term, or a call as its IRI and arguments. Raises: UnreadableQuery."""
        term = parser.term()
        if term.kind != "iri" or not parser.is_next("("):
            return term
        parser.next()
        arguments = []
        while not parser.is_next(")"):
            argument = self.operand(parser)
            arguments.append(self.calculated(*argument) if isinstance(argument, tuple) else argument)
            if parser.is_next(","):
                parser.next()
        parser.next()
        return term.value, arguments

    def calculated(self, iri: str, arguments: list[Term]) -> Term:
        """Give what a function of constants gives, such as the buffer round a place. Raises: UnreadableQuery where it gives nothing, or there are variables."""
        function = FUNCTIONS.get(iri)
        terms = [self.substitutions.get(term.value) if term.kind == "variable" else constant(term) for term in arguments]
        value = function(*terms) if function is not None and None not in terms else None
        if not isinstance(value, Literal):
            raise UnreadableQuery("a call that is no constant")
        return Term("literal", str(value), value.value, value.datatype.value)

    def argument(self, term: Term) -> str | Geometry:
        """Give a variable's name or a constant's geometry. Raises: UnreadableQuery, SpatialError."""
        if term.kind == "variable" and isinstance(value := self.substitutions.get(term.value), Literal):
            return cache.get(value.value, value.datatype.value)
        if term.kind == "variable":
            return term.value
        if term.kind == "literal" and term.datatype in GEOMETRY_DATATYPES:
            return cache.get(term.value, term.datatype)
        raise UnreadableQuery("an argument that is neither a variable nor a geometry")

    def relation(self, iri: str, arguments: list[Term]) -> Condition | None:
        """Give the condition of a relation's call."""
        if iri == GEOF + "relate" and len(arguments) == 3:
            pattern = arguments[2].value if arguments[2].kind == "literal" else ""
            if not PATTERN.fullmatch(pattern) or not pattern_means_contact(pattern):
                return None
            return self.checked(Condition(self.argument(arguments[0]), self.argument(arguments[1]), "relate", pattern, text="geof:relate"))
        if iri in RELATION_OF and len(arguments) == 2:
            return self.checked(Condition(self.argument(arguments[0]), self.argument(arguments[1]), RELATION_OF[iri], text=f"geof:{RELATION_OF[iri]}"))
        return None

    def bound(self, iri: str, arguments: list[Term], sign: str, number: Term) -> Condition | None:
        """Give the condition of a distance that is less than a number."""
        if sign not in ("<", "<=") or number.kind != "literal" or number.datatype not in NUMBERS:
            return None
        size, is_metric = 1.0, True
        if iri == GEOF + "distance" and len(arguments) == 3 and arguments[2].kind in ("iri", "literal"):
            unit = arguments[2].value
            if unit in METRES:
                size = METRES[unit]
            elif unit in RADIANS:
                size, is_metric = RADIANS[unit], False
            else:
                return None
        elif iri != GEOF + "metricDistance" or len(arguments) != 2:
            return None
        try:
            limit = float(number.value)
        except ValueError:
            return None
        return self.checked(Condition(self.argument(arguments[0]), self.argument(arguments[1]), limit=limit, is_metric=is_metric, is_strict=sign == "<", unit_size=size, text="geof:distance"))

    @staticmethod
    def checked(condition: Condition) -> Condition | None:
        """Give the condition if it has a variable, and its geometry can be compared in WGS 84 as the function would."""
        constants = [argument for argument in (condition.first, condition.second) if isinstance(argument, Geometry)]
        if len(constants) == 2 or condition.first == condition.second:
            return None
        for constant in constants:
            if constant.shape.is_empty or (constant is condition.first and not constant.system.is_wgs84):
                return None
        return condition
