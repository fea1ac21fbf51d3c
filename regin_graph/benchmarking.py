"""Find and run the benchmarks of the checkout: benchmarks/<name>/run.py, each a script with its own --help."""

import runpy
import sys
from collections.abc import Iterable

from regin_graph.errors import WrongUse
from regin_graph.settings import project_folder


def benchmark_names() -> list[str]:
    """Give the names of the benchmarks there are."""
    return sorted(path.parent.name for path in (project_folder() / "benchmarks").glob("*/run.py"))


def run_benchmark(name: str, arguments: Iterable[str]) -> None:
    """Run one benchmark as a script. Raises: WrongUse when there is none of that name, or a library is not installed that it needs."""
    if name not in benchmark_names():
        raise WrongUse(f'there is no benchmark "{name}".', f"Use one of: {', '.join(benchmark_names())}.")
    script = project_folder() / "benchmarks" / name / "run.py"
    sys.argv = [str(script), *arguments]
    # A benchmark imports its own modules, by their package or from its folder.
    sys.path[:0] = [str(script.parent), str(project_folder())]
    try:
        runpy.run_path(str(script), run_name="__main__")
    except ModuleNotFoundError as error:
        repair = "Install what benchmarks need: .venv/bin/pip install --editable '.[test,fuzz,peers]'."
        raise WrongUse(f"the benchmark {name} needs {error.name}, which is not installed.", repair) from None
