"""Findings as data: severity, place, what is wrong, how to repair it; as text, JSON and RDF."""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

SEVERITIES = ("Violation", "Warning", "Info")


@dataclass(frozen=True, order=True)
class Place:
    """A place in a source file. Shape: file (relative to the project), line from 1, field."""

    file: str
    line: int = 0
    field: str = ""

    def __str__(self) -> str:
        """Give the place as editors write it: file:line field."""
        line = f":{self.line}" if self.line else ""
        return f"{self.file}{line}" + (f" {self.field}" if self.field else "")


@dataclass(frozen=True, order=True)
class Finding:
    """One thing that is wrong or worth a look. Shape: severity, place, rule, problem, repair, record, value."""

    place: Place
    severity: str
    rule: str
    problem: str
    repair: str = ""
    record: str = ""
    value: str = ""

    def __str__(self) -> str:
        """Give the finding on one line: severity, place, problem, repair."""
        return f"{self.severity}: {self.place}: {self.problem} {self.repair}".rstrip()


@dataclass
class Report:
    """All findings of a run, in the order of their places. `root`: the folder that the files of places are relative to, where it is known."""

    findings: list[Finding] = field(default_factory=list)
    root: Path | None = None

    def add(self, findings: Iterable[Finding]) -> None:
        """Take in more findings; each stands once."""
        self.findings = sorted(set(self.findings) | set(findings), key=_order)

    def count(self, severity: str) -> int:
        """Give the number of findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    @property
    def blocks(self) -> bool:
        """Tell whether a violation forbids publication."""
        return self.count("Violation") > 0

    def as_text(self) -> str:
        """Give all findings, one a line, and a closing line of counts."""
        counts = ", ".join(f"{self.count(name)} {name}" for name in SEVERITIES)
        return "\n".join([*(str(self._reachable(finding)) for finding in self.findings), counts])

    def _reachable(self, finding: Finding) -> Finding:
        """Give the finding with a path that leads from here to the file, so that a click in a terminal opens it."""
        if self.root is None or not (self.root / finding.place.file).is_file():
            return finding
        path = os.path.relpath(self.root / finding.place.file)
        return replace(finding, place=replace(finding.place, file=path if path.count("..") < 3 else str((self.root / finding.place.file).resolve())))

    def as_json(self) -> str:
        """Give the findings as JSON. Shape: {counts, findings: [{severity, file, line, field, rule, …}]}."""
        rows = []
        for finding in self.findings:
            row = asdict(finding)
            rows.append({"severity": row.pop("severity"), **row.pop("place"), **row})
        counts = {name: self.count(name) for name in SEVERITIES}
        return json.dumps({"counts": counts, "findings": rows}, ensure_ascii=False, indent=1)

    def as_turtle(self) -> str:
        """Give the findings as a SHACL validation report in Turtle."""
        from rdflib import RDF, SH, BNode, Graph, Literal, URIRef

        graph, report = Graph(), BNode()
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(not self.findings)))
        for finding in self.findings:
            result = BNode()
            graph.add((report, SH.result, result))
            graph.add((result, RDF.type, SH.ValidationResult))
            graph.add((result, SH.resultSeverity, SH[finding.severity]))
            text = " ".join(part for part in (f"{finding.place}:", finding.problem, finding.repair) if part)
            graph.add((result, SH.resultMessage, Literal(text, lang="en")))
            if finding.record:
                graph.add((result, SH.focusNode, URIRef(finding.record)))
            if finding.rule.startswith("http"):
                graph.add((result, SH.sourceShape, URIRef(finding.rule)))
        return graph.serialize(format="turtle")


def _order(finding: Finding):
    # What cannot be read comes first: other findings may follow from it.
    return (finding.rule != "unreadable-file", SEVERITIES.index(finding.severity), finding.place, finding.rule, finding.problem, finding.value)
