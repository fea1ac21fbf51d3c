"""The command line: what a user types, what comes back, and the exit code."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click
import pytest

from regin_graph.cli import main
from regin_graph.synthesis import SYNTHETIC_BASE, synthesise

PROJECT = Path(__file__).parents[2]


def regin(*arguments, **environment) -> subprocess.CompletedProcess:
    """Run `regin` as a user would."""
    command = [sys.executable, "-m", "regin_graph", *map(str, arguments)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, env={**os.environ, **environment})


def test_every_command_and_option_explains_itself():
    assert main.help
    for name, command in main.commands.items():
        assert command.help, f"regin {name} has no docstring"
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"regin {name}: option {option.name} has no help"


def test_help_lists_the_commands():
    shown = regin("--help").stdout
    for name in main.commands:
        assert f"  {name} " in shown


def test_a_spoiled_record_is_named_by_file_line_and_repair(tmp_path):
    data = tmp_path / "data"
    synthesise(4, 1, data)
    path = data / "practices" / "synthetic-2.yml"
    lines = path.read_text("utf-8").splitlines()
    spoiled = next(number for number, line in enumerate(lines) if line.startswith("scale:"))
    lines[spoiled] = lines[spoiled].replace("scale", "skale")
    path.write_text("\n".join(lines) + "\n", "utf-8")
    result = regin("check", path, "--data", data, "--jobs", 1, REGIN_BASE_IRI=SYNTHETIC_BASE)
    assert result.returncode == 1
    assert f'Violation: data/practices/synthetic-2.yml:{spoiled + 1} skale: field "skale" is unknown here. Did you mean "scale"?' in result.stdout
    assert "synthetic-1.yml" not in result.stdout
    as_json = regin("check", path, "--data", data, "--jobs", 1, "--format", "json", REGIN_BASE_IRI=SYNTHETIC_BASE)
    rows = json.loads(as_json.stdout)["findings"]
    assert {"severity": "Violation", "file": "data/practices/synthetic-2.yml", "line": spoiled + 1}.items() <= rows[0].items()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "nowhere.yml"], "no such file"),
        (["check", "README.md"], "not in the data folder"),
        (["build", "--data", "nowhere"], "no such folder"),
        (["query", "-", "--release", "nowhere"], "no release here"),
        (["serve", "README.md"], "--scratch"),
    ],
)
def test_wrong_use_is_told_in_one_line_with_code_2(arguments, words):
    result = regin(*arguments)
    assert result.returncode == 2
    assert words in result.stderr and "Traceback" not in result.stderr


def test_a_query_against_the_release(release, tmp_path):
    query = tmp_path / "q.rq"
    query.write_text("PREFIX regin: <https://w3id.org/regin/def/> SELECT (COUNT(*) AS ?n) { ?p a regin:Practice }", "utf-8")
    assert regin("query", query, "--release", release, "--format", "csv").stdout.split() == ["n", "59"]
    query.write_text("SELECT * { ?s ?p }", "utf-8")
    wrong = regin("query", query, "--release", release)
    assert wrong.returncode == 2 and "not valid SPARQL" in wrong.stderr


@pytest.mark.parametrize("kind", ["practice", "actor", "competence", "evaluation"])
def test_a_new_record_holds_every_field_as_a_comment_and_reads(kind, tmp_path):
    from regin_graph.build.record import Record
    from regin_graph.build.record_types import read_record_types
    from regin_graph.build.records import read_record_file
    from regin_graph.identifiers import CANONICAL_BASE

    data = tmp_path / "data"
    synthesise(1, 1, data)
    made = regin("new", kind, "try-me", "--data", data)
    assert made.returncode == 0, made.stderr
    types = {one.name: one for one in read_record_types(data).values()}
    path = data / types[kind].folder / "try-me.yml"
    text = path.read_text("utf-8")
    for field in types[kind].fields:
        assert f"{field}:" in text
    (record,) = read_record_file(path, types[kind], CANONICAL_BASE, tmp_path)
    assert isinstance(record, Record)
    again = regin("new", kind, "try-me", "--data", data)
    assert again.returncode == 2 and "exists" in again.stderr
    assert regin("new", kind, "No Name", "--data", data).returncode == 2


def test_the_difference_between_two_releases_is_told_in_words(tmp_path):
    data = tmp_path / "data"
    synthesise(4, 1, data)
    build = ["build", "--data", data, "--out", tmp_path / "out", "--jobs", 1]
    # Checking is not what this test is about: a shapes folder without shapes.
    (tmp_path / "shapes" / "checks").mkdir(parents=True)
    environment = {"REGIN_BASE_IRI": SYNTHETIC_BASE, "REGIN_SHAPES": str(tmp_path / "shapes")}
    assert regin(*build, **environment).returncode == 0
    old = tmp_path / "old"
    shutil.copytree((tmp_path / "out" / "current").resolve(), old)
    path = data / "practices" / "synthetic-1.yml"
    path.write_text(path.read_text("utf-8").replace("value: regional\n", "value: local\n"), "utf-8")
    assert regin(*build, **environment).returncode == 0
    words = regin("diff", old, tmp_path / "out" / "current").stdout
    assert "changed https://synthetic.regin.example/id/practice/synthetic-1" in words
    assert "- scale: https://synthetic.regin.example/scheme/scale/regional" in words
    assert "+ scale: https://synthetic.regin.example/scheme/scale/local" in words
    assert regin("diff", old, old).stdout.strip() == "Nothing changed."
