"""Read a SPARQL query into the tree of its group graph patterns.

Whatever is not understood for certain raises UnreadableQuery, and the query stays as it is.
Source: SPARQL 1.1, 19.8 Grammar; LATERAL as SEP-0006 has it.
"""

from regin_graph.geosparql.expression_parts import Parenthesised, conjuncts, mentioned
from regin_graph.geosparql.pattern_reader import PatternReader
from regin_graph.geosparql.query_tokens import Token, UnreadableQuery
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
    Union,
    Values,
)


class Parser(PatternReader):
    """Reads one query."""

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
        may_have_dot = is_open = False  # whether a full stop may come next; whether it has to before further triples
        while not self.is_next("}"):
            word = self.peek().word
            if word == ".":
                if not may_have_dot:
                    raise UnreadableQuery(f"a full stop at {self.peek().begin} after nothing")
                self.next()
                may_have_dot = is_open = False
                continue
            may_have_dot, was_open, is_open = True, is_open, False
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
            if was_open:
                raise UnreadableQuery(f"no full stop before {self.peek().begin}")
            triples, is_open = self.triples(), True
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

    def parenthesised(self) -> Parenthesised:
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


def parse(text: str, prefixes: dict[str, str] | None = None) -> Query:
    """Give the tree of a query. Raises: UnreadableQuery."""
    parser = Parser(text, prefixes)
    query = parser.query()
    if not parser.at_end():
        raise UnreadableQuery(f"{parser.peek().text} at {parser.peek().begin} was not expected")
    return query
