"""Releases: the same data give the same bytes, and the former release serves whatever happens."""

import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pyoxigraph import Store

from regin_graph.build import build
from regin_graph.build.checking import check_files
from regin_graph.build.release import UNFINISHED
from regin_graph.build.report import Report
from regin_graph.errors import FindingsRemain, WrongUse
from regin_graph.settings import BuildSettings
from regin_graph.synthesis import SYNTHETIC_BASE, synthesise

PROJECT = Path(__file__).parents[2]


def test_the_manifest_names_what_the_folder_holds(release):
    manifest = json.loads((release / "manifest.json").read_text("utf-8"))
    for name, checksum in manifest["checksums"].items():
        assert hashlib.sha256((release / name).read_bytes()).hexdigest() == checksum
    dump = gzip.decompress((release / "graph.nq.gz").read_bytes())
    assert manifest["quads"] == dump.count(b"\n") == len(Store.read_only(str(release / "store")))
    assert manifest["counts"]["Practice"] == 59 and manifest["counts"]["Region"] == 32
    assert release.resolve().name == manifest["version"]


def test_the_same_data_give_the_same_bytes(release, no_shapes, tmp_path):
    """A second build, in another process with another hash seed, gives the same dump and the same files, so the same version."""
    environment = {**os.environ, "PYTHONHASHSEED": "7", "REGIN_SHAPES": str(no_shapes)}
    command = [sys.executable, "-m", "regin_graph", "build", "--out", str(tmp_path), "--jobs", "1"]
    subprocess.run(command, cwd=PROJECT, env=environment, check=True, capture_output=True)
    first, second = (release / "graph.nq.gz").read_bytes(), (tmp_path / "current" / "graph.nq.gz").read_bytes()
    assert first == second
    assert (tmp_path / "current").resolve().name == release.resolve().name, "a file of a dataset differs from build to build"


@pytest.fixture(scope="module")
def no_shapes(tmp_path_factory) -> Path:
    """Give a shapes folder without shapes: these tests are about writing, and checking takes most of a build."""
    folder = tmp_path_factory.mktemp("shapes")
    (folder / "checks").mkdir()
    return folder


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    """Give a small synthetic data folder."""
    folder = tmp_path_factory.mktemp("small") / "data"
    synthesise(12, 3, folder)
    return folder


def test_a_violation_publishes_nothing_and_keeps_the_former_release(small, no_shapes, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(small, data)
    settings = BuildSettings(data=data, out=tmp_path / "out", base_iri=SYNTHETIC_BASE, shapes=no_shapes, jobs=1)
    build(settings)
    former = (tmp_path / "out" / "current").resolve()
    spoiled = data / "practices" / "synthetic-3.yml"
    spoiled.write_text(spoiled.read_text("utf-8").replace("\nregion:", "\nregoin:"), "utf-8")
    with pytest.raises(FindingsRemain) as error:
        build(settings)
    places = [str(finding.place) for finding in error.value.report.findings if finding.severity == "Violation"]
    assert any(place.startswith("data/practices/synthetic-3.yml:") for place in places)
    assert (tmp_path / "out" / "current").resolve() == former
    assert [path.name for path in (tmp_path / "out" / "releases").iterdir()] == [former.name]


def test_killed_at_any_moment_the_former_release_still_serves(small, no_shapes, tmp_path):
    data, out = tmp_path / "data", tmp_path / "out"
    shutil.copytree(small, data)
    environment = {**os.environ, "REGIN_BASE_IRI": SYNTHETIC_BASE, "REGIN_SHAPES": str(no_shapes)}
    command = [sys.executable, "-m", "regin_graph", "build", "--data", str(data), "--out", str(out), "--jobs", "1"]
    began = time.monotonic()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    lasts, chance = time.monotonic() - began, random.Random(5)
    former = (out / "current").resolve()
    for attempt in range(5):
        title = data / "practices" / "synthetic-1.yml"
        title.write_text(title.read_text("utf-8").replace("title:", f"# {attempt}\ntitle:", 1).replace(" en: ", f" en: {attempt} ", 1), "utf-8")
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(lasts * chance.uniform(0.5, 1.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
        serving = (out / "current").resolve()
        manifest = json.loads((serving / "manifest.json").read_text("utf-8"))
        assert len(Store.read_only(str(serving / "store"))) == manifest["quads"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert (out / "current").resolve() != former
    assert not list((out / "releases").glob(f"{UNFINISHED}*"))


def test_a_draft_is_checked_and_not_published(small, no_shapes, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(small, data)
    for path in (data / "practices" / "synthetic-3.yml", data / "evaluations" / "synthetic-3-aspects.yml"):
        path.write_text(path.read_text("utf-8").replace("published", "draft", 1), "utf-8")
    settings = BuildSettings(data=data, out=tmp_path / "out", base_iri=SYNTHETIC_BASE, shapes=no_shapes)
    released, _ = build(settings)
    dump = gzip.decompress((released.folder / "graph.nq.gz").read_bytes()).decode()
    assert "practice/synthetic-3>" not in dump and "practice/synthetic-2>" in dump
    spoiled = data / "practices" / "synthetic-3.yml"
    spoiled.write_text(spoiled.read_text("utf-8") + "unheard: of\n", "utf-8")
    report = check_files(settings, [spoiled], "Warning", lambda *_, **__: None)
    assert [finding.rule for finding in report.findings] == ["unknown-field"]


def test_synthetic_data_cannot_enter_a_release_of_the_real_namespace(small, tmp_path):
    with pytest.raises(WrongUse, match="namespace of their own"):
        build(BuildSettings(data=small, out=tmp_path))
    with pytest.raises(WrongUse, match="namespace of their own"):
        build(BuildSettings(base_iri=SYNTHETIC_BASE, out=tmp_path))


def test_another_base_iri_moves_the_whole_graph(no_shapes, tmp_path):
    base = "https://graph.example/"
    released, _ = build(BuildSettings(base_iri=base, out=tmp_path, shapes=no_shapes))
    dump = gzip.decompress((released.folder / "graph.nq.gz").read_bytes()).decode()
    assert "<https://w3id.org/regin/" not in dump
    assert f"<{base}id/practice/skane-nad>" in dump


def test_a_missing_folder_is_wrong_use_and_names_the_option(tmp_path):
    with pytest.raises(WrongUse, match="--data"):
        build(BuildSettings(data=tmp_path / "nowhere", out=tmp_path))


def test_an_empty_report_conforms_and_says_so():
    assert "0 Violation" in Report().as_text()
    assert not Report().blocks
