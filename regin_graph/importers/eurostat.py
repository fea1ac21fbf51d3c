"""Files of Eurostat (bulk TSV, SDMX-CSV) as rows of our table of context figures: one table, one version of NUTS.

Areas that are none of our regions are passed over; a code that is not valid in the version named is refused.
Source: Eurostat, "API - Getting started with the bulk download" and "SDMX 2.1 – data query – CSV".
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from regin_graph.errors import WrongUse
from regin_graph.importers.columns import MAPPINGS, NUMBER
from regin_graph.importers.known_names import Names
from regin_graph.importers.proposal import Proposal, propose_rows
from regin_graph.importers.scores import FIGURES, figure_id
from regin_graph.importers.table_file import TableFile
from regin_graph.territory import Coding, NotResolved, read_codings, resolve

CELL = re.compile(r"(?P<value>:|-?\d+(?:\.\d+)?)\s*(?P<flags>[a-z]*)", re.IGNORECASE)
# What a flag of Eurostat says, as a note; figures with other flags keep the letter.
FLAGS = {"b": "break in time series", "c": "confidential", "d": "definition differs", "e": "estimated", "p": "provisional", "r": "revised", "u": "low reliability"}
NOT_DIMENSIONS = {"dataflow", "last update", "structure", "structure_id", "obs_value", "obs_flag", "conf_status", "time_period", "geo"}


@dataclass(frozen=True)
class TableMeaning:
    """What a table of Eurostat means here, from mappings/eurostat-tables.csv. `keep`: dimension values of the rows taken."""

    table: str
    keep: dict[str, str]
    indicator: str
    indicator_named: str
    unit: str
    population_group: str
    day: str


@dataclass(frozen=True)
class Figure:
    """One cell of a file. Shape: line, column, area code, period, dimension values, text of the cell."""

    line: int
    column: str
    geo: str
    period: str
    dimensions: dict[str, str]
    text: str


def read_meaning(table: str) -> TableMeaning:
    """Give what a table means. Raises: WrongUse when nobody has said so yet."""
    with (MAPPINGS / "eurostat-tables.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["table"].lower() == table.lower():
                keep = dict(pair.split("=", 1) for pair in row.pop("keep").split(";") if pair)
                return TableMeaning(keep=keep, **row)
    raise WrongUse(f'nothing says what table "{table}" means here.', "Add a line for it to regin_graph/importers/mappings/eurostat-tables.csv.")


def import_eurostat(table: TableFile, code: str, version: str, source: str, known: dict[str, Names], data: Path) -> Proposal:
    """Give the proposal for a file of Eurostat; faults go to the table's findings. Raises: WrongUse."""
    meaning = read_meaning(code)
    if source not in known["source"].identifiers:
        raise WrongUse(f'no source is called "{source}".', "Add it to data/sources/sources.csv first, and name it with --source.")
    proposal, rows, places = Proposal(), [], {}
    codings = read_codings(data)
    ours = {coding.code for coding in codings if coding.list.startswith("nuts")}
    for figure in _figures(table):
        if figure.geo not in ours or any(figure.dimensions.get(name, value) != value for name, value in meaning.keep.items()):
            proposal.passed_over += 1
            continue
        row = _row(figure, meaning, version, source, codings, table, proposal)
        if row is None:
            continue
        if row["id"] in places:
            table.fault(figure.line, figure.column, "two-values", f"the figure stands in line {places[row['id']]} already, for another breakdown.", f"Name the breakdown to keep for {meaning.table} in mappings/eurostat-tables.csv: {', '.join(f'{k}={v}' for k, v in figure.dimensions.items())}.")
            continue
        places[row["id"]] = figure.line
        rows.append(row)
    if not table.findings:
        propose_rows(rows, FIGURES, data, proposal)
    return proposal


def _figures(table: TableFile) -> Iterator[Figure]:
    """Give the cells of a file in either form."""
    if table.findings:
        return
    if any("\\" in name for name in table.columns[:1]):
        yield from _bulk_figures(table)
    elif {"geo", "TIME_PERIOD", "OBS_VALUE"} <= set(table.columns):
        for row in table.rows:
            dimensions = {name.lower(): value for name, value in row.cells.items() if name.lower() not in NOT_DIMENSIONS}
            text = f"{row.cells['OBS_VALUE'] or ':'} {row.cells.get('OBS_FLAG', '')}".strip()
            yield Figure(row.line, "OBS_VALUE", row.cells["geo"], row.cells["TIME_PERIOD"], dimensions, text)
    else:
        table.fault(1, "", "not-eurostat", "the file has neither the columns of the bulk download nor those of SDMX-CSV.", "Download the table as TSV or as SDMX-CSV 1.0.")


def _bulk_figures(table: TableFile) -> Iterator[Figure]:
    names = table.columns[0].partition("\\")[0].split(",")
    if "geo" not in names and not table.columns[0].startswith("geo"):
        table.fault(1, table.columns[0], "not-eurostat", "the file has no dimension geo.", "Download a table by region.")
        return
    for row in table.rows:
        keys = row.cells[table.columns[0]].split(",")
        if len(keys) != len(names):
            table.fault(row.line, table.columns[0], "row-length", f"the row has {len(keys)} dimension values, the header {len(names)}.", "Download the file again.")
            continue
        dimensions = dict(zip(names, keys, strict=True))
        geo = dimensions.pop("geo")
        for period in table.columns[1:]:
            yield Figure(row.line, period, geo, period, dimensions, row.cells[period] or ":")


def _row(figure: Figure, meaning: TableMeaning, version: str, source: str, codings: list[Coding], table: TableFile, proposal: Proposal) -> dict | None:
    found = CELL.fullmatch(figure.text.strip())
    if not found or not re.fullmatch(r"\d{4}(?:-\d\d)?", figure.period):
        table.fault(figure.line, figure.column, "cell", f'"{figure.text}" of period "{figure.period}" is no figure.', "Download the file again; annual and monthly figures are read.")
        return None
    # A colon is not available: missing is never a value.
    if found["value"] == ":" or not NUMBER.fullmatch(found["value"]):
        proposal.passed_over += 1
        return None
    try:
        region = resolve(figure.geo, version, codings).region
    except NotResolved as error:
        table.fault(figure.line, "geo", "code-not-in-version", error.problem, error.repair)
        return None
    flags = [FLAGS.get(letter, f"flag {letter}") for letter in found["flags"].lower()]
    row = {
        "about_region": region, "cube": "context-figures", "area": figure.geo, "area_fit": "exact", "area_code_list": version,
        "indicator": meaning.indicator, "indicator_named": meaning.indicator_named, "population_group": meaning.population_group,
        "sex": figure.dimensions.get("sex", "T"), "value": found["value"], "unit": meaning.unit, "period": figure.period + meaning.day,
        "period_text": figure.period + meaning.day, "dataset_text": f"Eurostat {meaning.table}", "source": [source],
    }
    return row | ({"note": "; ".join(flags)} if flags else {}) | {"id": figure_id(row)}
