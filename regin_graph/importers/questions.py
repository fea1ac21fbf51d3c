"""Rows of questions and their options as rows of our tables of policy indicators and answer options."""

from pathlib import Path

from regin_graph.importers.answers import read_options
from regin_graph.importers.columns import read_mapping, read_rows
from regin_graph.importers.known_names import Names
from regin_graph.importers.proposal import Proposal, propose_rows
from regin_graph.importers.table_file import TableFile
from regin_graph.reconciliation.names import plain

INDICATORS, OPTIONS = "indicators/policy_indicators.csv", "indicators/answer_options.csv"


def import_questions(table: TableFile, known: dict[str, Names], data: Path) -> Proposal:
    """Give the proposal for a table of questions, a row for each option; faults go to the table's findings."""
    present, questions, options = read_options(data), {}, {}
    for row, outcome in read_rows(table, read_mapping("mipexr-questions"), known):
        if isinstance(outcome, list):
            table.findings += outcome
            continue
        name, points, source = outcome.pop("option"), outcome.pop("points"), outcome["source"]
        key = outcome["id"]
        before, line = questions.setdefault(key, (outcome, row.line))
        if before != outcome:
            table.fault(row.line, "", "differing-rows", f"the row says something else of {key} than line {line}.", "Write the same in each row of a question; only option and points differ.")
        mine = options.setdefault(key, {})
        if plain(name) in mine:
            table.fault(row.line, "option", "duplicate-row", f'the option "{name}" stands twice.', "Keep one.")
        # An option that is there already keeps its identifier; answers name it.
        ids = {plain(one.name): one.id for one in present.get(key, [])}
        number = len(present.get(key, [])) + sum(plain(one) not in ids for one in (each["name"] for each in mine.values())) + 1
        mine[plain(name)] = {"id": ids.get(plain(name), f"option-{number}"), "option_of": key, "name": name, "points": points, "source": source}
        if plain(name) not in ids:
            mine[plain(name)]["order"] = str(number)
    for key, mine in options.items():
        if len(mine) < 2 and not present.get(key):
            table.fault(questions[key][1], "option", "single-option", f"{key} has one option only.", "Give every answer that can be chosen.")
    proposal = Proposal()
    if not table.findings:
        propose_rows([values for values, _ in questions.values()], INDICATORS, data, proposal)
        propose_rows([one for mine in options.values() for one in mine.values()], OPTIONS, data, proposal, key=("option_of", "id"))
    return proposal
