"""Check without writing: all data, or what concerns some files."""

from collections.abc import Callable, Iterable
from pathlib import Path

from regin_graph.build import check, derive_facts, read, state
from regin_graph.build.records import shown_path
from regin_graph.build.report import SEVERITIES, Report
from regin_graph.errors import WrongUse
from regin_graph.identifiers import record_iri
from regin_graph.settings import BuildSettings


def check_files(settings: BuildSettings, files: Iterable[Path], severity: str, step: Callable) -> Report:
    """Give the findings at least as severe as asked; with files, those that stand in them.

    Raises: WrongUse when a file is not below the data folder or does not exist.
    """
    files, data = list(files), settings.data.resolve()
    for path in files:
        if not path.exists():
            raise WrongUse("there is no such file.", "Check its name.", str(path))
        if not path.resolve().is_relative_to(data):
            raise WrongUse("the file is not in the data folder.", "Name the folder with --data.", str(path))
    records, findings = read(settings, step)
    statements = state(records, settings, step)
    derive_facts(statements, step)
    shown = {shown_path(path, settings.data.parent) for path in files}
    concerned = frozenset(
        record_iri(key[0], settings.base_iri) for key, place in statements.places.items() if place.file in shown
    )
    whole = check(statements, findings, settings, step, concerned if files else None)
    asked = SEVERITIES[: SEVERITIES.index(severity) + 1]
    report = Report(root=settings.data.parent)
    report.add(f for f in whole.findings if f.severity in asked and (not shown or f.place.file in shown))
    return report
