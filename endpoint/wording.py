"""Whether the words of a source say more than the names that stand beside them."""

from collections.abc import Iterable

from regin_graph.reconciliation.names import plain

SMALL_WORDS = frozenset({"a", "all", "and", "for", "in", "of", "or", "the", "to"})


def says_more(words: str, names: Iterable[str]) -> bool:
    """Tell whether the words say anything that the names do not.

    >>> says_more("integration of migrants and refugees", ["migrant and refugee integration"])
    False
    >>> says_more("public transport", ["all integration fields"])
    True
    """
    return not _stems(words) <= {stem for name in names for stem in _stems(name)}


def _stems(words: str) -> set[str]:
    return {word.removesuffix("s") for word in plain(words).split()} - SMALL_WORDS
