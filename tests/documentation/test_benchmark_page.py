"""The page of benchmarks shows the recorded results, and every benchmark has its place there."""

import json
import re
from pathlib import Path

import pytest

from regin_graph.benchmark_page import with_results

PROJECT = Path(__file__).parents[2]
PAGE = PROJECT / "docs" / "benchmarks.md"
# Runs that look for faults, as fuzz does, record what they met and give no table.
RESULTS = [file for file in sorted((PROJECT / "benchmarks").glob("*/results.json")) if "tables" in json.loads(file.read_text("utf-8"))]


def test_the_page_is_in_step_with_the_results():
    written = PAGE.read_text("utf-8")
    assert written == with_results(written), "run `regin reference` and commit docs/benchmarks.md"


@pytest.mark.parametrize("file", RESULTS, ids=lambda file: file.parent.name)
def test_recorded_results_have_their_place_and_command_on_the_page(file):
    written, name = PAGE.read_text("utf-8"), file.parent.name
    assert f"regin bench {name}" in written
    assert f"<!-- results: {name} -->" in written


@pytest.mark.parametrize("file", RESULTS, ids=lambda file: file.parent.name)
def test_results_say_when_and_on_what_they_were_measured(file):
    for table in json.loads(file.read_text("utf-8"))["tables"]:
        assert all(len(row) == len(table["columns"]) for row in table["rows"]), table["title"]
        assert re.search(r"\d{4}-\d{2}-\d{2}", table["note"]) and re.search(r"processors|cores", table["note"]), f"{table['title']}: say when and on what it was measured"


def test_a_new_results_file_gives_its_own_table(tmp_path):
    (tmp_path / "speed").mkdir()
    table = {"title": "Speed", "note": "Measured today.", "columns": ["", "s"], "rows": [["here | there", 1.5]]}
    (tmp_path / "speed" / "results.json").write_text(json.dumps({"tables": [table]}))
    page = with_results("# Page\n<!-- results: speed -->\nold\n<!-- end of results -->\n", tmp_path)
    assert page == "# Page\n<!-- results: speed -->\n### Speed\n\n|  | s |\n| --- | --- |\n| here \\| there | 1.5 |\n\nMeasured today.\n\n<!-- end of results -->\n"
    assert with_results(page, tmp_path) == page
