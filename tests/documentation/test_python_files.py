"""Python files keep the rules of the project."""

import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_python_files_keep_the_rules_that_the_project_names():
    found = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", "."], cwd=PROJECT, capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, found.stdout + found.stderr
