"""A SPARQL query as a tree of group graph patterns, each part with its text, so that parts can be replaced.

Only what rewriting needs has parts of its own: triples, filters and the nesting of groups. All else is kept as text.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Term:
    """A term of a pattern: kind (variable, iri, literal, blank, path, triple), its text, its value (name, IRI, lexical form)."""

    kind: str
    text: str
    value: str = ""
    datatype: str = ""
    steps: tuple["Term", ...] = ()  # of a path that is a sequence of IRIs; of a triple the variables in it


@dataclass
class Triple:
    """A triple pattern or a property path pattern."""

    subject: Term
    predicate: Term
    object: Term

    @property
    def text(self) -> str:
        return f"{self.subject.text} {self.predicate.text} {self.object.text} ."

    @property
    def terms(self) -> tuple[Term, Term, Term]:
        return self.subject, self.predicate, self.object


class Part:
    """A part of a query. Its text is written at once from all pieces in it: a table may hold a hundred thousand rows."""

    @property
    def text(self) -> str:
        """Give the text."""
        return " ".join(self.pieces())


@dataclass
class Block(Part):
    """Triple patterns between other parts of a group, filters aside: a basic graph pattern with its paths."""

    triples: list[Triple]

    def pieces(self) -> list[str]:
        return [triple.text for triple in self.triples]


@dataclass
class Filter(Part):
    """A filter: its conjuncts, each a list of tokens, text and groups (of EXISTS)."""

    conjuncts: list["Expression"]

    def pieces(self) -> list[str]:
        return [f"FILTER({' && '.join(f'({conjunct.text})' for conjunct in self.conjuncts)})"] if self.conjuncts else []


@dataclass
class Expression:
    """An expression: tokens, with groups where EXISTS has one."""

    parts: list
    mentions: set[str] = field(default_factory=set)

    @property
    def text(self) -> str:
        return " ".join(part.text for part in self.parts)


@dataclass
class Opaque(Part):
    """Text that is kept, with the groups in it."""

    parts: list
    binds: tuple[str, ...] = ()

    def pieces(self) -> list[str]:
        return [piece for part in self.parts for piece in ([part] if isinstance(part, str) else part.pieces())]


@dataclass
class Values(Opaque):
    """An inline table: the terms of each row, none where a row leaves a variable open."""

    rows: list[list[Term | None]] = field(default_factory=list)


@dataclass
class Nested(Part):
    """OPTIONAL, MINUS, GRAPH or LATERAL with its group."""

    keyword: str
    name: Term | None
    group: "Group"

    def pieces(self) -> list[str]:
        return [self.keyword, *([self.name.text] if self.name else []), *self.group.pieces()]


@dataclass
class Union(Part):
    """One group, or several joined by UNION."""

    groups: list["Group"]

    def pieces(self) -> list[str]:
        return [piece for number, group in enumerate(self.groups) for piece in (*(["UNION"] if number else []), *group.pieces())]


@dataclass
class Select(Part):
    """A sub-select: its head, group and tail; `stars` tells that it selects all variables."""

    head: Opaque
    group: "Group"
    tail: Opaque
    has_star: bool
    selected: tuple[str, ...]

    def pieces(self) -> list[str]:
        return [*self.head.pieces(), *self.group.pieces(), *self.tail.pieces()]


@dataclass
class Group(Part):
    """A group graph pattern: its parts in order."""

    parts: list

    def pieces(self) -> list[str]:
        return ["{", *(piece for part in self.parts for piece in part.pieces()), "}"]


@dataclass
class Query(Part):
    """A query: prologue and head, main group, tail."""

    head: Opaque
    group: Group | None
    tail: Opaque
    form: str
    has_star: bool
    prefixes: dict[str, str]
    has_dataset: bool

    def pieces(self) -> list[str]:
        return [*self.head.pieces(), *(self.group.pieces() if self.group else []), *self.tail.pieces()]


def visible(part) -> list[str]:
    """Give the variables in scope at a part, in order of their place, each once."""
    names: dict[str, None] = {}
    if isinstance(part, Group):
        found = [name for inner in part.parts for name in visible(inner)]
    elif isinstance(part, Block):
        found = [one.value for triple in part.triples for term in triple.terms for one in (term.steps if term.kind == "triple" else (term,)) if one.kind == "variable"]
    elif isinstance(part, Nested):
        found = [] if part.keyword == "MINUS" else ([part.name.value] if part.name and part.name.kind == "variable" else []) + visible(part.group)
    elif isinstance(part, Union):
        found = [name for group in part.groups for name in visible(group)]
    elif isinstance(part, Select):
        found = visible(part.group) if part.has_star else list(part.selected)
    elif isinstance(part, Opaque):
        found = list(part.binds)
    else:
        found = []
    for name in found:
        names[name] = None
    return list(names)
