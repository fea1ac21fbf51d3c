"""Rows of answers to the MIPEX-R questionnaire as rows of our tables: those of experts, and the reviewed ones."""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from regin_graph.importers.columns import read_mapping, read_rows
from regin_graph.importers.known_names import Names
from regin_graph.importers.proposal import Proposal, propose_rows
from regin_graph.importers.table_file import Row, TableFile
from regin_graph.reconciliation.names import plain

EXPERTS, REVIEWED = "observations/expert_answers.csv", "observations/reviewed_answers.csv"


@dataclass(frozen=True)
class Option:
    """An option of a question. Shape: identifier, wording, points as they are written."""

    id: str
    name: str
    points: str


def import_answers(table: TableFile, known: dict[str, Names], data: Path) -> Proposal:
    """Give the proposal for a table of answers; faults go to the table's findings."""
    options, rows, lines = read_options(data), [], {}
    for row, outcome in read_rows(table, read_mapping("mipexr-answers"), known):
        if isinstance(outcome, list):
            table.findings += outcome
            continue
        _choose(row, outcome, options.get(outcome["indicator"], []), table)
        outcome["id"] = answer_id(outcome)
        if outcome["id"] in lines:
            table.fault(row.line, "", "duplicate-row", f'the row answers what line {lines[outcome["id"]]} answers ({outcome["id"]}).', "Keep one of the two.")
        lines.setdefault(outcome["id"], row.line)
        rows.append(outcome)
    of_experts = [row for row in rows if "expert_code" in row]
    reviewed = [row for row in rows if "expert_code" not in row]
    _compare(reviewed, [*_present(data / EXPERTS, {row["id"] for row in of_experts}), *of_experts], lines, table)
    proposal = Proposal()
    if not table.findings:
        propose_rows(of_experts, EXPERTS, data, proposal)
        propose_rows(reviewed, REVIEWED, data, proposal)
    return proposal


def answer_id(row: dict) -> str:
    """Give the id of an answer: equal keys give equal ids, so that no question is answered twice.

    >>> answer_id({"edition": "2021-01-preliminary", "about_region": "skane", "indicator": "ind-01", "expert_code": "expert-1"})
    '2021-01-preliminary.skane.ind-01.expert-1'
    """
    parts = (row["edition"], row["about_region"], row["indicator"], row.get("dimension", "").rpartition("/")[2], row.get("expert_code", ""))
    return ".".join(part for part in parts if part)


def read_options(data: Path) -> dict[str, list[Option]]:
    """Give the options of each question, in their order."""
    options: dict[str, list[Option]] = defaultdict(list)
    with (data / "indicators" / "answer_options.csv").open(encoding="utf-8", newline="") as file:
        for row in sorted(csv.DictReader(file), key=lambda row: int(row["order"] or 0)):
            options[row["option_of"]].append(Option(row["id"], row["name"], row["points"]))
    return options


def _choose(row: Row, values: dict, options: list[Option], table: TableFile) -> None:
    """Put the option in the place of its wording; a row has an option or a reason, never both."""
    text, reason = values.pop("answer", ""), values.get("missing_reason", "")
    if bool(text) == bool(reason):
        problem = "the row has an answer and a reason why there is none." if text else "the row has neither an answer nor a reason why there is none."
        table.fault(row.line, "answer", "answer-or-reason", problem, "Give one of the two; a missing answer is never zero.")
    if "dimension" in values and not values["dimension"].startswith("mipexr-target-group/"):
        table.fault(row.line, "target group", "cell", f'"{values["dimension"]}" is no target group.', "Use tcn or bip.")
    if "agreement" in values and "expert_code" in values:
        table.fault(row.line, "agreement", "cell", "the answer of one expert agrees with nothing yet.", "State the agreement with the reviewed answer.")
    if not text:
        return
    found = [option for option in options if text == option.id or plain(text) == plain(option.name) or _number(text) == _number(option.points) is not None]
    if len(found) == 1:
        values["chosen_option"] = f"{values['indicator']}/{found[0].id}"
    elif options:
        told = "; ".join(f"{option.name} ({option.points})" for option in options)
        table.fault(row.line, "answer", "cell", f'"{text}" is no option of {values["indicator"]}.', f"Use one of: {told}.")
    else:
        table.fault(row.line, "answer", "cell", f'{values["indicator"]} has no options yet.', "Add them to data/indicators/answer_options.csv first.")


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _present(path: Path, replaced: set[str]) -> list[dict]:
    """Give the answers of experts that are in the data already."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["id"] not in replaced]


def _compare(reviewed: list[dict], of_experts: list[dict], lines: dict[str, int], table: TableFile) -> None:
    """Link each reviewed answer to those of the experts; an agreement that they contradict is a fault."""
    by_question: dict[str, list[dict]] = defaultdict(list)
    for answer in of_experts:
        by_question[answer["id"].removesuffix(f".{answer['expert_code']}")].append(answer)
    for row in reviewed:
        answers = by_question.get(row["id"], [])
        if answers:
            row["review_of"] = sorted(answer["id"] for answer in answers)
        chosen = {answer.get("chosen_option", "") for answer in answers}
        if row.get("agreement") == "agreed" and len(chosen) > 1:
            table.fault(lines[row["id"]], "agreement", "agreement", "the experts chose different options.", "Write settled-by-review or open.")
