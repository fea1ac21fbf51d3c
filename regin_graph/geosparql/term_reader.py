"""Read tokens of SPARQL one after the other, and the terms they write: variables, IRIs, literals, blank nodes."""

import re
from urllib.parse import urljoin

from regin_graph.geosparql.query_tokens import Token, UnreadableQuery, tokens
from regin_graph.geosparql.query_tree import Term
from regin_graph.geosparql.vocabulary import RDF, XSD

STRING_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"} | {sign: sign for sign in "\\\"'"}


class TermReader:
    """Reads the tokens of one text; what it does not understand raises UnreadableQuery."""

    def __init__(self, text: str, prefixes: dict[str, str] | None = None):
        self.source = text
        self.tokens = tokens(text)
        self.place = 0
        self.prefixes = dict(prefixes or {})
        self.base = ""
        self.blanks = 0

    @classmethod
    def over(cls, part: list[Token], whole: "TermReader") -> "TermReader":
        """Give a parser of some tokens with the names of a whole query."""
        parser = cls("", whole.prefixes)
        parser.tokens, parser.base = part, whole.base
        return parser

    def peek(self, ahead: int = 0) -> Token:
        """Give the next token without taking it."""
        if self.place + ahead >= len(self.tokens):
            raise UnreadableQuery("the query ends too early")
        return self.tokens[self.place + ahead]

    def at_end(self) -> bool:
        return self.place >= len(self.tokens)

    def next(self) -> Token:
        """Take the next token."""
        token = self.peek()
        self.place += 1
        return token

    def expect(self, word: str) -> Token:
        """Take the next token, which has to be this word or sign."""
        token = self.next()
        if token.word != word:
            raise UnreadableQuery(f"{word} was expected at {token.begin}, not {token.text}")
        return token

    def is_next(self, *words: str) -> bool:
        return not self.at_end() and self.tokens[self.place].word in words

    def prologue(self) -> None:
        """Read the prefixes and the base."""
        while self.is_next("PREFIX", "BASE", "VERSION"):
            word = self.next().word
            if word == "PREFIX":
                name, iri = self.next(), self.next()
                if name.kind != "name" or iri.kind != "iri":
                    raise UnreadableQuery("a prefix is not declared as usual")
                self.prefixes[name.text[:-1]] = self.absolute(iri.text[1:-1])
            elif word == "BASE":
                self.base = self.absolute(self.next().text[1:-1])
            else:
                self.next()

    def balanced(self) -> str:
        """Take the text of a pair of braces or parentheses with all in it."""
        opening = self.next()
        closing = {"{": "}", "(": ")"}[opening.word]
        depth, last = 1, opening
        while depth:
            last = self.next()
            depth += (last.word == opening.word) - (last.word == closing)
        return self.source[opening.begin:last.end]

    def term(self) -> Term:
        """Give a variable, IRI, literal or blank node."""
        token = self.next()
        if token.kind == "variable":
            return Term("variable", "?" + token.text[1:], token.text[1:])
        if token.kind in ("iri", "name"):
            return Term("iri", token.text, self.resolved(token))
        if token.kind == "blank":
            return Term("blank", token.text, token.text[2:])
        if token.kind == "string":
            return self.literal(token)
        if token.kind == "number":
            kind = "double" if "e" in token.text.lower() else "decimal" if "." in token.text else "integer"
            return Term("literal", token.text, token.text, XSD + kind)
        if token.word in ("TRUE", "FALSE"):
            return Term("literal", token.text.lower(), token.text.lower(), XSD + "boolean")
        raise UnreadableQuery(f"{token.text} at {token.begin} is not a term")

    def literal(self, token: Token) -> Term:
        """Give a literal with its language or datatype."""
        value = unescaped(token.text)
        if not self.at_end() and self.peek().kind == "language":
            tag = self.next()
            return Term("literal", token.text + tag.text, value, RDF + "langString")
        if self.is_next("^^"):
            self.next()
            kind = self.next()
            if kind.kind not in ("iri", "name"):
                raise UnreadableQuery("a datatype that is no IRI")
            return Term("literal", f"{token.text}^^{kind.text}", value, self.resolved(kind))
        return Term("literal", token.text, value, XSD + "string")

    def resolved(self, token: Token) -> str:
        """Give the IRI of a token. Raises: UnreadableQuery for an unknown prefix."""
        if token.kind == "iri":
            return self.absolute(token.text[1:-1])
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            raise UnreadableQuery(f"the prefix of {token.text} is not declared")
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)

    def absolute(self, iri: str) -> str:
        """Give an IRI made absolute by the base of the query."""
        return urljoin(self.base, iri) if self.base and not re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", iri) else iri


def unescaped(text: str) -> str:
    """Give the value of a string token. Raises: UnreadableQuery for an escape that SPARQL does not have."""
    quote = 3 if text[:3] in ('"""', "'''") else 1
    body = text[quote:-quote]
    return STRING_ESCAPE.sub(escaped_letter, body) if "\\" in body else body


def escaped_letter(match: re.Match) -> str:
    """Give the letter that an escape stands for. Raises: UnreadableQuery when it stands for none."""
    escape = match[1]
    if escape in ESCAPES:
        return ESCAPES[escape]
    number = int(escape[1:], 16) if len(escape) > 1 else -1
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise UnreadableQuery(f"\\{escape} is no escape of a letter")
    return chr(number)
