"""The grammar as data: rules of sequences, choices and repetitions, and what each can begin with."""

import re
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

TOKEN = re.compile(r"'[^']+'|[A-Za-z]+|[()|?*+]")


@dataclass(frozen=True)
class Terminal:
    """A token: a keyword or sign by its text, or a kind of token by its name."""

    name: str


@dataclass(frozen=True)
class Reference:
    """Another rule."""

    name: str


@dataclass(frozen=True)
class Sequence:
    """One thing after the other."""

    parts: tuple


@dataclass(frozen=True)
class Choice:
    """One of several things."""

    options: tuple


@dataclass(frozen=True)
class Repetition:
    """A thing that may be missing; `is_many`: or come several times."""

    part: "Part"
    is_many: bool


Part = Terminal | Reference | Sequence | Choice | Repetition


class Grammar:
    """Rules by name; `begins` and `may_be_empty` are what a predictive reader asks."""

    def __init__(self, text: str):
        self.rules: dict[str, Part] = {}
        # A line that begins with white space continues the rule before it.
        for line in re.sub(r"\n\s+\|", " |", re.sub(r"#.*", "", text)).splitlines():
            name, equals, body = line.partition(" = ")
            if equals:
                self.rules[name.strip()] = _Reader(TOKEN.findall(body)).choice()
        self._begins: dict[Part, frozenset[str]] = {}

    @cached_property
    def empty_rules(self) -> frozenset[str]:
        """The rules that nothing may stand for."""
        found: set[str] = set()
        while True:
            more = {name for name, part in self.rules.items() if name not in found and self._is_empty(part, found)}
            if not more:
                return frozenset(found)
            found |= more

    def _is_empty(self, part: Part, rules: set[str] | frozenset[str]) -> bool:
        match part:
            case Reference(name):
                return name in rules
            case Sequence(parts):
                return all(self._is_empty(one, rules) for one in parts)
            case Choice(options):
                return any(self._is_empty(one, rules) for one in options)
        return isinstance(part, Repetition)

    def may_be_empty(self, part: Part) -> bool:
        """Tell whether nothing may stand for a part."""
        return self._is_empty(part, self.empty_rules)

    def begins(self, part: Part) -> frozenset[str]:
        """Give the tokens that a part can begin with."""
        if part not in self._begins:
            self._begins[part] = frozenset(self._find_begins(part))
        return self._begins[part]

    def _find_begins(self, part: Part) -> set[str]:
        match part:
            case Terminal(name):
                return {name}
            case Reference(name):
                return set(self.begins(self.rules[name]))
            case Repetition(inner, _):
                return set(self.begins(inner))
            case Choice(options):
                return set().union(*(self.begins(one) for one in options))
        found: set[str] = set()
        for one in part.parts:
            found |= self.begins(one)
            if not self.may_be_empty(one):
                break
        return found


class _Reader:
    """Reads the right side of a rule."""

    def __init__(self, tokens: list[str]):
        self.tokens = tokens

    def choice(self) -> Part:
        options = [self.sequence()]
        while self.tokens and self.tokens[0] == "|":
            self.tokens.pop(0)
            options.append(self.sequence())
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.tokens and self.tokens[0] not in ("|", ")"):
            part = self.one()
            sign = self.tokens.pop(0) if self.tokens and self.tokens[0] in ("?", "*", "+") else ""
            if sign == "+":
                parts.append(part)
            parts.append(Repetition(part, sign != "?") if sign else part)
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def one(self) -> Part:
        token = self.tokens.pop(0)
        if token == "(":
            part = self.choice()
            self.tokens.pop(0)
            return part
        if token.startswith("'"):
            return Terminal(token[1:-1])
        return Terminal(token) if token.isupper() else Reference(token)


@cache
def query_grammar() -> Grammar:
    """Give the grammar of queries."""
    return Grammar(files("endpoint.syntax_check").joinpath("query.grammar").read_text(encoding="utf-8"))
