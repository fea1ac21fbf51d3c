"""Example queries: ready questions with a title and a remark, from regin_graph/queries/examples."""

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlencode

from regin_graph.identifiers import CANONICAL_BASE, rebase


@dataclass(frozen=True)
class Example:
    """An example query: its name, what it asks, for whom, a remark (may be empty), and its text."""

    name: str
    title: str
    group: str
    remark: str
    text: str

    @property
    def path(self) -> str:
        """Address of the query editor with this example in it."""
        return "/sparql?" + urlencode({"query": self.text})


# The question that the editor opens with, and that the README answers.
FIRST = "practices_with_exclusive_housing_competence"


@cache
def read_examples(base: str = CANONICAL_BASE) -> tuple[Example, ...]:
    """Give all examples in this namespace; the one that the editor opens with comes first."""
    folder = files("regin_graph").joinpath("queries", "examples")
    texts = {
        entry.name.removesuffix(".rq"): rebase(entry.read_text(encoding="utf-8"), base)
        for entry in folder.iterdir()
        if entry.name.endswith(".rq")
    }
    return tuple(read_example(name, texts[name]) for name in sorted(texts, key=lambda name: (name != FIRST, name)))


def read_example(name: str, text: str) -> Example:
    """Give an example from its text: title and group of the header, the other comment lines as its remark."""
    header = re.findall(r"^# ?(.*)$", text, re.MULTILINE)
    title, group = (
        next((line.removeprefix(key).strip() for line in header if line.startswith(key)), "")
        for key in ("Title:", "Group:")
    )
    return Example(
        name, title, group, " ".join(line for line in header if not line.startswith(("Title:", "Group:"))), text
    )
