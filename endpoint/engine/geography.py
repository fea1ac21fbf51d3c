"""Geography in a query process: the spatial functions, the index of the release, and queries made ready for both."""

from importlib import resources
from pathlib import Path

import pyoxigraph as ox

from endpoint.lexing import DEFAULT_PREFIXES, read_prologue
from regin_graph import geosparql
from regin_graph.geosparql import geodesy
from regin_graph.geosparql.vocabulary import GEOMETRY_DATATYPES, MARK

Term = ox.NamedNode | ox.BlankNode | ox.Literal

# Folder of the saved index in a release, beside its store.
INDEX_FOLDER = "spatial_index"
FIRST_QUERY = resources.files("regin_graph.geosparql") / "queries" / "first_query.rq"


class Geography:
    """Spatial functions, and the index that queries are rewritten with. Without an index one is made from the store at
    the first query that needs it, as in scratch stores: they change and are small."""

    def __init__(self, index: geosparql.SpatialIndex | None = None):
        self._index = index

    def make_ready(self) -> None:
        """Read in what a first spatial query needs beside the index: copies of this process share it, and their first answers come at once."""
        geodesy.ellipsoid()
        if self._index is not None:
            geosparql.prepare(FIRST_QUERY.read_text("utf-8"), self._index, plain_dataset=True)

    def functions(self, text: str) -> tuple[dict, dict]:
        """Give functions and aggregates for an update."""
        return geosparql.called_functions(text)

    def check(self, text: str) -> None:
        """Look through the calls of spatial functions. Raises: ImpossibleCall for one that can never give a value."""
        if MARK in text:
            geosparql.refuse_impossible_calls(text, DEFAULT_PREFIXES)

    def prepare_update(self, text: str, store: ox.Store, rdfs: bool, rewrite: bool, strict: bool) -> str:
        """Give the update as it is made; one that names no spatial term stays as it is. Raises: ImpossibleCall when strict."""
        if MARK not in text:
            return text
        if strict:
            self.check(text)
        return geosparql.prepare_update(text, geosparql.stated_schema(store), rdfs=rdfs, rewrite=rewrite, prefixes=DEFAULT_PREFIXES)

    def prepare(self, text: str, store: ox.Store, has_dataset: bool, rdfs: bool = True, rewrite: bool = True, strict: bool = True, substitutions: dict[str, Term] | None = None) -> geosparql.PreparedQuery:
        """Give the query as it is evaluated; one that names no spatial term stays as it is. `rdfs` switches RDFS entailment
        of spatial terms, `rewrite` relations as properties; `substitutions` are the terms that the engine puts in for variables.
        Raises: ImpossibleCall when strict, for a function that can never give a value."""
        if strict:
            self.check(text)
        if MARK in text and self._index is None:
            self._index = geosparql.SpatialIndex.build(store)
        known = (geometry_values(text) if MARK in text else {}) | (substitutions or {})
        return geosparql.prepare(text, self._index, rdfs=rdfs, rewrite=rewrite, plain_dataset=not has_dataset, prefixes=DEFAULT_PREFIXES, substitutions=known, store=None if has_dataset else store)


def geometry_values(text: str) -> dict[str, ox.Literal]:
    """Give the geometries that a query binds at the head of its pattern, one to a variable, as the map's questions do:
    every solution has them, so the index can look them up as constants. Sub-selects may mean another variable by the name.

    >>> list(geometry_values("SELECT * WHERE { VALUES ?box { 'POINT(1 1)'^^<http://www.opengis.net/ont/geosparql#wktLiteral> } ?s ?p ?o }"))
    ['box']
    """
    if "VALUES" not in text.upper():
        return {}
    prologue, stream = read_prologue(text)
    tokens = list(stream)
    words = [token.text.upper() if token.kind == "word" else "" for token in tokens]
    if "WHERE" not in words or tokens[words.index("WHERE")].depth or any(token.depth for token, word in zip(tokens, words, strict=True) if word == "SELECT"):
        return {}
    place, found = words.index("WHERE") + 2, {}
    while words[place:place + 1] == ["VALUES"] and len(tokens) > place + 3:
        variable, opening = tokens[place + 1:place + 3]
        if variable.kind != "variable" or opening.text != "{":
            break
        closing = next((after for after in range(place + 3, len(tokens)) if tokens[after].text == "}"), len(tokens))
        value = tokens[place + 3:closing]
        if [token.kind for token in value] in (["string", "iri"], ["string", "name"]):
            kind = prologue.resolve(value[1])
            if kind in GEOMETRY_DATATYPES:
                found |= {variable.text[1:]: literal for literal in _read_literal(value[0].text, kind)}
        place = closing + 1
    return found


def _read_literal(quoted: str, kind: str) -> list[ox.Literal]:
    try:
        return [quad.object for quad in ox.parse(f"<urn:s> <urn:p> {quoted}^^<{kind}> .", format=ox.RdfFormat.TURTLE)]
    except SyntaxError:  # the engine will say so in its own words
        return []


def open_index(folder: Path) -> geosparql.SpatialIndex | None:
    """Give the spatial index saved in a folder, or None where there is none of this version."""
    if not (folder / "index.json").is_file():
        return None
    try:
        return geosparql.SpatialIndex.open(folder)
    except ValueError:
        return None


def save_index(store: Path, folder: Path) -> None:
    """Make the spatial index of a store and save it in a folder."""
    geosparql.SpatialIndex.build(ox.Store.read_only(str(store))).save(folder)


def function_names() -> tuple[list[str], list[str]]:
    """Give the IRIs of the functions and of the aggregates."""
    return sorted(iri.value for iri in geosparql.CUSTOM_FUNCTIONS), sorted(iri.value for iri in geosparql.CUSTOM_AGGREGATES)

