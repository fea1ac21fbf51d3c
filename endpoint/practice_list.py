"""Lists of practices: what the reader filters by, the practices found, and what a card of each shows."""

from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from endpoint.collation import name_order
from endpoint.languages import best_text
from endpoint.queries import Term
from endpoint.visit import Rows, Visit, last_part
from regin_graph.reconciliation.names import plain

# A search reads so many words; the page tells when there were more.
WORDS_READ = 8

# Facet: key in the address → word on the page, path of its values below the base.
FACETS = {
    "topic": ("topic", "scheme/topic/"),
    "aspect": ("aspect", "scheme/aspect/"),
    "region": ("region", "id/region/"),
    "group": ("target_group", "scheme/target-group/"),
}


@dataclass
class Facet:
    """One filter: its key, its word, how many practices each value has, and the value chosen."""

    key: str
    word: str
    chosen: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def slugs(self) -> set[str]:
        """Last parts of the values, as they stand in addresses."""
        return {last_part(iri) for iri in self.counts}


@dataclass
class Card:
    """What a list shows of one practice."""

    iri: str
    title: Term
    description: Term | None = None
    regions: list[str] = field(default_factory=list)
    region_named: str = ""
    topics: list[str] = field(default_factory=list)
    start: str = ""
    end: str = ""


async def read_facets(visit: Visit, keys: tuple[str, ...]) -> list[Facet]:
    """Give the filters with the number of practices of each value."""
    rows = await visit.ask("practice_facets")
    facets = {key: Facet(key, FACETS[key][0], visit.request.query_params.get(key, "")) for key in keys}
    for row in rows:
        if "value" in row and row["facet"].value in facets:
            facets[row["facet"].value].counts[row["value"].value] = int(row["count"].value)
    return list(facets.values())


def chosen_terms(visit: Visit, keys: tuple[str, ...]) -> dict[str, NamedNode | None]:
    """Give the filters of the address as terms; None where any will do."""
    parameters = visit.request.query_params
    return {key: visit.iri(FACETS[key][1] + parameters[key]) if parameters.get(key) else None for key in keys}


def chosen_words(words: str) -> dict[str, str]:
    """Give the words looked for, folded like the search texts, each under its variable; practices have all of them.

    >>> chosen_words("Länsstyrelsen  Språk")
    {'word1': 'lansstyrelsen', 'word2': 'sprak'}
    """
    return {f"word{place}": word for place, word in enumerate(plain(words).split()[:WORDS_READ], 1)}


def ignored_words(words: str) -> list[str]:
    """Give the words that are too many to be looked for."""
    return plain(words).split()[WORDS_READ:]


def titles_of(rows: Rows, language: str) -> dict[str, Term]:
    """Give the practices of the rows with their best titles, sorted by title."""
    titles: dict[str, list[Term]] = {}
    for row in rows:
        titles.setdefault(row["practice"].value, []).append(row["title"])
    best = {iri: best_text(texts, language) for iri, texts in titles.items()}
    return dict(sorted(best.items(), key=lambda item: name_order(item[1].value, language)))


async def read_cards(visit: Visit, titles: dict[str, Term]) -> list[Card]:
    """Give the cards of the practices, in their order."""
    cards = {iri: Card(iri, title) for iri, title in titles.items()}
    descriptions: dict[str, list[Term]] = {}
    for row in await visit.ask("practice_cards", practice=[NamedNode(iri) for iri in titles], shown=False):
        card, name, value = cards[row["practice"].value], last_part(row["property"].value), row["value"]
        if name == "description":
            descriptions.setdefault(card.iri, []).append(value)
        elif name == "inRegion":
            card.regions.append(value.value)
        elif name == "topic":
            card.topics.append(value.value)
        elif name == "regionAsNamed":
            card.region_named = value.value
        elif name in ("startDate", "endDate"):
            setattr(card, name.removesuffix("Date"), value.value[:4])
    for iri, texts in descriptions.items():
        cards[iri].description = best_text(texts, visit.reader.language)
    return list(cards.values())
