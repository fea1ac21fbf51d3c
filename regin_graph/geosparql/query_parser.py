"""Read a SPARQL query into the tree of its group graph patterns.

Whatever is not understood for certain raises UnreadableQuery, and the query stays as it is.
Source: SPARQL 1.1, 19.8 Grammar; LATERAL as SEP-0006 has it.
"""

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from regin_graph.geosparql.query_tokens import Token, UnreadableQuery, tokens
from regin_graph.geosparql.query_tree import (
    Block,
    Expression,
    Filter,
    Group,
    Nested,
    Opaque,
    Query,
    Select,
    Term,
    Triple,
    Union,
    Values,
)
from regin_graph.geosparql.vocabulary import RDF, XSD

STRING_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}


class Parser:
    """Reads one query."""

    def __init__(self, text: str, prefixes: dict[str, str] | None = None):
        self.source = text
        self.tokens = tokens(text)
        self.place = 0
        self.prefixes = dict(prefixes or {})
        self.base = ""
        self.blanks = 0

    @classmethod
    def over(cls, part: list[Token], whole: "Parser") -> "Parser":
        """Give a parser of some tokens with the names of a whole query."""
        parser = cls("", whole.prefixes)
        parser.tokens, parser.base = part, whole.base
        return parser

    # tokens

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

    # query

    def query(self) -> Query:
        """Give the tree of the query."""
        self.prologue()
        begin = self.peek().begin
        form = self.next().word
        if form not in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
            raise UnreadableQuery(f"{form or 'this'} is not a query form")
        head: list = [self.source[:begin], form]
        if form == "CONSTRUCT":
            if not self.is_next("{"):
                raise UnreadableQuery("CONSTRUCT without a template")
            head.append(self.balanced())
        has_star, has_dataset = False, False
        while not self.at_end() and not self.is_next("{", "WHERE"):
            if self.is_next("FROM"):
                has_dataset = True
            if self.is_next("LIMIT", "ORDER", "OFFSET", "GROUP", "VALUES"):  # DESCRIBE without a pattern
                break
            if form in ("SELECT", "DESCRIBE") and self.is_next("*"):
                has_star = True
                head.append(self.next().text)
            elif self.is_next("("):
                head += self.parenthesised().parts_text()
            else:
                head.append(self.next().text)
        if self.is_next("WHERE"):
            head.append(self.next().text)
        group = self.group() if self.is_next("{") else None
        tail = self.tail()
        return Query(Opaque(head), group, tail, form, has_star, self.prefixes, has_dataset)

    def prologue(self) -> None:
        """Read the prefixes and the base."""
        while self.is_next("PREFIX", "BASE", "VERSION"):
            if self.next().word == "PREFIX":
                name, iri = self.next(), self.next()
                if name.kind != "name" or iri.kind != "iri":
                    raise UnreadableQuery("a prefix is not declared as usual")
                self.prefixes[name.text[:-1]] = self.absolute(iri.text[1:-1])
            else:
                self.base = self.next().text[1:-1]

    def tail(self) -> Opaque:
        """Give what follows the main group; groups within it (of EXISTS) are not understood."""
        parts = []
        has_values = False
        while not self.at_end() and not self.is_next("}"):
            has_values = has_values or self.is_next("VALUES")
            if self.is_next("{"):
                if not has_values:
                    raise UnreadableQuery("a group in the solution modifiers")
                parts.append(self.balanced())
            else:
                parts.append(self.next().text)
        return Opaque(parts)

    def balanced(self) -> str:
        """Take the text of a pair of braces or parentheses with all in it."""
        opening = self.next()
        closing = {"{": "}", "(": ")"}[opening.word]
        depth, last = 1, opening
        while depth:
            last = self.next()
            depth += (last.word == opening.word) - (last.word == closing)
        return self.source[opening.begin:last.end]

    # groups

    def group(self) -> Group:
        """Give a group graph pattern."""
        self.expect("{")
        if self.is_next("SELECT"):
            parts: list = [self.sub_select()]
            self.expect("}")
            return Group(parts)
        parts = []
        filters: list[Filter] = []
        block: Block | None = None
        while not self.is_next("}"):
            word = self.peek().word
            if word == ".":
                self.next()
                continue
            if word == "FILTER":
                filters.append(self.filter())
                continue
            part = None
            if word == "{":
                groups = [self.group()]
                while self.is_next("UNION"):
                    self.next()
                    groups.append(self.group())
                part = Union(groups)
            elif word in ("OPTIONAL", "MINUS", "LATERAL"):
                self.next()
                part = Nested(word, None, self.group())
            elif word == "GRAPH":
                self.next()
                part = Nested(word, self.term(), self.group())
            elif word == "BIND":
                part = self.bind()
            elif word == "VALUES":
                part = self.values()
            elif word == "SERVICE":
                part = self.service()
            if part is not None:
                parts.append(part)
                block = None
                continue
            triples = self.triples()
            if block is None:
                block = Block([])
                parts.append(block)
            block.triples += triples
        self.expect("}")
        return Group(parts + filters)

    def sub_select(self) -> Select:
        """Give a sub-select without its braces."""
        head = [self.next().text]
        has_star, selected = False, []
        while not self.is_next("{", "WHERE"):
            if self.is_next("*"):
                has_star = True
                head.append(self.next().text)
            elif self.is_next("("):
                expression = self.parenthesised()
                selected.append(expression.last_variable())
                head += expression.parts_text()
            else:
                token = self.next()
                if token.kind == "variable":
                    selected.append(token.text[1:])
                head.append(token.text)
        if self.is_next("WHERE"):
            head.append(self.next().text)
        group = self.group()
        return Select(Opaque(head), group, self.tail(), has_star, tuple(selected))

    def bind(self) -> Opaque:
        """Give a BIND."""
        word = self.next().text
        expression = self.parenthesised()
        return Opaque([word, *expression.parts_text()], (expression.last_variable(),))

    def values(self) -> Values:
        """Give an inline table."""
        begin = self.next().begin
        names = []
        while not self.is_next("{"):
            token = self.next()
            if token.kind == "variable":
                names.append(token.text[1:])
        self.next()
        rows = []
        while not self.is_next("}"):
            if self.is_next("("):
                self.next()
                rows.append([])
                while not self.is_next(")"):
                    rows[-1].append(self.value())
                self.next()
            else:
                rows.append([self.value()])
        self.next()
        return Values([self.source[begin:self.tokens[self.place - 1].end]], tuple(names), rows)

    def value(self) -> Term | None:
        """Give a term of an inline table; none for UNDEF."""
        if self.is_next("UNDEF"):
            self.next()
            return None
        return self.triple_term() if self.is_next("<<") else self.term()

    def service(self) -> Opaque:
        """Give a SERVICE as text: what it asks another endpoint is not ours to change."""
        begin = self.next().begin
        while not self.is_next("{"):
            self.next()
        first = self.place
        self.balanced()
        inner = self.tokens[first:self.place]
        return Opaque([self.source[begin:inner[-1].end]], tuple(dict.fromkeys(token.text[1:] for token in inner if token.kind == "variable")))

    # expressions

    def filter(self) -> Filter:
        """Give a filter with its conjuncts."""
        self.next()
        if self.is_next("("):
            inside = self.parenthesised()
            parts = inside.parts[1:-1]
        else:
            parts = self.constraint()
        return Filter([Expression(part, mentioned(part)) for part in conjuncts(parts)])

    def constraint(self) -> list:
        """Give the parts of a filter without parentheses: a call, or EXISTS with its group."""
        parts: list = []
        if self.is_next("NOT"):
            parts.append(self.next())
        token = self.next()
        parts.append(token)
        if token.word == "EXISTS":
            parts.append(self.group())
        elif self.is_next("("):
            parts += self.parenthesised().parts
        else:
            raise UnreadableQuery(f"a filter at {token.begin} that is no call")
        return parts

    def parenthesised(self) -> "Parenthesised":
        """Give all from an opening to its closing parenthesis, groups of EXISTS read."""
        parts: list = [self.expect("(")]
        depth = 1
        while depth:
            token = self.peek()
            if token.word == "{":
                if not (isinstance(parts[-1], Token) and parts[-1].word == "EXISTS"):
                    raise UnreadableQuery("braces within an expression")
                parts.append(self.group())
                continue
            depth += (token.word == "(") - (token.word == ")")
            parts.append(self.next())
        return Parenthesised(parts)

    # triples

    def triples(self) -> list[Triple]:
        """Give the triples of one subject."""
        found: list[Triple] = []
        is_list = self.is_next("[", "(")
        subject = self.node(found)
        if not (is_list and found and self.is_next(".", "}", "OPTIONAL", "FILTER", "GRAPH", "BIND", "VALUES", "MINUS", "{", "SERVICE", "LATERAL")):
            self.property_list(subject, found)
        return found

    def property_list(self, subject: Term, found: list[Triple]) -> None:
        """Read predicates and objects of a subject."""
        while True:
            predicate = self.path()
            while True:
                found.append(Triple(subject, predicate, self.node(found)))
                if self.is_next("{|", "~"):
                    raise UnreadableQuery("an annotation")
                if not self.is_next(","):
                    break
                self.next()
            if not self.is_next(";"):
                return
            while self.is_next(";"):
                self.next()
            if self.is_next(".", "}", "]") or self.peek().word in ("OPTIONAL", "FILTER", "GRAPH", "BIND", "VALUES", "MINUS", "{", "SERVICE", "LATERAL"):
                return

    def node(self, found: list[Triple]) -> Term:
        """Give a subject or object; the triples of brackets and lists are added to those found."""
        if self.is_next("["):
            self.next()
            blank = self.fresh_blank()
            if not self.is_next("]"):
                self.property_list(blank, found)
            self.expect("]")
            return blank
        if self.is_next("("):
            self.next()
            items = []
            while not self.is_next(")"):
                items.append(self.node(found))
            self.next()
            rest = Term("iri", f"<{RDF}nil>", RDF + "nil")
            for item in reversed(items):
                cell = self.fresh_blank()
                found.append(Triple(cell, Term("iri", f"<{RDF}first>", RDF + "first"), item))
                found.append(Triple(cell, Term("iri", f"<{RDF}rest>", RDF + "rest"), rest))
                rest = cell
            return rest
        return self.triple_term() if self.is_next("<<") else self.term()

    def triple_term(self) -> Term:
        """Give a triple as a term, as text with the variables in it."""
        first, depth = self.place, 0
        while True:
            word = self.next().word
            depth += (word == "<<") - (word == ">>")
            if not depth:
                break
        inside = self.tokens[first:self.place]
        if any(token.kind == "blank" or token.word == "[" for token in inside):
            raise UnreadableQuery("a blank node within a triple")
        text = self.source[inside[0].begin:inside[-1].end]
        names = dict.fromkeys(token.text[1:] for token in inside if token.kind == "variable")
        return Term("triple", text, text, steps=tuple(Term("variable", f"?{name}", name) for name in names))

    def fresh_blank(self) -> Term:
        """Give a blank node no query of a person has."""
        self.blanks += 1
        return Term("blank", f"_:reginB{self.blanks}", f"reginB{self.blanks}")

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
        """Give the IRI of a token; unknown prefixes give an IRI that means nothing here."""
        if token.kind == "iri":
            return self.absolute(token.text[1:-1])
        prefix, _, local = token.text.partition(":")
        if prefix not in self.prefixes:
            return f"unknown-prefix:{token.text}"
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)

    def absolute(self, iri: str) -> str:
        """Give an IRI made absolute by the base of the query."""
        return urljoin(self.base, iri) if self.base and not re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", iri) else iri

    def path(self) -> Term:
        """Give a predicate: a variable, an IRI, `a`, a sequence of IRIs, or another path as text."""
        token = self.peek()
        if token.kind == "variable":
            return self.term()
        begin, steps, is_simple, depth = self.place, [], True, 0
        expects_step = True
        while True:
            token = self.peek()
            word = token.word
            if expects_step:
                if word == "(":
                    depth, is_simple = depth + 1, False
                elif word in ("^", "!"):
                    is_simple = False
                elif word == ")" and depth:  # of !()
                    depth, expects_step = depth - 1, False
                elif token.kind in ("iri", "name"):
                    steps.append(Term("iri", token.text, self.resolved(token)))
                    expects_step = False
                elif token.text == "a":
                    steps.append(Term("iri", f"<{RDF}type>", RDF + "type"))
                    expects_step = False
                else:
                    raise UnreadableQuery(f"{token.text} at {token.begin} is not of a path")
            elif word in ("*", "+") or token.text == "?":
                is_simple = False
            elif word == "/":
                expects_step = True
            elif word == "|":
                expects_step, is_simple = True, False
            elif word == ")" and depth:
                depth -= 1
            else:
                break
            self.place += 1
        text = self.source[self.tokens[begin].begin:self.tokens[self.place - 1].end]
        if is_simple and len(steps) == 1:
            return steps[0]
        return Term("path", text, text, steps=tuple(steps) if is_simple else ())


@dataclass
class Parenthesised:
    """Tokens and groups from an opening to its closing parenthesis."""

    parts: list

    def parts_text(self) -> list:
        """Give the parts for an opaque text: tokens as text, groups as they are."""
        return [part.text if isinstance(part, Token) else part for part in self.parts]

    def last_variable(self) -> str:
        """Give the variable after AS."""
        last = self.parts[-2]
        if not (isinstance(last, Token) and last.kind == "variable"):
            raise UnreadableQuery("an expression that is not given a variable")
        return last.text[1:]


def conjuncts(parts: list) -> list[list]:
    """Give the parts of an expression that && joins; one where || or nothing joins them at the top."""
    depth, found, current = 0, [], []
    for part in parts:
        word = part.word if isinstance(part, Token) else ""
        depth += (word == "(") - (word == ")")
        if word == "||" and not depth:
            return [parts]
        if word == "&&" and not depth:
            found.append(current)
            current = []
        else:
            current.append(part)
    found.append(current)
    if len(found) > 1 or not wrapped(current):
        return [inner for part in found for inner in (conjuncts(part) if wrapped(part) else [part])] if len(found) > 1 else found
    return conjuncts(current[1:-1])


def wrapped(parts: list) -> bool:
    """Tell whether one pair of parentheses goes round all parts."""
    if len(parts) < 2 or not isinstance(parts[0], Token) or parts[0].word != "(":
        return False
    depth = 0
    for number, part in enumerate(parts):
        word = part.word if isinstance(part, Token) else ""
        depth += (word == "(") - (word == ")")
        if not depth:
            return number == len(parts) - 1
    return False


def mentioned(parts: list) -> set[str]:
    """Give the variables an expression names, those in its groups not counted."""
    return {part.text[1:] for part in parts if isinstance(part, Token) and part.kind == "variable"}


def unescaped(text: str) -> str:
    """Give the value of a string token."""
    quote = 3 if text[:3] in ('"""', "'''") else 1
    body = text[quote:-quote]
    if "\\" not in body:
        return body
    return STRING_ESCAPE.sub(lambda match: chr(int(match[1][1:], 16)) if match[1][0] in "uU" else ESCAPES.get(match[1], match[1]), body)


def parse(text: str, prefixes: dict[str, str] | None = None) -> Query:
    """Give the tree of a query. Raises: UnreadableQuery."""
    parser = Parser(text, prefixes)
    query = parser.query()
    if not parser.at_end():
        raise UnreadableQuery(f"{parser.peek().text} at {parser.peek().begin} was not expected")
    return query
