"""The first place where a query does not follow the grammar, and what could stand there instead."""

import re
from dataclasses import asdict, dataclass
from typing import Any

from endpoint.syntax_check.grammar import Choice, Part, Reference, Repetition, Sequence, Terminal, query_grammar

TOKEN = re.compile(
    r"""(?P<space>[\s\ufeff]+|\#[^\n\r]*)
    |(?P<IRI><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<STRING>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<VARIABLE>[?$]\w+)
    |(?P<LANGUAGE>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<BLANK>_:\w(?:[\w.-]*[\w-])?)
    |(?P<NAME>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)(?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\.)*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\.))?)?)
    |(?P<NUMBER>\d+\.\d*[eE][+-]?\d+|\.\d+[eE][+-]?\d+|\d+[eE][+-]?\d+|\d*\.\d+)
    |(?P<INTEGER>\d+)
    |(?P<word>[^\W\d]\w*)
    |(?P<sign>\^\^|&&|\|\||!=|<=|>=|[{}()\[\];,.*/|^?+!=<>-])
    |(?P<odd>.)""",
    re.VERBOSE | re.DOTALL,
)
FUNCTIONS = frozenset("""STR LANG LANGMATCHES DATATYPE IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT SUBSTR STRLEN REPLACE UCASE LCASE ENCODE_FOR_URI CONTAINS
STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG
STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC REGEX""".split())
AGGREGATES = frozenset("COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT".split())
WORDS = {
    "VARIABLE": "a variable", "IRI": "an IRI", "NAME": "a prefixed name", "PREFIX": "a prefix with its colon", "BLANK": "a blank node", "STRING": "a string",
    "INTEGER": "a number", "NUMBER": "a number", "LANGUAGE": "a language", "FUNCTION": "a function", "AGGREGATE": "an aggregate", "END": "the end of the query",
}
# In this order they help most.
RANKS = {word: rank for rank, word in enumerate(("a variable", "an IRI", "a prefixed name", "a string", "a number", "a function"))}


@dataclass(frozen=True)
class Diagnosis:
    """Where a text leaves the grammar (counted from 1), what stands there, and what could."""

    line: int
    column: int
    found: str
    expected: tuple[str, ...]


class _Left(Exception):
    """The text left the grammar."""


class _Follower:
    """Follows a text through the grammar, noting what was expected at the furthest place."""

    def __init__(self, text: str):
        self.grammar = query_grammar()
        self.tokens = [match for match in TOKEN.finditer(text) if match.lastgroup != "space"]
        self.kinds = [_kinds(match) for match in self.tokens] + [frozenset({"END"})]
        self.place = 0
        self.expected: set[str] = set()

    def sees(self, part: Part, place: int) -> bool:
        """Tell whether the token at a place can begin a part; note what would."""
        begins = self.grammar.begins(part)
        if not begins.isdisjoint(self.kinds[place]):
            return True
        if place > self.place:
            self.place, self.expected = place, set()
        self.expected |= begins
        return False

    def follow(self, part: Part, place: int) -> int:
        """Give the place after a part that starts here. Raises: _Left."""
        match part:
            case Terminal():
                if not self.sees(part, place):
                    raise _Left
                return place + 1
            case Reference(name):
                return self.follow(self.grammar.rules[name], place)
            case Sequence(parts):
                for one in parts:
                    place = self.follow(one, place)
                return place
            case Choice(options):
                for option in options:
                    if self.sees(option, place):
                        return self.follow(option, place)
                if any(self.grammar.may_be_empty(option) for option in options):
                    return place
                raise _Left
            case Repetition(inner, is_many):
                while self.sees(inner, place):
                    place = self.follow(inner, place)
                    if not is_many:
                        break
        return place


def _kinds(match: re.Match[str]) -> frozenset[str]:
    kind, text = match.lastgroup or "odd", match.group()
    if kind == "word":
        upper = text.upper()
        if upper in FUNCTIONS or upper in AGGREGATES:
            return frozenset({"FUNCTION" if upper in FUNCTIONS else "AGGREGATE"})
        # The engine takes these as they are written in the grammar alone.
        return frozenset({text if text in ("a", "true", "false") else upper})
    if kind == "sign":
        return frozenset({text})
    return frozenset({"NAME", "PREFIX"}) if kind == "NAME" and text.endswith(":") else frozenset({kind})


def diagnose(text: str) -> dict[str, Any] | None:
    """Give where a text leaves the grammar of queries, or None when it follows it to the end.
    To be called in a thread with a large stack: the grammar is followed as deep as the text is nested.

    >>> diagnose("SELECT * { ?s ?p }")["expected"][:3]
    ('a variable', 'an IRI', 'a prefixed name')
    """
    follower = _Follower(text)
    try:
        follower.follow(Reference("Query"), 0)
        return None
    except _Left:
        pass
    is_end = follower.place >= len(follower.tokens)
    start = len(text.rstrip()) if is_end else follower.tokens[follower.place].start()
    words = sorted({WORDS.get(name, name) for name in follower.expected}, key=lambda word: (RANKS.get(word, 99), not word.isalpha(), word))
    found = "the end of the query" if is_end else follower.tokens[follower.place].group()[:40]
    before = text[:start]
    return asdict(Diagnosis(before.count("\n") + 1, start - before.rfind("\n"), found, tuple(words)))
