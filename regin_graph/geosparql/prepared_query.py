"""A query ready for the engine: its text, how it was prepared, and its answer."""

from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import QueryResultsFormat, Store, parse_query_results

from regin_graph.geosparql.called_functions import NOTHING, Called, called_functions
from regin_graph.geosparql.known_answers import KnownAnswer


@dataclass(frozen=True)
class PreparedQuery:
    """A query as it came and, where it was rewritten, as a tree; `known` is its answer where the index tells all of it.

    The text of a rewritten query may hold a hundred thousand rows, so it is written only when somebody wants it.
    """

    source: str
    notes: tuple
    tree: object = None
    known: KnownAnswer | None = None
    generated: tuple[str, ...] = ()  # names of functions that rewriting brought in

    @property
    def is_rewritten(self) -> bool:
        """Tell whether the text is another one than that which came."""
        return self.tree is not None

    @cached_property
    def text(self) -> str:
        """Give the text to hand to the engine."""
        return self.source if self.tree is None else self.tree.text

    @property
    def explanation(self) -> str:
        """Give how the query was prepared; of a rewritten one its text, with the look-ups in the index as comments."""
        return "\n".join([*(f"# {note}" for note in self.notes), self.text]) if self.is_rewritten else " ".join(self.notes)

    @cached_property
    def called(self) -> Called:
        """Give the functions and aggregates that the engine needs for the answer."""
        return called_functions(self.source, *self.generated) if self.known is None else NOTHING

    def answer(self, store: Store, **options):
        """Give the answer over a store: from the index where it knows all of it, otherwise as `Store.query` gives it with these options."""
        if self.known is not None:
            return parse_query_results(self.known.rows(), QueryResultsFormat.TSV)
        return store.query(self.text, **options)
