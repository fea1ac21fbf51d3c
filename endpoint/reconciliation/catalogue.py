"""What can be matched in the release that is served now: names and types, read once per release and kept."""

import asyncio
from dataclasses import dataclass

from starlette.requests import Request

from endpoint.engine import Engine
from endpoint.kept import Kept
from endpoint.queries import answer_rows
from endpoint.questions import question
from endpoint.reconciliation.spaces import SKOS_CONCEPT
from regin_graph.reconciliation.index import Name, NameIndex, read_entities


@dataclass
class MatchType:
    """A type: class or concept scheme. Shape: IRI, broader type or empty, labels by language, definition in English."""

    iri: str
    broader: str
    labels: dict[str, str]
    definition: str = ""

    def named(self, language: str) -> str:
        """Give the label in a language, else in English."""
        return self.labels.get(language) or self.labels.get("en") or next(iter(self.labels.values()))


@dataclass(frozen=True)
class Catalogue:
    """Names and types of one release."""

    index: NameIndex
    types: dict[str, MatchType]


async def _read(engine: Engine, base: str) -> Catalogue:
    entities, names, types = await asyncio.gather(*(
        answer_rows(engine, question(f"reconciliation_{what}", base=base).text) for what in ("entities", "names", "types")
    ))

    def index() -> NameIndex:
        # Sorted here: engines take ten times as long to sort the names as to find them.
        rows = sorted((row["entity"].value, row["type"].value) for row in entities)
        named = sorted((row["entity"].value, row["kind"].value, row["name"].value, row["name"].language) for row in names)
        things = ({"entity": entity, "type": one} for entity, one in rows)
        called = ((entity, Name(text, language, kind)) for entity, kind, text, language in named)
        # Statistical units bear the names of regions: they are found only by who asks for units.
        return NameIndex(read_entities(things, called), hidden=frozenset({f"{base}scheme/nuts"}))

    made = await asyncio.to_thread(index)
    return Catalogue(made, _read_types(types, made))


CATALOGUE = Kept("catalogue of names", _read)


async def read_catalogue(request: Request) -> Catalogue:
    """Give the catalogue of the release that is served."""
    return await CATALOGUE.of(request.app)


def _read_types(rows: list, index: NameIndex) -> dict[str, MatchType]:
    types = {SKOS_CONCEPT: MatchType(SKOS_CONCEPT, "", {"en": "concept of a code list"})}
    for row in rows:
        broader = row["broader"].value if "broader" in row else ""
        one = types.setdefault(row["type"].value, MatchType(row["type"].value, broader, {}))
        one.labels.setdefault(row["label"].language or "", row["label"].value)
        if "definition" in row:
            one.definition = row["definition"].value
    used = {type_iri for entity in index.entities.values() for type_iri in entity.types}
    return {iri: one for iri, one in types.items() if iri in used}
