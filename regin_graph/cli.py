"""The command line `regin`: one small function per command, no logic."""

import logging
import sys
from pathlib import Path

import click

from regin_graph import __version__
from regin_graph.errors import FindingsRemain, ReginError


class _Commands(click.Group):
    """Turns our errors into one line and an exit code: 1 findings, 2 wrong use."""

    def invoke(self, ctx):
        try:
            return super().invoke(ctx)
        except FindingsRemain as error:
            click.echo(error.report.as_text())
            click.echo(str(error), err=True)
            sys.exit(1)
        except ReginError as error:
            click.echo(f"Error: {error}", err=True)
            sys.exit(2)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__)
@click.option("-v", "--verbose", is_flag=True, help="Log every step with its counts and seconds.")
def main(verbose: bool) -> None:
    """Build, check, query and serve the knowledge graph of regional migrant and refugee integration."""
    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


DATA = click.option("--data", type=click.Path(path_type=Path), help="Folder of records and tables [REGIN_DATA].")
JOBS = click.option("--jobs", type=click.IntRange(0), help="Processes for checking; 0 is one per core [REGIN_JOBS].")


def _settings(**given):
    from regin_graph.settings import BuildSettings

    return BuildSettings(**{key: value for key, value in given.items() if value is not None})


@main.command()
@DATA
@click.option("--out", type=click.Path(path_type=Path), help="Folder for releases and the link `current` [REGIN_OUT].")
@JOBS
def build(data: Path | None, out: Path | None, jobs: int | None) -> None:
    """Turn the data into a checked release and make it the current one.

    Exit code 0: published; 1: findings, nothing was written; 2: wrong use.
    """
    from regin_graph.build import build as build_release
    from regin_graph.progress import steps

    with steps() as step:
        release, report = build_release(_settings(data=data, out=out, jobs=jobs), step)
    click.echo(f"Release {release.version}: {release.quads} quads, {report.count('Warning')} warnings.")
    for name, count in release.counts.items():
        click.echo(f"  {count:>6} {name}")


@main.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder of releases and the link `current` [REGIN_OUT].")
@click.option("--keep", type=click.IntRange(1), default=6, show_default=True, help="Releases that stay: the current one and those before it.")
def prune(out: Path | None, keep: int) -> None:
    """Remove old releases. Their files answer 410 then; tombstones of what they held stay, and the change feed begins anew
    with everything of the oldest release that stays."""
    from regin_graph.pruning import prune as prune_releases

    for version in prune_releases(_settings(out=out).out, keep):
        click.echo(f"removed {version}")


@main.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json", "turtle"]), default="text", show_default=True,
              help="Form of the findings.")
@click.option("--severity", type=click.Choice(["Violation", "Warning", "Info"]), default="Warning", show_default=True,
              help="Leave out findings milder than this.")
@DATA
@JOBS
def check(files: tuple[Path, ...], form: str, severity: str, data: Path | None, jobs: int | None) -> None:
    """Check all data, or tell only what concerns some FILES; write nothing.

    Exit code 0: no violation; 1: violations; 2: wrong use.
    """
    from regin_graph.build.checking import check_files
    from regin_graph.progress import steps

    with steps() as step:
        report = check_files(_settings(data=data, jobs=jobs), files, severity, step)
    click.echo({"text": report.as_text, "json": report.as_json, "turtle": report.as_turtle}[form]())
    sys.exit(1 if report.blocks else 0)


@main.command()
@click.option("--release", type=click.Path(path_type=Path), help="Release folder to serve [REGIN_RELEASE].")
@click.option("--host", help="Address to listen on [REGIN_HOST].")
@click.option("--port", type=int, help="Port to listen on [REGIN_PORT].")
@click.option("--workers", type=click.IntRange(1), help="Server processes over the release [REGIN_WORKERS].")
@click.option("--scratch", is_flag=True, help="Serve an in-memory store holding FILES, with update; loopback only.")
@click.argument("files", nargs=-1, type=click.Path(exists=True, path_type=Path))
def serve(release, host, port, workers, scratch, files) -> None:
    """Serve a release: SPARQL, pages, map. A new release is taken up without a restart."""
    from endpoint.serve import serve as serve_release

    if files and not scratch:
        raise click.UsageError("FILES are served with --scratch; a release is served as a whole.")
    serve_release(release=release, host=host, port=port, workers=workers, scratch_files=list(files) if scratch else None)


@main.command()
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option("--release", type=click.Path(path_type=Path), default=Path("build/current"), show_default=True,
              help="Release folder to ask.")
@click.option("--format", "form", default="tsv", show_default=True, help="json, xml, csv, tsv; ttl, nt, rdf, jsonld.")
def query(file, release: Path, form: str) -> None:
    """Run the query in FILE (or - for standard input) against a release and print its result."""
    from regin_graph.querying import run_query

    sys.stdout.buffer.write(run_query(file.read(), release, form))


@main.command()
@click.argument("code")
@click.option("--version", "version", help="List of codes: nuts-2016, nuts-2021, nuts-2024, iso-3166-2; without it the newest that has the code.")
@click.option("--release", type=click.Path(path_type=Path), default=Path("build/current"), show_default=True,
              help="Release folder to ask.")
def resolve(code: str, version: str | None, release: Path) -> None:
    """Tell which region a CODE means in a version of its list; refuse a code that is not valid in it."""
    from regin_graph.territory import resolve_in_release

    click.echo(resolve_in_release(code, version, release).as_text())


@main.command()
@click.argument("target", type=click.Path(exists=True, path_type=Path))
@click.option("--least", type=click.FloatRange(0, 1), default=0.6, show_default=True, help="Leave out proposals less certain than this.")
@click.option("--most", type=click.IntRange(1, 20), default=3, show_default=True, help="Most proposals for one outside thing.")
@click.option("--release", type=click.Path(path_type=Path), default=Path("build/current"), show_default=True, help="Release folder to ask.")
@DATA
def link(target: Path, least: float, most: int, release: Path, data: Path | None) -> None:
    """Propose links from our things to those of the table TARGET, as an SSSOM table for a person to accept.

    TARGET is CSV, TSV or XLSX with columns id (IRI) and name; name_fr …, country, kind, latitude, longitude help.
    """
    from regin_graph.linking import propose_links

    click.echo(propose_links(target, release, _settings(data=data).data, least, most), nl=False)


@main.command("import")
@click.argument("form", metavar="FORMAT", type=click.Choice(["mipexr-scores", "mipexr-questions", "mipexr-answers", "outcome-figures", "practices", "eurostat"]))
@click.argument("file", type=click.Path(exists=True, path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), default=Path("proposal"), show_default=True, help="Folder for the proposed files, laid out like data/.")
@click.option("--accept", is_flag=True, help="Write into the data folder itself.")
@click.option("--table", default="", help="Code of the Eurostat table, such as tgs00010.")
@click.option("--nuts", default="", help="Version of the area codes in a file of Eurostat, such as nuts-2021.")
@click.option("--source", default="", help="Identifier of the source record for a file of Eurostat.")
@DATA
def import_(form: str, file: Path, out: Path, accept: bool, table: str, nuts: str, source: str, data: Path | None) -> None:
    """Turn an outside FILE (CSV, TSV, XLSX) into a proposal for the data folder, and tell the difference in words.

    FORMAT: mipexr-scores, mipexr-questions, mipexr-answers, outcome-figures, practices or eurostat. Its columns stand in regin_graph/importers/mappings.
    Exit code 0: proposed; 1: rows are rejected and nothing was written; 2: wrong use.
    """
    from regin_graph.importers.importing import import_file

    settings = _settings(data=data)
    proposal = import_file(form, file, settings, table, nuts, source)
    click.echo(proposal.as_text())
    for path in proposal.write(settings.data if accept else out):
        click.echo(f"Written: {path}")


@main.command()
@click.argument("form", metavar="FORMAT", type=click.Choice(["xlsx", "csv", "ods", "geojson", "gpkg", "parquet"]))
@click.argument("kinds", nargs=-1, metavar="[KIND]...")
@click.option("--out", type=click.Path(path_type=Path), default=Path("export"), show_default=True, help="Folder for the files.")
@click.option("--release", type=click.Path(path_type=Path), default=Path("build/current"), show_default=True, help="Release folder to export from.")
def export(form: str, kinds: tuple[str, ...], out: Path, release: Path) -> None:
    """Write things of a release in a FORMAT for people: xlsx, csv, ods, geojson, gpkg, parquet.

    KIND: practices, regions, actors, competences, indicators, evaluations, scores, figures, sources; none: all.
    """
    from regin_graph.exporters.selection import export_release

    for path in export_release(form, kinds, release, out):
        click.echo(f"Written: {path}")


@main.command()
@click.argument("release", type=click.Path(exists=True, path_type=Path), default=Path("build/current"))
@click.option("--engine", help="Query address, comma, Graph Store address [REGIN_ENGINE].")
def load(release: Path, engine: str | None) -> None:
    """Load a RELEASE into an outside SPARQL server by the Graph Store Protocol, and remove what an earlier one left."""
    from regin_graph.engine_loading import load_release
    from regin_graph.progress import steps

    settings = _settings(engine=engine)
    with steps() as step:
        number = load_release(release, settings.engine, settings.engine_credentials, lambda part, of: step("load", part, of))
    click.echo(f"Loaded: {number} graphs")


@main.command()
@click.argument("kind", type=click.Choice(["practice", "actor", "competence", "evaluation"]))
@click.argument("name")
@DATA
def new(kind: str, name: str, data: Path | None) -> None:
    """Write an empty record of a KIND with its guide as comments, ready to be filled in."""
    from regin_graph.new_record import write_new_record

    settings = _settings(data=data)
    click.echo(f"Written: {write_new_record(kind, name, settings.data, settings.ontology)}")


@main.command()
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new_release", metavar="NEW", type=click.Path(exists=True, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "nquads"]), default="text", show_default=True,
              help="In words, or as statements in graphs of added and removed ones.")
def diff(old: Path, new_release: Path, form: str) -> None:
    """Tell what changed between two release folders: added, changed and removed records, field by field."""
    from regin_graph.difference import difference

    change = difference(old, new_release)
    click.echo(change.as_text() if form == "text" else change.as_nquads(), nl=False)


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("docs/reference"), show_default=True,
              help="Folder for the pages.")
def reference(out: Path) -> None:
    """Write the reference pages: settings, commands, checks and functions, from their definitions."""
    from regin_graph.reference import write_reference

    for path in write_reference(out):
        click.echo(path)


@main.command()
@click.option("--practices", type=click.IntRange(1), default=100, show_default=True, help="How many practices.")
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed gives the same records.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write a data folder into.")
def synth(practices: int, seed: int, out: Path) -> None:
    """Write synthetic records for tests and benchmarks, in a namespace of their own."""
    from regin_graph.synthesis import synthesise

    click.echo(f"Written: {synthesise(practices, seed, out)} practices below {out}")


@main.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", required=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def bench(name: str | None, arguments: tuple[str, ...]) -> None:
    """Run the benchmark NAME of benchmarks/ with its ARGUMENTS (NAME -- --help shows them); without one, list them."""
    from regin_graph.benchmarking import benchmark_names, run_benchmark

    if name is None:
        click.echo("\n".join(benchmark_names()))
    else:
        run_benchmark(name, arguments)
