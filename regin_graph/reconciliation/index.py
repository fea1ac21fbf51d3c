"""The index of names: every name of everything that can be matched, and the best candidates for a name asked."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from rapidfuzz import fuzz, process

from regin_graph.reconciliation.names import heart, key, readings

# Scores of a name that is not the same: alike without its generic words, or only part of a longer name.
HEART_WEIGHT, PART_WEIGHT = 0.97, 0.85
# From here a candidate is taken as certain, when no other comes this close.
CERTAIN, APART = 95.0, 2.0
WEAKEST = 45.0
# A word that more names share than this leads nowhere.
COMMON_WORD = 300
SHORTLIST = 30


@dataclass(frozen=True)
class Name:
    """One name of an entity. Shape: text, language tag or empty, kind (name, other, code, country)."""

    text: str
    language: str = ""
    kind: str = "name"


@dataclass
class Entity:
    """Something that can be matched. Shape: IRI, types (IRIs of classes and schemes), names."""

    iri: str
    types: list[str] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)

    def named(self, language: str, kind: str = "name") -> str:
        """Give the best name in a language: that language, English, any; the last part of the IRI when there is none."""
        found = [name for name in self.names if name.kind == kind]
        found.sort(key=lambda name: (name.language != language, name.language != "en"))
        return found[0].text if found else "" if kind != "name" else self.iri.rpartition("/")[2]


@dataclass(frozen=True)
class Candidate:
    """An entity that a name may mean. Shape: entity, the name of it that fits best, score 0 to 100."""

    entity: Entity
    name: Name
    score: float


class NameIndex:
    """All names, searchable. Made once per release. `hidden`: types whose entities are found only when asked for by type."""

    def __init__(self, entities: Iterable[Entity], hidden: frozenset[str] = frozenset()):
        self.entities = {entity.iri: entity for entity in entities}
        self.hidden = hidden
        self.rows: list[tuple[Entity, Name]] = []
        keys, hearts = [], []
        self._codes: dict[str, list[tuple[Entity, Name]]] = defaultdict(list)
        self._words: dict[str, list[int]] = defaultdict(list)
        for entity in self.entities.values():
            for name in entity.names:
                if name.kind == "code":
                    self._codes[key(name.text)].append((entity, name))
                elif name.kind in ("name", "other"):
                    for reading in readings(name.text):
                        for word in set(key(reading).split()):
                            self._words[word].append(len(self.rows))
                        self.rows.append((entity, name))
                        keys.append(key(reading))
                        hearts.append(heart(reading))
        self._keys, self._hearts = keys, hearts
        self.types = frozenset(type_iri for entity in self.entities.values() for type_iri in entity.types)
        self._is_hidden = np.array([bool(hidden & set(entity.types)) for entity, _ in self.rows], dtype=bool)
        self._rows_of_type: dict[str | None, np.ndarray] = {}

    def rows_of(self, types: frozenset[str]) -> np.ndarray:
        """Give the numbers of the rows whose entity has one of the types; with no types, all that are not hidden."""
        # Kept for each type and not for each set of types: of sets anybody can ask for any number.
        known = [self._rows_of(one) for one in types & self.types] if types else [self._rows_of(None)]
        rows = np.unique(np.concatenate(known)) if known else np.array([], dtype=np.int64)
        return rows if not types or types & self.hidden else rows[~self._is_hidden[rows]]

    def _rows_of(self, type_iri: str | None) -> np.ndarray:
        if type_iri not in self._rows_of_type:
            wanted = [number for number, (entity, _) in enumerate(self.rows) if (type_iri in entity.types if type_iri else not self._is_hidden[number])]
            self._rows_of_type[type_iri] = np.array(wanted, dtype=np.int64)
        return self._rows_of_type[type_iri]

    def _admits(self, entity: Entity, types: frozenset[str]) -> bool:
        own = set(entity.types)
        return bool(not types or types & own) and (not self.hidden & own or bool(self.hidden & types))

    def candidates(self, texts: Sequence[str], types: frozenset[str] = frozenset(), limit: int = 5) -> list[list[Candidate]]:
        """Give for each text the best candidates, best first."""
        rows = self.rows_of(types)
        distinct = list(dict.fromkeys(texts))
        found: dict[str, list[Candidate]] = {}
        for start in range(0, len(distinct), 256):
            part = distinct[start:start + 256]
            for text, numbers in zip(part, self._shortlists(part, rows), strict=True):
                found[text] = self._ranked(text, numbers, types, limit)
        return [found[text] for text in texts]

    def _shortlists(self, texts: Sequence[str], rows: np.ndarray) -> list[set[int]]:
        if not len(rows):
            return [set() for _ in texts]
        near = [[lookup[number] for number in rows] for lookup in (self._keys, self._hearts)]
        allowed, found = set(rows.tolist()), []
        closest = [process.cdist([make(text) for text in texts], column, scorer=fuzz.ratio, dtype=np.uint8)
                   for make, column in ((key, near[0]), (heart, near[1]))]
        for position, text in enumerate(texts):
            numbers: set[int] = set()
            for scores in (matrix[position] for matrix in closest):
                best = np.argpartition(scores, -SHORTLIST)[-SHORTLIST:] if len(scores) > SHORTLIST else np.arange(len(scores))
                numbers.update(rows[best].tolist())
            for word in key(text).split():
                if len(self._words.get(word, ())) <= COMMON_WORD:
                    numbers.update(allowed.intersection(self._words.get(word, ())))
            found.append(numbers)
        return found

    def _ranked(self, text: str, numbers: set[int], types: frozenset[str], limit: int) -> list[Candidate]:
        asked, asked_heart = key(text), heart(text)
        best: dict[str, Candidate] = {}
        # Of names with the same score the one that is nearer with all its words comes first: Campania before Regione Campania.
        whole: dict[str, float] = {}
        if asked:
            for number in numbers:
                entity, name = self.rows[number]
                self._keep(best, entity, name, self._similarity(asked, asked_heart, number))
                whole[entity.iri] = max(whole.get(entity.iri, 0.0), fuzz.ratio(asked, self._keys[number]))
        for entity, name in self._codes.get(asked, ()):
            if self._admits(entity, types):
                self._keep(best, entity, name, 100.0)
        if text in self.entities:
            entity = self.entities[text]
            self._keep(best, entity, Name(text, kind="code"), 100.0)
        ranked = sorted(best.values(), key=lambda candidate: (-candidate.score, -whole.get(candidate.entity.iri, 0.0), candidate.entity.iri))
        return [candidate for candidate in ranked if candidate.score >= WEAKEST][:limit]

    def _similarity(self, asked: str, asked_heart: str, number: int) -> float:
        known, known_heart = self._keys[number], self._hearts[number]
        if asked == known:
            return 100.0
        # Generic words count for nothing, else regions would be alike for being called regions.
        return max(HEART_WEIGHT * fuzz.ratio(asked_heart, known_heart), PART_WEIGHT * fuzz.token_set_ratio(asked_heart, known_heart))

    @staticmethod
    def _keep(best: dict[str, Candidate], entity: Entity, name: Name, score: float) -> None:
        if entity.iri not in best or score > best[entity.iri].score:
            best[entity.iri] = Candidate(entity, name, round(score, 2))

    def starting_with(self, prefix: str, types: frozenset[str] = frozenset(), limit: int = 10) -> list[Entity]:
        """Give the entities with a name, or a word of a name, that starts like this; then those that are near."""
        wanted, found = key(prefix), {}
        words = wanted.split()
        for number in self.rows_of(types).tolist():
            entity, name = self.rows[number]
            known = self._keys[number].split()
            if words and all(any(one.startswith(word) for one in known) for word in words):
                rank = (name.kind != "name", len(known), name.text)
                found[entity.iri] = min(found.get(entity.iri, rank), rank)
        ordered = sorted(found, key=lambda iri: found[iri])
        if len(ordered) < limit and wanted:
            near = self.candidates([prefix], types, limit)[0]
            ordered += [one.entity.iri for one in near if one.entity.iri not in found]
        return [self.entities[iri] for iri in ordered[:limit]]


def is_certain(candidates: Sequence[Candidate]) -> bool:
    """Tell whether the first candidate is the one: nearly the same name, and no other as near."""
    if not candidates or candidates[0].score < CERTAIN:
        return False
    return len(candidates) == 1 or candidates[0].score - candidates[1].score >= APART


def read_entities(types: Iterable[Mapping[str, str]], names: Iterable[tuple[str, Name]]) -> list[Entity]:
    """Give the entities from rows of `reconciliation_entities` (entity, type) and of `reconciliation_names`."""
    entities: dict[str, Entity] = {}
    for row in types:
        entity = entities.setdefault(row["entity"], Entity(row["entity"]))
        entity.types.append(row["type"])
    for iri, name in names:
        if iri in entities:
            entities[iri].names.append(name)
    return list(entities.values())
