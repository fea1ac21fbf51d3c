"""A record as it was read: who it is, what it states, from which sources, and where each statement stands."""

from dataclasses import dataclass, field

from regin_graph.build.report import Place


class Located(dict):
    """A mapping that knows the line of each key, and the sources of keys that have their own.

    Shape: key → text, list or Located; `lines`: key → line; `sources`: key → ids of sources.
    """

    def __init__(self, line: int):
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}
        self.sources: dict[str, tuple[str, ...]] = {}


@dataclass(frozen=True)
class Statement:
    """One field of a record as one or more sources give it.

    Shape: key of the context, content (text, list, language map or part), ids of the sources, place.
    """

    key: str
    content: object
    sources: tuple[str, ...]
    place: Place


@dataclass
class Record:
    """A record. Shape: IRI, classes (prefixed names), part classes by key, statements, place, status."""

    iri: str
    classes: tuple[str, ...]
    place: Place
    statements: list[Statement] = field(default_factory=list)
    parts: dict[str, str] = field(default_factory=dict)
    sources: tuple[str, ...] = ()

    def says(self, key: str, value: str) -> bool:
        """Tell whether a field of the record holds the value.

        >>> Record("x", (), Place("f"), [Statement("status", "draft", ("s",), Place("f"))]).says("status", "draft")
        True
        """
        return any(one.key == key and one.content in (value, [value]) for one in self.statements)
