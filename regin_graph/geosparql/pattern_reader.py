"""Read triple patterns: subjects with their properties, property paths, brackets, lists, triples as terms."""

from regin_graph.geosparql.query_tokens import UnreadableQuery
from regin_graph.geosparql.query_tree import Term, Triple
from regin_graph.geosparql.term_reader import TermReader
from regin_graph.geosparql.vocabulary import RDF


class PatternReader(TermReader):
    """Reads triple patterns."""

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
