"""Commands that are no part of `regin` tell their use as well."""

import subprocess
import sys
from pathlib import Path

import pytest

from regin_graph.errors import WrongUse

PROJECT = Path(__file__).parents[2]


def test_the_other_servers_can_be_asked_for_help():
    told = subprocess.run([sys.executable, "-m", "benchmarks.peers", "--help"], cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0 and "oxigraph" in told.stdout and "usage:" in told.stdout
    assert "no server known here" not in told.stdout


def test_a_benchmark_that_needs_more_says_how_to_install_it(monkeypatch):
    from regin_graph.benchmarking import run_benchmark

    monkeypatch.setitem(sys.modules, "schemathesis", None)
    monkeypatch.setattr(sys, "argv", sys.argv)
    monkeypatch.setattr(sys, "path", sys.path[:])
    with pytest.raises(WrongUse, match="needs schemathesis, which is not installed") as told:
        run_benchmark("fuzz", ["--help"])
    assert "[test,fuzz,peers]" in told.value.repair
