"""Answer a batch: candidates by name, weighed by the properties that were asked for."""

import asyncio
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from endpoint.engine import Engine
from endpoint.queries import Term
from endpoint.reconciliation.batch import MatchQuery, PropertyWish, ThingNamed
from endpoint.reconciliation.catalogue import Catalogue
from endpoint.reconciliation.properties import names_of, property_values
from endpoint.reconciliation.spaces import Space
from regin_graph.reconciliation.index import Candidate, Name, is_certain
from regin_graph.reconciliation.names import key

# How much of a score the properties make up, and what a type that only should hold takes away.
PROPERTY_SHARE, TYPE_MISSED = 0.3, 20.0
# More candidates than asked for are taken when properties will sort them anew.
WIDER = 5
ENOUGH_ALIKE = 80.0


@dataclass(frozen=True)
class Match:
    """A candidate with what it was weighed by. Shape: candidate (its score is the final one), features by id, certain or not."""

    candidate: Candidate
    features: dict[str, float]
    is_certain: bool = False


async def match_batch(queries: dict[str, MatchQuery], catalogue: Catalogue, engine: Engine, space: Space) -> dict[str, list[Match]]:
    """Give the matches of every query of a batch, best first."""
    found = await asyncio.to_thread(_by_name, queries, catalogue)
    await _by_property_alone(queries, found, catalogue, engine, space)
    known = await _property_values(queries, found, engine, space)
    names = await names_of(engine, {term.value for values in known.values() for terms in values.values() for term in terms if term.kind == "iri"}, space)
    return {name: _weighed(query, found[name], known, names) for name, query in queries.items()}


def _by_name(queries: dict[str, MatchQuery], catalogue: Catalogue) -> dict[str, list[Candidate]]:
    groups: dict[tuple, list[str]] = {}
    for name, query in queries.items():
        limit = query.limit * WIDER if query.properties or query.strictness != "any" else max(query.limit, 2)
        groups.setdefault((query.types, query.strictness, limit), []).append(name)
    found: dict[str, list[Candidate]] = {}
    for (types, strictness, limit), members in groups.items():
        texts = [queries[name].text for name in members]
        few = catalogue.index.candidates(texts, types, limit)
        if strictness == "should" and types:
            few = [_with_others(near, others, types) for near, others in zip(few, catalogue.index.candidates(texts, frozenset(), limit), strict=True)]
        elif strictness == "all":
            few = [[one for one in near if types <= set(one.entity.types)] for near in few]
        found |= dict(zip(members, few, strict=True))
    return found


def _with_others(near: list[Candidate], others: list[Candidate], types: frozenset[str]) -> list[Candidate]:
    """Give the candidates of the types, and behind them those of other types, whose scores are lower for that."""
    missed = [replace(one, score=round(max(0.0, one.score - TYPE_MISSED), 2)) for one in others if not types & set(one.entity.types)]
    return sorted([*near, *missed], key=lambda one: -one.score)


async def _by_property_alone(queries, found, catalogue: Catalogue, engine: Engine, space: Space) -> None:
    """For queries without a name: every entity whose first property has such a value."""
    for name, query in queries.items():
        if query.text.strip():
            continue
        values = await property_values(engine, query.properties[0].property, None, space)
        names = await names_of(engine, {term.value for terms in values.values() for term in terms if term.kind == "iri"}, space)
        entities = [catalogue.index.entities[iri] for iri, terms in values.items()
                    if iri in catalogue.index.entities and _likeness(query.properties[0], terms, names) >= ENOUGH_ALIKE]
        kept = [entity for entity in entities if not query.types or query.types & set(entity.types)]
        found[name] = [Candidate(entity, Name(""), 100.0) for entity in sorted(kept, key=lambda entity: entity.iri)]


async def _property_values(queries, found, engine: Engine, space: Space) -> dict[str, dict[str, list[Term]]]:
    wanted: dict[str, set[str]] = {}
    for name, query in queries.items():
        for wish in query.properties:
            wanted.setdefault(wish.property, set()).update(one.entity.iri for one in found[name])
    return {name: await property_values(engine, name, sorted(iris), space) if iris else {} for name, iris in wanted.items()}


def _weighed(query: MatchQuery, candidates: list[Candidate], known, names) -> list[Match]:
    matches = []
    for candidate in candidates:
        features = {"name": candidate.score} if query.text.strip() else {}
        alike = []
        for wish in query.properties:
            terms = known[wish.property].get(candidate.entity.iri)
            if terms is not None:
                features[wish.property] = round(_likeness(wish, terms, names), 2)
            # Nothing known speaks neither for nor against.
            alike.append(features.get(wish.property, 50.0))
        if alike:
            score = (1 - PROPERTY_SHARE) * candidate.score + PROPERTY_SHARE * sum(alike) / len(alike)
            candidate = replace(candidate, score=round(score, 2))
        if all(features.get(wish.property, 100.0 if wish.quantifier == "none" else 0.0) >= ENOUGH_ALIKE for wish in query.properties if wish.is_required):
            matches.append(Match(candidate, features))
    # Equal scores stay in the order in which the names came: the nearest first.
    matches.sort(key=lambda match: -match.candidate.score)
    if matches and query.text.strip() and is_certain([match.candidate for match in matches]):
        matches[0] = replace(matches[0], is_certain=True)
    return matches[:query.limit]


def _likeness(wish: PropertyWish, terms: list[Term], names: dict[str, list[Term]]) -> float:
    """Give how well the values fit the wish, 0 to 100: the best of the values wished for, the worst of all, or none of them."""
    each = [max((_one_likeness(value, term, names) for term in terms), default=0.0) for value in wish.values]
    if wish.quantifier == "all":
        return min(each, default=0.0)
    return 100.0 - max(each, default=0.0) if wish.quantifier == "none" else max(each, default=0.0)


def _one_likeness(value, term: Term, names: dict[str, list[Term]]) -> float:
    if isinstance(value, ThingNamed):
        if value.identifier == term.value:
            return 100.0
        value = value.name
    if isinstance(value, bool):
        return 100.0 if term.value == str(value).lower() else 0.0
    if isinstance(value, int | float):
        return _number_likeness(float(value), term.value)
    if term.kind == "iri":
        texts = [name.value for name in names.get(term.value, ())] + [term.value, term.value.rstrip("/").rpartition("/")[2]]
        return max(fuzz.ratio(key(value), key(text)) for text in texts)
    return fuzz.ratio(key(value), key(term.value))


def _number_likeness(value: float, text: str) -> float:
    try:
        known = float(text)
    except ValueError:
        return 0.0
    largest = max(abs(known), abs(value))
    return 100.0 if largest == 0 else max(0.0, 100.0 * (1 - abs(known - value) / largest))
