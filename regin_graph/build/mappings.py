"""Read the reviewed links to outside identifiers: SSSOM tables, whose accepted rows become SKOS links.

Source: Simple Standard for Sharing Ontological Mappings (https://mapping-commons.github.io/sssom/).
"""

import csv
from pathlib import Path

import yaml
from pyoxigraph import NamedNode, Triple

from regin_graph.build.records import shown_path
from regin_graph.build.report import Finding, Place
from regin_graph.build.statements import Statements
from regin_graph.identifiers import rebase
from regin_graph.mapping_form import header_findings, row_findings

COLUMNS = {"subject_id", "predicate_id", "object_id", "mapping_justification"}


def state_mappings(data: Path, root: Path, statements: Statements) -> None:
    """State the accepted rows of every table below mappings/; proposals and rejections stay in the files."""
    for path in sorted((data / "mappings").glob("*.sssom.tsv")):
        lines = rebase(path.read_text("utf-8"), statements.base).splitlines()
        head = [line[1:] for line in lines if line.startswith("#")]
        prefixes = (yaml.safe_load("\n".join(head)) or {}).get("curie_map", {})
        shown = shown_path(path, root)
        reader = csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t")
        if missing := COLUMNS - set(reader.fieldnames or []):
            statements.findings.append(_violation(Place(shown, len(head) + 1), f"columns are missing: {', '.join(sorted(missing))}.", "Put them back."))
            continue
        statements.findings += header_findings(reader.fieldnames, Place(shown, len(head) + 1))
        for row in reader:
            place = Place(shown, len(head) + reader.line_num, "object_id")
            faults = list(row_findings(row, place))
            statements.findings += faults
            if not faults:
                _state_row(row, prefixes, place, statements)


def _state_row(row: dict, prefixes: dict, place: Place, statements: Statements) -> None:
    terms = [_expand(row[name] or "", prefixes, statements.base) for name in ("subject_id", "predicate_id", "object_id")]
    for name, iri in zip(("subject_id", "predicate_id", "object_id"), terms, strict=True):
        if "://" not in iri:
            problem = f'"{row[name]}" in {name} has no prefix of the curie_map.'
            statements.findings.append(_violation(place, problem, "Declare the prefix in the lines that start with #."))
            return
    accepted = row.get("review_status", "accepted") == "accepted" and row.get("predicate_modifier", "") != "Not"
    if accepted:
        statements.add(Triple(*map(NamedNode, terms)), terms[0], ["editorial"], place)


def _expand(curie: str, prefixes: dict, base: str) -> str:
    prefix, _, local = curie.partition(":")
    if local.startswith("//"):
        return curie
    return prefixes.get(prefix, base if prefix == "regin" else prefix + ":") + local


def _violation(place: Place, problem: str, repair: str) -> Finding:
    return Finding(place, "Violation", "mapping", problem, repair)
