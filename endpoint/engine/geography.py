"""Geography in a query process: the spatial functions and the index that queries are prepared with."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox


@dataclass(frozen=True)
class Geography:
    """Spatial functions and aggregates by IRI, and what turns a query into one that uses the index."""

    functions: dict[ox.NamedNode, Callable] = field(default_factory=dict)
    aggregates: dict[ox.NamedNode, Callable] = field(default_factory=dict)
    rewrite: Callable[[str, Any], str] | None = None
    index: Any = None

    def prepare(self, text: str) -> str:
        """Give the text that is evaluated; one that names no spatial term is left as it is."""
        return self.rewrite(text, self.index) if self.rewrite is not None else text


def load_geography() -> Geography:
    """Give the functions of the GeoSPARQL package, or none where it is not installed."""
    try:
        from regin_graph.geosparql import functions
    except ImportError:
        return Geography()
    return Geography(functions.CUSTOM_FUNCTIONS, functions.CUSTOM_AGGREGATES)
