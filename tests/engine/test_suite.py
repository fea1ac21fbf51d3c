"""The end-to-end tests again over other SPARQL servers, unchanged: each in a run of its own, with the release of this one.

Fuseki is no part of it, as its jars are large: pytest --engine=fuseki with the same paths."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.peers import REMEDIES, missing

PROJECT = Path(__file__).parents[2]
SUITE = (
    "tests/questions", "tests/territory", "tests/features", "tests/reconciliation", "tests/client", "tests/endpoint/pages",
)


# Where no engine is named, test_outside.py is about Oxigraph itself.
@pytest.mark.parametrize(("engine", "more"), [("oxigraph", ()), ("virtuoso", ("tests/engine/test_outside.py",))])
def test_everything_holds_over_another_engine(engine, more, release, engines):
    if engines.name != "embedded":
        return
    if absent := missing(engine):
        # Passed over on a desk; where changes are checked, a missing server is a failure.
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{engine} is not tested: {absent} is missing. {REMEDIES[engine]}")
    # The run is one of its own: nothing of this one's parallel processes may reach it.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "REGIN_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n0", f"--engine={engine}", f"--release={release}", *more, *SUITE]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
