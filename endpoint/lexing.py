"""Lexing of SPARQL texts: which words stand where, without parsing. Strings, IRIs and comments are told apart from words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin

# Source: SPARQL 1.1 Query Language, 19.8 (terminals), in the order in which they must be tried.
TOKEN = re.compile(
    r"""(?P<comment>\#[^\n\r]*)
    |(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
    |(?P<string>\"{3}(?:\"{0,2}(?:[^"\\]|\\.))*\"{3}|'{3}(?:'{0,2}(?:[^'\\]|\\.))*'{3}|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<variable>[?$]\w+)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<name>(?:[^\W\d_](?:[\w.-]*[\w-])?)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])(?:(?:[\w.:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%])*(?:[\w:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?\#@%]))?)?)
    |(?P<word>[^\W\d]\w*)
    |(?P<open>[{(\[])
    |(?P<close>[})\]])
    |(?P<mark>[;,.])""",
    re.VERBOSE | re.DOTALL,
)

# Prefixes that are known without declaration, in queries and updates.
DEFAULT_PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}

FLEETING = {"NOW", "RAND", "UUID", "STRUUID"}


@dataclass(frozen=True)
class Token:
    """A token: its kind, its text, where it starts, and how deep in brackets it stands."""

    kind: str
    text: str
    start: int
    depth: int


def tokens(text: str) -> Iterator[Token]:
    """Give the tokens of a text that matter here, without comments."""
    depth = 0
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind == "comment":
            continue
        if kind == "open":
            yield Token(kind, match.group(), match.start(), depth)
            depth += 1
            continue
        if kind == "close":
            depth = max(0, depth - 1)
        yield Token(kind, match.group(), match.start(), depth)


def words(text: str) -> set[str]:
    """Give the bare words of a text in capitals.

    >>> sorted(words("SELECT ?now { ?x :now 'NOW()' } # NOW"))
    ['SELECT']
    """
    return {token.text.upper() for token in tokens(text) if token.kind == "word"}


def nesting(text: str) -> int:
    """Give how deep brackets stand in each other.

    >>> nesting("SELECT * { FILTER(1 = (2)) '((((((' }")
    3
    """
    if text.count("{") + text.count("(") + text.count("[") < 2:
        return text.count("{") + text.count("(") + text.count("[")
    return max((token.depth + 1 for token in tokens(text) if token.kind == "open"), default=0)


def is_fleeting(text: str) -> bool:
    """Tell whether an equal query may answer differently a moment later, as with NOW() or RAND()."""
    upper = text.upper()
    return any(word in upper for word in FLEETING) and not FLEETING.isdisjoint(words(text))


@dataclass(frozen=True)
class Prologue:
    """The prefixes and the base of a query."""

    prefixes: dict[str, str]
    base: str

    def resolve(self, token: Token) -> str | None:
        """Give the IRI that a token stands for."""
        if token.kind == "iri":
            return urljoin(self.base, token.text[1:-1]) if self.base else token.text[1:-1]
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            return None
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


def read_prologue(text: str, base: str = "") -> tuple[Prologue, Iterator[Token]]:
    """Give the prologue of a text and the tokens that follow it."""
    stream = tokens(text)
    prefixes = dict(DEFAULT_PREFIXES)
    for token in stream:
        keyword = token.text.upper() if token.kind == "word" else ""
        if keyword == "BASE":
            base = urljoin(base, next(stream, token).text.strip("<>"))
        elif keyword == "PREFIX":
            name, iri = next(stream, token), next(stream, token)
            prefixes[name.text.rstrip(":")] = urljoin(base, iri.text.strip("<>"))
        elif keyword != "VERSION" and token.kind != "string":
            return Prologue(prefixes, base), _chain(token, stream)
    return Prologue(prefixes, base), stream


def _chain(first: Token, rest: Iterator[Token]) -> Iterator[Token]:
    yield first
    yield from rest


def dataset_clauses(text: str, base: str = "") -> tuple[list[str], list[str]]:
    """Give the graphs that FROM and FROM NAMED name, as often as they are named.

    >>> dataset_clauses("PREFIX : <urn:x:> SELECT * FROM :a FROM <urn:x:b> FROM NAMED :c WHERE { ?from ?b 'FROM <x>' }")
    (['urn:x:a', 'urn:x:b'], ['urn:x:c'])
    """
    if "from" not in text.lower():
        return [], []
    prologue, stream = read_prologue(text, base)
    default: list[str] = []
    named: list[str] = []
    for token in stream:
        if token.depth == 0 and token.kind == "word" and token.text.upper() == "FROM":
            target, follower = default, next(stream, token)
            if follower.kind == "word" and follower.text.upper() == "NAMED":
                target, follower = named, next(stream, token)
            iri = prologue.resolve(follower) if follower.kind in ("iri", "name") else None
            if iri is not None:
                target.append(iri)
    return default, named
