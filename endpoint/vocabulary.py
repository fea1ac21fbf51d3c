"""What is told of a term of the vocabulary: its uses, its place among the others, the rules for it, an example query."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from pyoxigraph import NamedNode
from starlette.requests import Request

from endpoint.errors import NotFound
from endpoint.examples import Example, read_examples
from endpoint.published import published
from endpoint.queries import Term
from endpoint.questions import question
from endpoint.visit import Visit, last_part

RELATIONS = {"subClassOf": "parents", "subPropertyOf": "parents", "domain": "domains", "range": "ranges"}


@dataclass
class TermFacts:
    """A term. Shape: IRI, kind (class or property), definition, uses with the query that finds them; parents, domains, ranges;
    rules; an example query; whether it is deprecated, and what to use in its place."""

    iri: str
    kind: str
    definition: Term | None = None
    uses: int = 0
    query: str = ""
    parents: list[str] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)
    rules: list[dict] = field(default_factory=list)
    example: Example | None = None
    is_deprecated: bool = False
    replacements: list[str] = field(default_factory=list)


async def read_terms(visit: Visit, iri: str = "") -> dict[str, TermFacts]:
    """Give what is told of the terms, or of one of them. Shape: IRI → facts."""
    only = {"term": NamedNode(iri)} if iri else {}
    found: dict[str, TermFacts] = {}
    for row in await visit.ask("terms", shown=not iri, **only):
        kind = "class" if last_part(row["kind"].value) == "Class" else "property"
        facts = found.setdefault(row["term"].value, TermFacts(row["term"].value, kind, row.get("definition")))
        facts.is_deprecated |= "deprecated" in row and row["deprecated"].value in ("true", "1")
        if "replacement" in row and row["replacement"].value not in facts.replacements:
            facts.replacements.append(row["replacement"].value)
    for row in await visit.ask("term_connections", shown=False, **only):
        facts = found.get(row["term"].value)
        if facts:
            getattr(facts, RELATIONS[last_part(row["relation"].value)]).append(row["other"].value)
    counts, rules = await _counted(visit.request)
    examples = examples_of_terms(read_examples(visit.base))
    for facts in found.values():
        facts.uses = counts.get(facts.iri, 0)
        facts.query = question(f"uses_of_{facts.kind}", base=visit.base, **{facts.kind: NamedNode(facts.iri)}).path
        facts.rules = rules.get(facts.iri, [])
        facts.example = examples.get(last_part(facts.iri))
        visit.mention(rule["of"] for rule in facts.rules)
    return found


async def _counted(request: Request) -> tuple[dict[str, int], dict[str, list[dict]]]:
    """Give how often each class and property is used, and the rules of each, as found when the release was built."""
    try:
        content = (await published(request)).current.content
    except NotFound:
        return {}, {}
    return content["void"]["properties"] | content["void"]["classes"], content.get("rules", {})


def examples_of_terms(examples: Iterable[Example]) -> dict[str, Example]:
    """Give an example query for each term that one uses: the shortest. Shape: name of the term → example."""
    using: dict[str, list[Example]] = defaultdict(list)
    for example in examples:
        for name in set(re.findall(r"\bregin:(\w+)", example.text)):
            using[name].append(example)
    return {name: min(found, key=lambda example: (len(example.text), example.name)) for name, found in using.items()}
