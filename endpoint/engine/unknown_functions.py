"""Functions that nobody here knows. A query that calls one is still SPARQL: the call gives no value, like any other error
of an expression, and the client is warned.
Source: SPARQL 1.1 Query Language, 17.2 and 17.6."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import pyoxigraph as ox

from regin_graph.geosparql.problems import note

UNKNOWN = re.compile(r"The custom function <([^>]*)> is not supported")
# A query that calls more of them than this is refused.
MOST = 20

Functions = Mapping[ox.NamedNode, Callable[..., Any]]


def evaluated(ask: Callable[[Functions], Any], functions: Functions) -> Any:
    """Give what `ask` gives when it is handed functions that cover all that are called. Raises: RuntimeError beyond MOST."""
    unknown: dict[ox.NamedNode, Callable[..., Any]] = {}
    while True:
        try:
            return ask({**functions, **unknown} if unknown else functions)
        except RuntimeError as error:
            found = UNKNOWN.fullmatch(str(error))
            if found is None or len(unknown) >= MOST:
                raise
            unknown[ox.NamedNode(found[1])] = no_value
            note(f"There is no function <{found[1]}> here: its calls give no value. The service description lists those there are.")


def no_value(*_arguments: Any) -> None:
    """Give nothing, which is an error of the expression that calls."""
