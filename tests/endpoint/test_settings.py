"""Settings are documented and frozen; the web application does without what builds releases."""

import ast
from pathlib import Path

import pytest
from pydantic import ValidationError

import endpoint
from endpoint.errors import every_problem
from endpoint.settings import EndpointSettings, settings_table

FOLDER = Path(endpoint.__file__).parent
SPARQL_MODULES = ("frontage", "problems", "protocol", "queries", "responses", "service_description", "routers/sparql", "routers/graph_store")


def test_every_setting_is_described():
    table = settings_table()
    assert len(table) == len(EndpointSettings.model_fields)
    for name, _, description in table:
        assert name.startswith("REGIN_")
        assert len(description) > 15 and description.endswith("."), name


def test_settings_come_from_the_environment_and_stay(monkeypatch):
    monkeypatch.setenv("REGIN_QUERY_TIMEOUT_S", "7")
    monkeypatch.setenv("REGIN_SERVICE_HOSTS", '["query.example"]')
    settings = EndpointSettings()
    assert settings.query_timeout_s == 7 and settings.service_hosts == ("query.example",)
    with pytest.raises(ValidationError):
        settings.query_timeout_s = 8


@pytest.mark.parametrize(("name", "value"), [("QUERY_TIMEOUT_S", "0"), ("BASE_IRI", "no-slash"), ("PORT", "99999"), ("PUBLIC_URL", "ftp://x"), ("ENGINE", "virtuoso"), ("ENGINE", "http://x/sparql,y"), ("CONTACT", "nobody"), ("CONTACT", "a@b c")])
def test_impossible_settings_are_refused(monkeypatch, name, value):
    monkeypatch.setenv(f"REGIN_{name}", value)
    with pytest.raises(ValidationError):
        EndpointSettings()


def imported_modules(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{name.name}" for name in node.names} | {node.module or ""}
    return found


def test_serving_imports_nothing_that_builds():
    for path in FOLDER.rglob("*.py"):
        for module in imported_modules(path):
            assert not module.startswith(("regin_graph.build", "rdflib", "pyshacl")), f"{path.name} imports {module}"


def test_media_types_have_one_owner():
    """SPARQL result and RDF media types are written in media_types.py alone; rows are counted by media type in the sink."""
    owners = {FOLDER / "media_types.py", FOLDER / "engine" / "sink.py"}
    for path in [*(FOLDER / "engine").glob("*.py"), *(FOLDER / f"{name}.py" for name in SPARQL_MODULES)]:
        if path not in owners:
            constants = {node.value for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
            assert not constants & {"application/sparql-results+json", "text/turtle", "application/sparql-query"}, path.name


def test_problems_have_their_own_slugs():
    slugs = [kind.slug for kind in every_problem()]
    assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize(("name", "value", "told"), [
    ("QUERY_TIMEOUT_S", "soon", "REGIN_QUERY_TIMEOUT_S: "), ("WORKERS", "0", "REGIN_WORKERS: "), ("BASE_IRI", "here", "REGIN_BASE_IRI: "), ("CORS_ORIGINS", "everybody", "cors_origins"),
])
def test_a_wrong_setting_stops_the_start_with_a_sentence(monkeypatch, name, value, told):
    from endpoint.serve import read_settings

    monkeypatch.setenv(f"REGIN_{name}", value)
    with pytest.raises(SystemExit) as stopped:
        read_settings({})
    assert told in str(stopped.value) and "Traceback" not in str(stopped.value)
