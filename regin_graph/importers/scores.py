"""Rows of MIPEX-R scores and of outcome figures as rows of our tables of observations."""

from pathlib import Path

from regin_graph.importers.columns import read_mapping, read_rows
from regin_graph.importers.known_names import Names
from regin_graph.importers.proposal import Proposal, propose_rows
from regin_graph.importers.table_file import TableFile

SCORES, FIGURES = "observations/mipexr_scores.csv", "observations/context_figures.csv"


def import_scores(table: TableFile, known: dict[str, Names], data: Path) -> Proposal:
    """Give the proposal for a table of scores; faults go to the table's findings."""
    return _import(table, "mipexr-scores", SCORES, score_id, known, data)


def import_figures(table: TableFile, known: dict[str, Names], data: Path) -> Proposal:
    """Give the proposal for a table of outcome figures; faults go to the table's findings."""
    return _import(table, "outcome-figures", FIGURES, figure_id, known, data)


def score_id(row: dict) -> str:
    """Give the id of a score: equal keys give equal ids, so that no score stands twice.

    >>> score_id({"edition": "policy-briefs", "about_region": "azores", "dimension": "mipexr-overall/overall"})
    'policy-briefs.azores.overall'
    """
    return f"{row['edition']}.{row['about_region']}.{row['dimension'].rpartition('/')[2]}"


def figure_id(row: dict) -> str:
    """Give the id of a figure: region, area, indicator, group, sex, period."""
    period = row.get("period") or "".join(letter if letter.isalnum() else "-" for letter in row["period_text"].lower()).strip("-")
    parts = (row["about_region"], row["area"].lower(), row["indicator"], row["population_group"], row.get("sex", "").lower(), period)
    return ".".join(part for part in parts if part)


def _import(table: TableFile, mapping: str, target: str, make_id, known: dict[str, Names], data: Path) -> Proposal:
    proposal, rows, lines = Proposal(), [], {}
    for row, outcome in read_rows(table, read_mapping(mapping), known):
        if isinstance(outcome, list):
            table.findings += outcome
            continue
        outcome["id"] = make_id(outcome)
        if outcome["id"] in lines:
            table.fault(row.line, "", "duplicate-row", f'the row says the same as line {lines[outcome["id"]]} ({outcome["id"]}).', "Keep one of the two.")
        lines.setdefault(outcome["id"], row.line)
        rows.append(outcome)
    if not table.findings:
        propose_rows(rows, target, data, proposal)
    return proposal
