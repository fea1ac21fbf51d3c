"""State records as quads: each statement once in the default graph and in one named graph per record and source."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import quote, urlsplit

from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, Triple

from regin_graph.build.context import PARTIAL_DATE, Context, Term, resolve
from regin_graph.build.literals import check_value, partial_date_type
from regin_graph.build.record import Located, Record, Statement
from regin_graph.build.report import Finding, Place
from regin_graph.identifiers import is_name, record_iri, source_graph

RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


@dataclass
class Statements:
    """What the sources state, and where. Shape: quads; graphs: IRI → (record, source); places: (s, p[, o]) → Place."""

    base: str
    quads: set[Quad] = field(default_factory=set)
    graphs: dict[str, tuple[str, str]] = field(default_factory=dict)
    places: dict[tuple[str, ...], Place] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, triple: Triple, record: str, sources: Iterable[str], place: Place) -> None:
        """Take in a triple: once in the default graph, once in the graph of each source."""
        self.quads.add(Quad(*triple, DefaultGraph()))
        for source in sources:
            graph = source_graph(record, source, self.base)
            self.graphs[graph] = (record, source)
            self.quads.add(Quad(*triple, NamedNode(graph)))
        subject, predicate = triple.subject.value, triple.predicate.value
        self.places.setdefault((subject,), place)
        self.places.setdefault((subject, predicate), place)
        self.places.setdefault((subject, predicate, str(triple.object)), place)

    def place_of(self, subject: str, predicate: str = "", value: str = "") -> Place | None:
        """Give the nearest known place: of the value, of the field, of the node, of its record."""
        for key in ((subject, predicate, value), (subject, predicate), (subject,), (record_iri(subject, self.base),)):
            if key in self.places:
                return self.places[key]
        return None


def state_records(records: Iterable[Record], context: Context, statements: Statements) -> None:
    """State records; what cannot be stated becomes a finding, and nothing of it a quad."""
    first_place: dict[str, Place] = {}
    for record in records:
        if record.classes and record.iri in first_place:
            problem = f'the id "{record.iri.rpartition("/")[2]}" is taken already, by {first_place[record.iri]}.'
            statements.findings.append(
                Finding(record.place, "Violation", "duplicate-id", problem, "Give one of the two another id.")
            )
            continue
        if record.classes:
            first_place[record.iri] = record.place
        _state_record(record, context, statements)


def _state_record(record: Record, context: Context, statements: Statements) -> None:
    sources = sorted({source for one in record.statements for source in one.sources} | set(record.sources))
    for name in record.classes:
        triple = Triple(NamedNode(record.iri), RDF_TYPE, NamedNode(context.expand(name)))
        statements.add(triple, record.iri, sources, record.place)
    is_withheld = record.says("publishable", "false")
    for statement in record.statements:
        # Of a result that may not be published the graph says that it exists, and not what it says.
        if is_withheld and context.terms[statement.key].datatype == "@language":
            continue
        writer = _Writer(record, statement, statements)
        writer.field(record.iri, statement.key, statement.content, context, statement.place)


class _Writer:
    """Writes one statement of a record, and the parts inside it."""

    def __init__(self, record: Record, statement: Statement, statements: Statements):
        self.record, self.statement, self.statements = record, statement, statements

    def field(self, subject: str, key: str, content, context: Context, place: Place) -> None:
        term = context.terms.get(key)
        if term is None:
            self.finding(place, "unknown-field", f'field "{key}" has no meaning in data/context.jsonld.', "Add it there.")
            return
        inner = context.within(key)
        for item in content if isinstance(content, list) else [content]:
            if key in self.record.parts and isinstance(item, Located):
                self.part(subject, key, item, term, inner, place)
            elif term.datatype == "@language" and isinstance(item, dict):
                self.texts(subject, term, item, place)
            elif isinstance(item, str):
                self.plain(subject, term, item, place)
            else:
                self.finding(place, "wrong-form", f'field "{key}" holds a list or mapping where a value is due.', "See data/README.md for its form.")

    def part(self, subject: str, key: str, item: Located, term: Term, context: Context, place: Place) -> None:
        node = f"{self.record.iri}/{item['id']}"
        self.add(subject, term, NamedNode(node), place)
        self.put(node, RDF_TYPE, NamedNode(context.expand(self.record.parts[key])), place)
        for name, content in item.items():
            if name != "id":
                own = item.sources.get(name)
                writer = _Writer(self.record, replace(self.statement, sources=own), self.statements) if own else self
                writer.field(node, name, content, context, Place(place.file, item.lines.get(name, item.line), f"{key}.{name}"))

    def texts(self, subject: str, term: Term, by_language: dict, place: Place) -> None:
        for language, texts in by_language.items():
            for text in texts if isinstance(texts, list) else [texts]:
                if not isinstance(text, str) or not text.strip():
                    self.finding(place, "empty-text", f'the text in language "{language}" is empty.', "Write it, or remove the line.")
                    continue
                try:
                    literal = Literal(text, language=language)
                except ValueError:
                    self.finding(place, "language-tag", f'"{language}" is no language tag.', "Use en, fr, de, it, es, pt, sv, el or another BCP 47 tag.")
                    break
                self.add(subject, term, literal, place)

    def plain(self, subject: str, term: Term, text: str, place: Place) -> None:
        if not text.strip():
            self.finding(place, "empty-text", "the field is empty.", "Write a value, or remove the field: what is not known is left out.")
        elif term.datatype == "@language":
            self.finding(place, "text-without-language", f'the text "{text[:40]}" names no language.', "Write it as `en: text`.")
        elif term.datatype in ("@id", "@vocab"):
            self.reference(subject, term, text, place)
        else:
            self.value(subject, term, text, place)

    def reference(self, subject: str, term: Term, text: str, place: Place) -> None:
        iri = resolve(term, text)
        parts = urlsplit(iri)
        if not parts.scheme or not (parts.netloc or parts.scheme == "urn") or any(c in iri for c in ' <>"{}|\\^`\n'):
            near = quote(iri, safe=":/?#[]@!$&'()*+,;=%~-._") if parts.netloc else "https://…"
            self.finding(place, "not-an-address", f'"{text}" is not an address.', f"Write a whole address, such as {near}")
        elif iri.startswith(self.statements.base + "id/") and not is_name(iri.rpartition("/")[2]):
            self.finding(place, "identifier", f'"{text}" is no identifier.', "Use the id of a record: lower case, digits, hyphens.")
        else:
            self.add(subject, term, NamedNode(iri), place)

    def value(self, subject: str, term: Term, text: str, place: Place) -> None:
        try:
            if term.datatype == PARTIAL_DATE:
                datatype = partial_date_type(text)
            else:
                datatype = term.datatype or XSD_STRING
                check_value(text, datatype)
        except ValueError as error:
            rule = "bad-date" if term.datatype == PARTIAL_DATE else "bad-value"
            self.finding(place, rule, f'"{text}" is no {"date" if rule == "bad-date" else "value of this field"}.', f"{str(error)[:1].upper()}{str(error)[1:]}.")
            return
        self.add(subject, term, Literal(text, datatype=NamedNode(datatype)), place)

    def add(self, subject: str, term: Term, value, place: Place) -> None:
        if term.is_reverse:
            self.put(value.value, NamedNode(term.iri), NamedNode(subject), place)
        else:
            self.put(subject, NamedNode(term.iri), value, place)

    def put(self, subject: str, predicate: NamedNode, value, place: Place) -> None:
        triple = Triple(NamedNode(subject), predicate, value)
        self.statements.add(triple, self.record.iri, self.statement.sources, place)

    def finding(self, place: Place, rule: str, problem: str, repair: str) -> None:
        self.statements.findings.append(Finding(place, "Violation", rule, problem, repair, self.record.iri))
