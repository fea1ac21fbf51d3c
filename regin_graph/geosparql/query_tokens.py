"""Cut a SPARQL query into tokens with their places. Source: SPARQL 1.1, 19.8 Grammar, terminals."""

import re
from functools import lru_cache
from typing import NamedTuple

ESCAPED = r"(?:%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%])"
STRING = r"\"\"\"(?:(?:\"|\"\")?(?:[^\"\\]|\\.))*\"\"\"|'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''|\"[^\"\\\n\r]*(?:\\.[^\"\\\n\r]*)*\"|'[^'\\\n\r]*(?:\\.[^'\\\n\r]*)*'"
TOKEN = re.compile(
    rf"""(?P<space>(?:\s+|\#[^\n\r]*)+)
    |(?P<iri><[^<>"{{}}|^`\\\x00-\x20]*>)
    |(?P<string>{STRING})
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


class Token(NamedTuple):
    """One token: its kind, its text, where it begins and ends; `word` is a keyword in capitals, the text of a sign, otherwise nothing."""

    kind: str
    text: str
    begin: int
    end: int
    word: str


SHORT = 20_000  # letters of a text whose tokens are kept: a query is read more than once before it is evaluated


def tokens(text: str) -> list[Token]:
    """Give the tokens of a query. Raises: UnreadableQuery."""
    return list(kept_tokens(text)) if len(text) <= SHORT else cut(text)


@lru_cache(maxsize=4)
def kept_tokens(text: str) -> tuple[Token, ...]:
    """Give the tokens of a short text. Raises: UnreadableQuery."""
    return tuple(cut(text))


def cut(text: str) -> list[Token]:
    """Cut a text into its tokens. Raises: UnreadableQuery."""
    found, place = [], 0
    for match in TOKEN.finditer(text):
        begin, end = match.span()
        if begin != place:
            break
        kind = match.lastgroup
        if kind != "space":
            written = match.group()
            found.append(Token(kind, written, begin, end, written.upper() if kind == "word" else written if kind == "sign" else ""))
        place = end
    if place < len(text):
        raise UnreadableQuery(f"character {place} is not of a SPARQL token")
    return found
