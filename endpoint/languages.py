"""The eight languages of the pages: which one the reader wants, its interface words, and the best of several texts."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.requests import Request

from endpoint.queries import Term

LANGUAGES = {
    "en": "English",
    "fr": "Français",
    "de": "Deutsch",
    "it": "Italiano",
    "es": "Español",
    "pt": "Português",
    "sv": "Svenska",
    "el": "Ελληνικά",
}
DEFAULT = "en"
MESSAGES = Path(__file__).parent / "messages"


@dataclass(frozen=True)
class Reader:
    """Who reads the page: the language of the page, and whether the address named it (links then carry it on)."""

    language: str
    is_chosen: bool


def reader_of(request: Request) -> Reader:
    """Give the reader: `?lang=` wins, then Accept-Language, then English."""
    chosen = request.query_params.get("lang", "").lower()
    if chosen in LANGUAGES:
        return Reader(chosen, True)
    return Reader(accepted_language(request.headers.get("accept-language", "")), False)


def accepted_language(header: str) -> str:
    """Give the language of ours that an Accept-Language header prefers.
    Source: RFC 9110 section 12.5.4; a range `pt-BR` is answered with `pt` (RFC 4647 lookup).

    >>> accepted_language("ca, pt-BR;q=0.8, en;q=0.5")
    'pt'
    """
    ranges = []
    for position, part in enumerate(header.split(",")):
        name, _, weight = part.strip().partition(";")
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        ranges.append((-quality, position, name.strip().lower().split("-")[0]))
    for quality, _, name in sorted(ranges):
        if quality < 0 and name in LANGUAGES:
            return name
    return DEFAULT


@cache
def messages(language: str) -> dict[str, str]:
    """Give the interface words of a language; a word that it lacks comes in English."""
    own = tomllib.loads((MESSAGES / f"{language}.toml").read_text(encoding="utf-8"))
    return own if language == DEFAULT else messages(DEFAULT) | own


def best_text(texts: Iterable[Term], language: str) -> Term | None:
    """Give the text in the reader's language, else in English, else the first of any language; None of none."""
    ranked = sorted(texts, key=lambda text: (_rank(text, language), text.language or "", text.value))
    return ranked[0] if ranked else None


def best_texts(texts: Iterable[Term], language: str) -> list[Term]:
    """Give all texts of the best language there is, in their order: several sentences stay together."""
    texts = list(texts)
    best = best_text(texts, language)
    return [text for text in texts if best and text.language == best.language]


def _rank(text: Term, language: str) -> int:
    return 0 if text.language == language else 1 if text.language == DEFAULT else 2


def number_text(value: str, language: str) -> str:
    """Write a number for people: groups of three apart by a narrow space, the decimal sign of the language.

    >>> number_text("1611119.50", "de")
    '1\\u202f611\\u202f119,5'
    """
    try:
        float(value)
    except ValueError:
        return value
    if not set(value) <= set("+-0123456789."):
        return value
    whole, _, fraction = value.partition(".")
    fraction = fraction.rstrip("0")
    grouped = f"{int(whole or 0):,}".replace(",", "\u202f")
    return grouped + ((("." if language == DEFAULT else ",") + fraction) if fraction else "")
