"""Ask a release folder the named queries of this package, without a server."""

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Store

from regin_graph.errors import WrongUse

PATTERN_START = re.compile(r"\bWHERE\s*\{")


def open_release(release: Path) -> Store:
    """Give the store of a release, read-only. Raises: WrongUse when there is none."""
    if not (release / "store").is_dir():
        raise WrongUse("there is no release here.", "Run `regin build`, or name one with --release.", str(release))
    return Store.read_only(str(release / "store"))


def release_rows(store: Store, name: str, **values: NamedNode | Literal) -> Iterator[dict]:
    """Give the rows of a named query with these variables bound; an unbound variable has no key.
    Shape: variable name → term with a `value`."""
    text = files("regin_graph").joinpath("queries", f"{name}.rq").read_text(encoding="utf-8")
    # Values are written by the RDF library, at the head of the pattern, so that they narrow it from the start.
    bound = "".join(f" VALUES ?{variable} {{ {value} }}" for variable, value in values.items())
    solutions = store.query(PATTERN_START.sub(lambda start: start.group() + bound, text, count=1))
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: solution[name] for name in names if solution[name] is not None}
