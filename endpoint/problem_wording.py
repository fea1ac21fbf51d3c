"""A problem in the reader's language: title and what helps as interface words; what only its detail tells stays English and says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from endpoint.errors import Problem
from endpoint.languages import DEFAULT

NAMED = 50
# Members of a problem that list what there is in place of what was asked for.
LISTS = ("available", "known", "accepted")


@dataclass(frozen=True)
class ToldProblem:
    """What a page tells of a problem. `language` is that of title and text where it is not the page's; `detail` is in English
    where the page is not; `known`: what there is in its place; `back`: the address of the list that has no such page."""

    title: str
    text: str
    language: str
    detail: str
    known: tuple[str, ...]
    back: str


def told_problem(problem: Problem, words: Mapping[str, str], language: str) -> ToldProblem:
    """Give what a page in this language tells of a problem.

    >>> told_problem(Problem("The disk is full."), {"problem_internal": "Fel", "problem_internal_text": "Vårt."}, "sv").title
    'Fel'
    """
    key = f"problem_{problem.slug.replace('-', '_')}"
    known = map(str, next((problem.extra[one] for one in LISTS if problem.extra.get(one)), ()))
    shown, back = tuple(one for one in known if one not in problem.detail)[:NAMED], problem.extra.get("list", "")
    if language == DEFAULT:
        # The detail is in the page's language, and says more than the words for all.
        return ToldProblem(problem.title, problem.detail, "", "", shown, back)
    detail = "" if problem.detail == problem.explanation else problem.detail
    if key in words:
        return ToldProblem(words[key], words[f"{key}_text"], "", detail, shown, back)
    return ToldProblem(problem.title, problem.detail, DEFAULT, "", shown, back)
