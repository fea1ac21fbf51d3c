"""Cut a SPARQL query into tokens with their places. Source: SPARQL 1.1, 19.8 Grammar, terminals."""

import re
from dataclasses import dataclass

ESCAPED = r"(?:%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
TOKEN = re.compile(
    rf"""(?P<space>(?:\s+|\#[^\n\r]*)+)
    |(?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
    |(?P<string>\"\"\"(?:(?:\"|\"\")?(?:[^\"\\]|\\.))*\"\"\"|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''|\"(?:[^\"\\\n\r]|\\.)*\"|'(?:[^'\\\n\r]|\\.)*')
    |(?P<variable>[?$]\w+)
    |(?P<blank>_:\w(?:[\w.\-·]*[\w\-·])?)
    |(?P<name>(?:[^\W\d_](?:[\w.\-·]*[\w\-·])?)?:(?:(?:[\w:]|{ESCAPED})(?:(?:[\w.:\-·]|{ESCAPED})*(?:[\w:\-·]|{ESCAPED}))?)?)
    |(?P<number>[+-]?(?:\d+\.\d*[eE][+-]?\d+|\.?\d+[eE][+-]?\d+|\d*\.\d+|\d+))
    |(?P<word>[A-Za-z_]\w*)
    |(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)
    |(?P<sign>\^\^|&&|\|\||!=|<=|>=|<<|>>|\{{\||\|\}}|[{{}}()\[\].;,=<>!*/|^+\-?&$])""",
    re.VERBOSE | re.DOTALL,
)


class UnreadableQuery(ValueError):
    """A query this module does not understand; it is left as it is."""


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its kind, its text, where it begins and ends."""

    kind: str
    text: str
    begin: int
    end: int

    @property
    def word(self) -> str:
        """Give a keyword in capitals; the text of a sign; otherwise nothing."""
        return self.text.upper() if self.kind == "word" else self.text if self.kind == "sign" else ""


def tokens(text: str) -> list[Token]:
    """Give the tokens of a query. Raises: UnreadableQuery."""
    found, place = [], 0
    while place < len(text):
        match = TOKEN.match(text, place)
        if match is None:
            raise UnreadableQuery(f"character {place} is not of a SPARQL token")
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match.group(), place, match.end()))
        place = match.end()
    return found
