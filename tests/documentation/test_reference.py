"""The reference pages say what the definitions say."""

import re
from pathlib import Path

import pytest

from endpoint.settings import EndpointSettings
from regin_graph.cli import main
from regin_graph.reference import reference_pages
from regin_graph.settings import BuildSettings

PROJECT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", ["settings.md", "commands.md", "checks.md", "functions.md"])
def test_a_reference_page_is_fresh(name):
    written = (PROJECT / "docs" / "reference" / name).read_text("utf-8")
    assert written == reference_pages()[name], "run `regin reference` and commit docs/reference"


def test_every_setting_has_a_description():
    for settings in (BuildSettings, EndpointSettings):
        for name, field in settings.model_fields.items():
            assert field.description, f"{settings.__name__}.{name} has no description"


def test_every_command_check_and_function_stands_in_its_page():
    from regin_graph.geosparql import CUSTOM_FUNCTIONS

    pages = reference_pages()
    for name in main.commands:
        assert f"## regin {name}\n" in pages["commands.md"]
    for path in (PROJECT / "shapes" / "checks").glob("*.rq"):
        assert f"| {path.stem} |" in pages["checks.md"]
    for function in CUSTOM_FUNCTIONS:
        if function.value.startswith("http://www.opengis.net/def/function/geosparql/"):
            # The register spells some names in another case: one page entry serves both.
            assert f"### {function.value.rpartition('/')[2]}\n".lower() in pages["functions.md"].lower(), function.value


def test_links_between_the_documents_lead_somewhere():
    for path in [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), *(PROJECT / "data").glob("*.md"),
                 *(PROJECT / "ontology").rglob("*.md"), *(PROJECT / "shapes").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text("utf-8")):
            if "://" not in target and not target.startswith("mailto:"):
                assert (path.parent / target).exists(), f"{path.relative_to(PROJECT)}: {target} does not exist"
