"""Show the steps of long work in a terminal: name, bar, result, seconds."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def steps() -> Iterator[Callable[..., None]]:
    """Give a function step(name, part=, of=, done=) that shows how far a step has come, on standard error."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:>7}"), BarColumn(24), TextColumn("{task.fields[note]}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        tasks: dict[str, int] = {}
        started: dict[str, float] = {}

        def step(name: str, part: int = 0, of: int = 0, done: str = "") -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=of or None, note="")
                started[name] = time.perf_counter()
            if done:
                progress.update(tasks[name], visible=False)
                console.print(f"{name:>7}  {done}  [dim]{time.perf_counter() - started[name]:.1f} s[/dim]", highlight=False)
            elif of:
                progress.update(tasks[name], total=of, completed=part, note=f"{part} of {of}")

        yield step
