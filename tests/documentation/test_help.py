"""Commands that are no part of `regin` tell their use as well."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_the_other_servers_can_be_asked_for_help():
    told = subprocess.run([sys.executable, "-m", "benchmarks.peers", "--help"], cwd=PROJECT, capture_output=True, text=True, timeout=60)
    assert told.returncode == 0 and "oxigraph" in told.stdout and "usage:" in told.stdout
    assert "no server known here" not in told.stdout
