"""Run the rules across records: each shapes/checks/<rule>.rq is a SELECT, and any row is a finding."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad, Store

from regin_graph.build.report import SEVERITIES, Finding, Place
from regin_graph.errors import WrongUse
from regin_graph.identifiers import rebase


@dataclass(frozen=True)
class Rule:
    """A rule across records. Shape: name, title, problem, repair, severity, query."""

    name: str
    title: str
    problem: str
    repair: str
    severity: str
    query: str


def read_rule(path: Path, base: str) -> Rule:
    """Give a rule from its file: header lines `# Title:`, `# Problem:`, `# Repair:`, `# Severity:`, then the query."""
    text = rebase(path.read_text("utf-8"), base)
    header = {}
    for line in text.splitlines():
        if match := re.match(r"#\s*(Title|Problem|Repair|Severity):\s*(.+)", line):
            header[match[1].lower()] = match[2].strip()
        elif line.startswith("#") and header:
            header[list(header)[-1]] += " " + line.lstrip("# ").strip()
        elif not line.startswith("#"):
            break
    if header.keys() != {"title", "problem", "repair", "severity"} or header["severity"] not in SEVERITIES:
        raise WrongUse("the header must have Title, Problem, Repair and Severity.", "Complete it.", path.name)
    return Rule(path.stem, query=text, **header)


def check_rules(quads: Iterable[Quad], folder: Path, base: str, place_of: Callable) -> list[Finding]:
    """Give a finding for each row of each rule."""
    store = Store()
    store.bulk_extend(quads)
    findings = []
    for path in sorted(folder.glob("*.rq")):
        rule = read_rule(path, base)
        solutions = store.query(rule.query)
        names = [variable.value for variable in solutions.variables]
        for solution in solutions:
            row = {name: solution[name] for name in names if solution[name] is not None}
            findings.append(_finding(rule, row, base, place_of))
    return findings


def _as_typed(value: str, base: str) -> str:
    # Editors write names, not addresses.
    return re.sub(r"^(id/[^/]+|scheme/[^/]+)/", "", value.removeprefix(base)) if value.startswith(base) else value


def _finding(rule: Rule, row: dict, base: str, place_of: Callable) -> Finding:
    record, predicate, value = (row.get(name) for name in ("record", "property", "value"))
    iri = record.value if record else ""
    place = place_of(iri, predicate.value if predicate else "", str(value) if value else "") or Place("(derived)", 0, iri)
    shown = f' ("{_as_typed(value.value, base)}")' if value is not None else ""
    return Finding(place, rule.severity, rule.name, rule.problem.rstrip(".") + shown + ".", rule.repair, iri, str(value or ""))
