"""What is stated about an entity: its values and parts, each with the sources that say so."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from endpoint.languages import best_texts
from endpoint.queries import Term


@dataclass(frozen=True)
class Statement:
    """One value of one property, with the IRIs of its sources and the kinds of assertion (reported, editorial, derived)."""

    property: str
    value: Term
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()


@dataclass
class Entity:
    """An entity, or a part of one, with its statements, sorted so that a page is the same every time."""

    iri: str
    anchor: str = ""  # name of a part within its record's page
    statements: list[Statement] = field(default_factory=list)
    parts: dict[str, "Entity"] = field(default_factory=dict)

    @property
    def properties(self) -> list[str]:
        """Properties with at least one statement, each once."""
        return list(dict.fromkeys(statement.property for statement in self.statements))

    def about(self, *properties: str) -> list[Statement]:
        """Statements with one of the properties, in the order of the properties."""
        return [statement for wanted in properties for statement in self.statements if statement.property == wanted]

    def texts(self, language: str, *properties: str) -> list[Statement]:
        """Statements of text properties in the best language there is; values without language all stay."""
        kept = []
        for wanted in properties:
            found = self.about(wanted)
            tagged = [statement for statement in found if statement.value.language]
            best = {(term.value, term.language) for term in best_texts([s.value for s in tagged], language)}
            kept += [s for s in found if not s.value.language or (s.value.value, s.value.language) in best]
        return kept

    def first(self, prop: str) -> Term | None:
        """The first value of a property, or None."""
        return next((statement.value for statement in self.about(prop)), None)

    def parts_of(self, prop: str) -> list["Entity"]:
        """Parts that the property leads to."""
        return [self.parts[s.value.value] for s in self.about(prop) if s.value.value in self.parts]


def sources_of(statements: Iterable[Statement]) -> list[str]:
    """Sources of all the statements, each once, in order."""
    return list(dict.fromkeys(source for statement in statements for source in statement.sources))


def read_entity(iri: str, rows: list[dict[str, Term]]) -> Entity:
    """Give the entity that the rows of `statements_of_entity` describe.
    Shape: rows of ?subject ?property ?value ?source ?kind, one per source of a statement."""
    gathered: dict[tuple[str, str, Term], tuple[dict[str, None], dict[str, None]]] = {}
    for row in rows:
        key = (row["subject"].value, row["property"].value, row["value"])
        sources, kinds = gathered.setdefault(key, ({}, {}))
        if "source" in row:
            sources[row["source"].value] = None
        if "kind" in row:
            kinds[row["kind"].value] = None
    entities: dict[str, Entity] = {iri: Entity(iri)}
    ordered = sorted(gathered.items(), key=lambda item: (item[0][0], item[0][2].language or "", item[0][2].value))
    for (subject, prop, value), (sources, kinds) in ordered:
        part = entities.setdefault(subject, Entity(subject, subject.removeprefix(f"{iri}/").replace("/", "-")))
        part.statements.append(Statement(prop, value, tuple(sorted(sources)), tuple(sorted(kinds))))
    whole = entities.pop(iri)
    whole.parts = entities
    return whole
