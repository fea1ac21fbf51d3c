"""Build a release: read, state, derive, check, write."""

from collections.abc import Callable
from pathlib import Path

from regin_graph.build.context import read_context
from regin_graph.build.derive import derive
from regin_graph.build.geometries import check_geometries
from regin_graph.build.mappings import state_mappings
from regin_graph.build.outlines import state_outlines
from regin_graph.build.record import Record
from regin_graph.build.record_types import read_record_types
from regin_graph.build.records import read_records
from regin_graph.build.release import Release, commit_of, date_of, write_release
from regin_graph.build.report import Finding, Report
from regin_graph.build.rules import check_rules
from regin_graph.build.shacl import check_shapes, read_shapes
from regin_graph.build.statements import Statements, state_records
from regin_graph.build.tables import read_tables
from regin_graph.build.unread import unread_files
from regin_graph.build.vocabulary import state_vocabulary
from regin_graph.engine_loading import load_release
from regin_graph.errors import FindingsRemain, WrongUse
from regin_graph.publication.departures import check_reasons
from regin_graph.publication.examples import state_examples
from regin_graph.publication.record import state_catalogue
from regin_graph.settings import BuildSettings
from regin_graph.synthesis import MARK, SYNTHETIC_BASE

Step = Callable[..., None]


def build(settings: BuildSettings, step: Step = lambda *_, **__: None) -> tuple[Release, Report]:
    """Give a checked release of the data. Raises: FindingsRemain when a violation forbids it; nothing is written then."""
    records, findings = read(settings, step)
    statements = state([record for record in records if not record.says("status", "draft")], settings, step)
    derive_facts(statements, step)
    report = check(statements, findings, settings, step)
    if report.blocks:
        raise FindingsRemain(report)
    release = write(statements, report, settings, step)
    if settings.engine:
        load(release, settings, step)
    return release, report


def read(settings: BuildSettings, step: Step) -> tuple[list[Record], list[Finding]]:
    """Step 1: give the records of all files and tables, and what hinders reading them."""
    step("read")
    for folder in (settings.data, settings.ontology, settings.shapes):
        if not folder.is_dir():
            raise WrongUse("there is no such folder.", "Name the folder with --data or REGIN_DATA.", str(folder))
    refuse_mixed_namespaces(settings)
    root, records, findings = settings.data.parent, [], []
    for name, kind in read_record_types(settings.data).items():
        for outcome in read_records(settings.data / name, kind, settings.base_iri, root):
            (records if isinstance(outcome, Record) else findings).append(outcome)
    for outcome in read_tables(settings.data, settings.base_iri, root):
        (records if isinstance(outcome, Record) else findings).append(outcome)
    findings += unread_files(settings.data, root)
    step("read", done=f"{len(records)} records")
    return records, findings


def refuse_mixed_namespaces(settings: BuildSettings) -> None:
    """Pass when synthetic data are built in their own namespace and nothing else is. Raises: WrongUse."""
    is_synthetic = (settings.data / MARK).exists()
    if is_synthetic != (settings.base_iri == SYNTHETIC_BASE):
        raise WrongUse(
            "synthetic data stand in a namespace of their own, and only they.",
            f"Build them with REGIN_BASE_IRI={SYNTHETIC_BASE}, and real data with another.",
            str(settings.data),
        )


def state(records: list[Record], settings: BuildSettings, step: Step) -> Statements:
    """Step 2: give every statement of records, outlines, links and vocabulary."""
    step("state")
    root, statements = settings.data.parent, Statements(settings.base_iri)
    state_records(records, read_context(settings.data / "context.jsonld", settings.base_iri), statements)
    state_outlines(settings.data, root, statements)
    state_mappings(settings.data, root, statements)
    state_catalogue(settings.data, root, statements)
    state_examples(statements)
    state_vocabulary(settings.ontology, settings.ontology.parent, statements)
    check_reasons(settings.data, root, statements)
    check_geometries(root, statements)
    step("state", done=f"{len(statements.quads)} quads, {len(statements.graphs)} source graphs")
    return statements


def derive_facts(statements: Statements, step: Step) -> None:
    """Step 3: add what follows from the statements."""
    step("derive")
    before = len(statements.quads)
    derive(statements)
    step("derive", done=f"{len(statements.quads) - before} quads")


def check(
    statements: Statements,
    findings: list[Finding],
    settings: BuildSettings,
    step: Step,
    records: frozenset[str] | None = None,
) -> Report:
    """Step 4: give all findings: form, shapes (of these records, or of all), rules across records."""
    step("check")
    report = Report(root=settings.data.parent)
    report.add(findings + statements.findings)
    place_of, base = statements.place_of, settings.base_iri
    shapes = read_shapes(settings.shapes, base)
    report.add(
        check_shapes(
            statements.quads, shapes, base, settings.jobs, place_of,
            lambda number, total: step("check", part=number, of=total),
            records=records,
        )
    )
    # References into a file that could not be read would all be reported as broken: its own finding is enough.
    if not any(finding.rule == "unreadable-file" for finding in report.findings):
        report.add(check_rules(statements.quads, settings.shapes / "checks", base, place_of))
    step("check", done=", ".join(f"{report.count(name)} {name}" for name in ("Violation", "Warning", "Info")))
    return report


def write(statements: Statements, report: Report, settings: BuildSettings, step: Step) -> Release:
    """Step 5: give the release, written and switched to."""
    step("write")
    sources, base, data = statements.quads, settings.base_iri, settings.data
    release = write_release(sources, report, base, data, Path(settings.out), commit_of(data), date_of(data), settings.shapes)
    step("write", done=f"{release.version} in {release.folder}")
    return release


def load(release: Release, settings: BuildSettings, step: Step) -> None:
    """Step 6, only with an outside engine: have it hold what the release holds."""
    step("load")
    number = load_release(release.folder, settings.engine, settings.engine_credentials, lambda part, of: step("load", part, of))
    step("load", done=f"{number} graphs into {settings.engine.partition(',')[0]}")
