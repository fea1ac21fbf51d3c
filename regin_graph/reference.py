"""Reference pages made from definitions: settings, commands, checks, functions. A test fails when one is stale."""

from pathlib import Path

import click

from regin_graph.benchmark_page import write_benchmark_page
from regin_graph.capacity import write_capacity_page
from regin_graph.identifiers import CANONICAL_BASE
from regin_graph.settings import BuildSettings, project_folder

NOTE = "<!-- Made by `regin reference`; change the definition, not this page. -->\n\n"


def write_reference(folder: Path) -> list[Path]:
    """Give the paths of the reference pages written into the folder, and of the pages of benchmarks and capacity beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in reference_pages().items():
        (folder / name).write_text(text, "utf-8")
        written.append(folder / name)
    return written + write_benchmark_page(folder.parent / "benchmarks.md") + write_capacity_page(folder.parent / "capacity.md")


def reference_pages() -> dict[str, str]:
    """Give the text of each reference page by its file name."""
    pages = {
        "settings.md": settings_page(),
        "commands.md": commands_page(),
        "checks.md": checks_page(),
        "functions.md": functions_page(),
    }
    return {name: NOTE + text for name, text in pages.items()}


def settings_page() -> str:
    """Give the table of all settings: environment variable, default, meaning."""
    from endpoint.settings import settings_table

    # Folders that depend on where the project stands have no default worth printing.
    build = [
        (f"REGIN_{name.upper()}", _default(field), field.description or "")
        for name, field in BuildSettings.model_fields.items()
    ]
    text = "# Settings\n\nRead from the environment when a command starts; options of the command come first.\n"
    for title, rows in (("Building", build), ("Serving", settings_table())):
        text += f"\n## {title}\n\n| variable | default | meaning |\n| --- | --- | --- |\n"
        text += "".join(f"| `{name}` | {f'`{default}`' if default else ''} | {_cell(meaning)} |\n" for name, default, meaning in rows)
    return text


def commands_page() -> str:
    """Give every command with its help as `regin COMMAND --help` prints it."""
    from regin_graph.cli import main

    parent = click.Context(main, info_name="regin", **main.context_settings)
    text = "# Commands\n"
    for name in sorted(main.commands):
        context = click.Context(main.commands[name], parent=parent, info_name=name, terminal_width=110)
        text += f"\n## regin {name}\n\n```text\n{main.commands[name].get_help(context)}\n```\n"
    return text


def checks_page() -> str:
    """Give every check: the shapes by class with their messages, and the rules across records."""
    from rdflib import RDFS, SH, Graph

    from regin_graph.build.rules import read_rule

    shapes, graph = project_folder() / "shapes", Graph()
    text = "# Checks\n\nWhat `regin check` looks at. A violation forbids publication, a warning asks, an info advises.\n"
    text += "\n## Rules across records\n\n| rule | severity | problem | repair |\n| --- | --- | --- | --- |\n"
    for path in sorted((shapes / "checks").glob("*.rq")):
        rule = read_rule(path, CANONICAL_BASE)
        text += f"| {rule.name} | {rule.severity} | {_cell(rule.problem)} | {_cell(rule.repair)} |\n"
    for path in sorted(shapes.glob("*.ttl")):
        graph.parse(path)
    for shape in sorted(set(graph.subjects(SH.targetClass))):
        text += f"\n## {graph.value(shape, RDFS.label) or _local(shape)}\n\n| field | severity | message |\n| --- | --- | --- |\n"
        rows = {
            (_local(one), _local(graph.value(one, SH.severity) or SH.Violation), str(message))
            for one in [*graph.objects(shape, SH.property), *graph.objects(shape, SH.sparql)]
            for message in graph.objects(one, SH.message)
            if message.language in (None, "en")
        }
        text += "".join(f"| {name} | {severity} | {_cell(message)} |\n" for name, severity, message in sorted(rows))
    return text


def functions_page() -> str:
    """Give every function of the query language: signature, meaning, units, example, source."""
    from regin_graph.geosparql.definitions import DEFINITIONS

    text = "# Functions of the query language\n\nGeoSPARQL 1.1 functions, prefix `geof:` <http://www.opengis.net/def/function/geosparql/>.\n"
    group = ""
    for one in DEFINITIONS:
        if one.group != group:
            group = one.group
            text += f"\n## {group[:1].upper()}{group[1:]}\n"
        text += f"\n### {one.name}\n\n`{one.signature}`\n\n{one.description}"
        text += f" Units: {one.units}." if one.units else ""
        text += f" Source: {one.source}.\n\n```sparql\n{one.query}\n# {one.answer}\n```\n"
    return text


def _default(field) -> str:
    return "" if field.default_factory else str(field.default)


def _local(term) -> str:
    return str(term).replace("#", "/").rpartition("/")[2]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
