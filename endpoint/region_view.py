"""What is known of one region: scores, results in words, competences, context figures, practices, codes."""

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace

from pyoxigraph import NamedNode

from endpoint.languages import best_text
from endpoint.practice_list import titles_of
from endpoint.queries import Term
from endpoint.visit import Rows, Visit

TEXTS = {
    "text",
    "option",
    "statement",
    "note",
    "field_text",
    "holder_text",
    "legal_basis",
    "area_note",
    "indicator_text",
    "unit_text",
    "dataset",
}


@dataclass
class RegionView:
    """Answers about one region; empty lists where nothing is known to us."""

    iri: str
    scores: list[SimpleNamespace] = field(default_factory=list)
    results: list[SimpleNamespace] = field(default_factory=list)
    answers: list[SimpleNamespace] = field(default_factory=list)
    competences: list[SimpleNamespace] = field(default_factory=list)
    figures: list[SimpleNamespace] = field(default_factory=list)
    practices: list[str] = field(default_factory=list)
    codings: list[SimpleNamespace] = field(default_factory=list)

    @property
    def latest_figures(self) -> list[SimpleNamespace]:
        """The newest figure of each indicator, group, sex and area."""
        newest: dict[tuple, SimpleNamespace] = {}
        for figure in self.figures:
            key = (
                figure.indicator,
                figure.indicator_text and figure.indicator_text.value,
                figure.group,
                figure.sex,
                figure.area,
            )
            if key not in newest or last_day(figure.period) > last_day(newest[key].period):
                newest[key] = figure
        return list(newest.values())


def last_day(period: str | None) -> str:
    """Give the last day of a period, by which periods of different precision are compared.

    >>> last_day("2019") > last_day("2019-01-01"), last_day(None)
    (True, '')
    """
    return period + "-12-31"[len(period) - 4 :] if period else ""


async def read_region(visit: Visit, region: NamedNode) -> RegionView:
    """Give all that is known of the region."""
    names = (
        "region_scores",
        "region_results",
        "region_answers",
        "region_competences",
        "region_figures",
        "region_practices",
        "region_codings",
    )
    scores, results, answers, competences, figures, practices, codings = await asyncio.gather(
        *(visit.ask(name, region=region) for name in names)
    )
    language = visit.reader.language
    return RegionView(
        region.value,
        scores=one_per(scores, "score", ("dimension", "value", "edition", "state", "note"), language),
        results=one_per(
            results, "result", ("statement", "kind", "edition", "group"), language, many={"dimension": "dimensions"}
        ),
        answers=one_per(
            answers,
            "answer",
            ("indicator", "dimension", "edition", "option", "points", "reason", "agreement", "text"),
            language,
        ),
        competences=one_per(
            competences,
            "competence",
            ("kind", "extent", "level", "holder", "field_text", "holder_text", "legal_basis", "group", "note"),
            language,
            many={"field": "fields"},
        ),
        figures=one_per(
            figures,
            "figure",
            (
                "indicator",
                "indicator_text",
                "group",
                "sex",
                "value",
                "class",
                "unit",
                "unit_text",
                "period",
                "area",
                "fit",
                "area_note",
                "dataset",
            ),
            language,
        ),
        practices=list(titles_of(practices, language)),
        codings=one_per(codings, "coding", ("list", "notation", "code", "fit", "note"), language),
    )


def one_per(
    rows: Rows, key: str, names: tuple[str, ...], language: str, many: dict[str, str] | None = None
) -> list[SimpleNamespace]:
    """Give one record per thing from rows that repeat it per source, language or value.
    Shape: attributes `key`, each of `names` (a text stays a term, else its value, the first in alphabetical order; None when
    unbound), those of `many` as sorted lists under their plural, and `sources`."""
    many = many or {}
    gathered: dict[str, dict[str, list[Term]]] = {}
    for row in rows:
        slots = gathered.setdefault(row[key].value, {})
        for name in (*names, *many, "source"):
            if name in row and row[name] not in slots.setdefault(name, []):
                slots[name].append(row[name])
    records = []
    for iri, slots in gathered.items():
        record = SimpleNamespace(**{key: iri}, sources=[term.value for term in slots.get("source", [])])
        for name in names:
            terms = slots.get(name, [])
            setattr(record, name, best_text(terms, language) if name in TEXTS else min((term.value for term in terms), default=None))
        for name, plural in many.items():
            setattr(record, plural, sorted(term.value for term in slots.get(name, [])))
        records.append(record)
    return records
