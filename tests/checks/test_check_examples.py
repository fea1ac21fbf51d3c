"""Each rule across records finds what it is meant to find, and nothing else."""

import re
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, Store

HERE = Path(__file__).parent
BASE = "https://w3id.org/regin/"
RULES = sorted((HERE.parents[1] / "shapes" / "checks").glob("*.rq"))
HEADER = r"# Title: .+\n# Problem: .+\n# Repair: .+\n# Severity: (Violation|Warning|Info)\n(PREFIX|\n)"


def records_found(rule: Path, example: Path) -> list[str]:
    """Give the records that the rule finds in an example, without the base."""
    store = Store()
    store.load(path=str(example), format=RdfFormat.TRIG, base_iri=BASE)
    return sorted(row["record"].value.removeprefix(BASE) for row in store.query(rule.read_text("utf-8")))


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.stem)
def test_rule_finds_its_example(rule):
    example = HERE / rule.stem / "finding.trig"
    awaited = re.findall(r"^# expects: (\S+)$", example.read_text("utf-8"), re.MULTILINE)
    assert awaited and records_found(rule, example) == sorted(awaited)


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.stem)
def test_rule_passes_the_clean_example(rule):
    assert records_found(rule, HERE / rule.stem / "clean.trig") == []


def test_every_rule_has_a_pair_of_examples():
    pairs = {path.parent.name for path in HERE.glob("*/*.trig")}
    assert pairs == {rule.stem for rule in RULES}
    for rule in RULES:
        assert {path.name for path in (HERE / rule.stem).iterdir()} == {"finding.trig", "clean.trig"}, rule.stem


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.stem)
def test_rule_documents_itself(rule):
    text = rule.read_text("utf-8")
    assert re.match(HEADER, text), "the header has Title, Problem, Repair and Severity, a line each"
    assert re.search(r"SELECT .*\?record", text), "a finding names its record"
