"""Each example gives the findings that its header expects, and no others."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
EXAMPLES = sorted(HERE.glob("*/*.ttl"))
SHARED = {"group", "list", "prefixes", "value"}


def expected(path: Path) -> set[tuple[str, str, str]]:
    """Give what the header lines `# expects: <shape> <severity> <component>` name."""
    lines = path.read_text("utf-8").splitlines()
    return {tuple(line.split()[2:]) for line in lines if line.startswith("# expects:")}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_example_gives_what_it_expects(path, findings):
    found, awaited = findings[path], expected(path)
    if not path.stem.endswith("complete"):
        # Small examples leave fields empty: the advice about those is no concern of theirs.
        found = {finding for finding in found if finding[1] != "Info" or finding in awaited}
    assert found == awaited
    assert path.name.startswith("invalid.") == bool(awaited), "invalid examples expect a finding, valid ones none"


def test_each_noun_has_examples():
    nouns = {path.stem for path in (HERE.parents[1] / "shapes").glob("*.ttl")} - SHARED
    assert {path.parent.name for path in EXAMPLES} == nouns, "one folder of examples for each file of shapes"
