"""Generated query texts: derived from the grammar, so that many are SPARQL, and spoilt, so that many are nearly SPARQL."""

import random
from collections.abc import Mapping
from functools import cache

from endpoint.syntax_check.grammar import Choice, Part, Reference, Repetition, Sequence, Terminal, query_grammar

TOKENS = {
    "VARIABLE": ("?s", "?p", "?o", "$x", "?größe"),
    "IRI": ("<urn:a>", "<https://w3id.org/regin/def/Practice>", "<http://127.0.0.1:9/>", "<rel>", "<http://www.opengis.net/def/function/geosparql/distance>"),
    "NAME": ("rdf:type", "rdfs:label", "xsd:integer", "ex:a", ":b"), "PREFIX": ("ex:", ":"), "BLANK": ("_:a", "_:b"),
    "STRING": ("'x'", '"""long"""', "'(a+)+$'", "'\\u00e5'", "''", "'POINT(1 1)'"), "LANGUAGE": ("@en", "@sv-SE"),
    "INTEGER": ("0", "1", "7", "100000", "9" * 40), "NUMBER": ("1.5", "1e400", ".1"),
    "FUNCTION": ("STR", "REGEX", "REPLACE", "CONCAT", "COALESCE", "IF", "NOW", "RAND", "STRDT", "SUBSTR", "IRI", "BNODE"),
    "AGGREGATE": ("COUNT", "SUM", "AVG", "GROUP_CONCAT", "SAMPLE", "MIN"), "END": ("",),
}
ODD = ("\x00", "\ufeff", "{", "}", "((((", "'", '"""', "<", "\\", "\U0001F600", "SERVICE", "LOAD <file:///etc/passwd>", "# ", ";", "<<", "0x", "\r", "é", "?", "LIMIT -1")
PROLOGUE = "PREFIX ex: <urn:e:> PREFIX : <urn:f:> "
# More tokens than any rule takes at least.
FAR = 10_000


class Writer:
    """Writes one text by walking through the grammar; the longer it gets, the shorter its ways."""

    def __init__(self, seed: int):
        self.dice = random.Random(seed)
        self.grammar = query_grammar()
        self.shortest = shortest()
        self.words: list[str] = []

    def text(self) -> str:
        """Give a text: as the grammar has it, or spoilt in some places."""
        self._walk(Reference("Query"), 0)
        words = list(self.words)
        if self.dice.random() < 0.5:
            for _ in range(self.dice.randint(1, 3)):
                place = self.dice.randrange(len(words) + 1)
                match self.dice.randrange(3):
                    case 0:
                        words[place:place] = [self.dice.choice(ODD)]
                    case 1:
                        del words[place:place + 1]
                    case _:
                        words[place:place + 1] = reversed(words[place:place + 3])
        return PROLOGUE * self.dice.randint(0, 1) + " ".join(words)

    def _walk(self, part: Part, depth: int) -> None:
        is_short = depth > 60 or len(self.words) > 120
        match part:
            case Terminal(name):
                self.words.append(self.dice.choice(TOKENS[name]) if name in TOKENS else name)
            case Reference(name):
                self._walk(self.grammar.rules[name], depth + 1)
            case Sequence(parts):
                for one in parts:
                    self._walk(one, depth + 1)
            case Choice(options):
                # Deep inside the way is taken that ends soonest.
                self._walk(min(options, key=self.shortest.of) if is_short else self.dice.choice(options), depth + 1)
            case Repetition(inner, is_many):
                while not is_short and self.dice.random() < 0.4:
                    self._walk(inner, depth + 1)
                    if not is_many:
                        break


class Shortest:
    """How many tokens a part of the grammar takes at least, so that a walk that has become long finds its end."""

    def __init__(self, rules: Mapping[str, Part]):
        self.of_rules = dict.fromkeys(rules, FAR)
        while (fresh := {name: self.of(part) for name, part in rules.items()}) != self.of_rules:
            self.of_rules = fresh

    def of(self, part: Part) -> int:
        """Give the least number of tokens of a part."""
        match part:
            case Terminal():
                return 1
            case Reference(name):
                return self.of_rules[name]
            case Sequence(parts):
                return min(FAR, sum(self.of(one) for one in parts))
            case Choice(options):
                return min(self.of(one) for one in options)
        return 0


@cache
def shortest() -> Shortest:
    """Give the shortest ways through the grammar of queries."""
    return Shortest(query_grammar().rules)
