"""Codes through the versions of their lists: as functions, by command, and over the web."""

import httpx
import pytest
from click.testing import CliRunner

from regin_graph.cli import main
from regin_graph.settings import project_folder
from regin_graph.territory import Coding, NotResolved, read_codings, resolve, resolve_anywhere


@pytest.fixture(scope="module")
def codings():
    """Give the codings of the data."""
    return read_codings(project_folder() / "data")


def test_every_coding_leads_back_to_its_region(codings):
    for coding in codings:
        assert resolve(coding.code, coding.list, codings).region == coding.region


@pytest.mark.parametrize(("code", "version", "region"), [
    ("FI1C3", "nuts-2021", "paijat-hame"), ("FI1C6", "nuts-2024", "paijat-hame"), ("UKM", "nuts-2016", "scotland"), ("ES51", "nuts-2024", "catalonia"), ("SE-M", "iso-3166-2", "skane"),
])
def test_a_code_means_its_region_in_its_version(codings, code, version, region):
    found = resolve(code, version, codings)
    assert found.region == region and code in found.codes[version]


@pytest.mark.parametrize(("code", "version", "valid_in", "instead"), [
    ("FI1C3", "nuts-2024", ["nuts-2021"], ["FI1C6"]), ("FI1C6", "nuts-2021", ["nuts-2024"], ["FI1C3"]), ("UKM", "nuts-2021", ["nuts-2016"], []), ("XX9", "nuts-2021", [], []), ("PT20", "nuts-1999", [], []),
])
def test_a_code_is_refused_where_it_is_not_valid(codings, code, version, valid_in, instead):
    with pytest.raises(NotResolved) as refusal:
        resolve(code, version, codings)
    assert (refusal.value.valid_in, refusal.value.instead) == (valid_in, instead)


def test_without_a_version_the_newest_list_is_taken(codings):
    assert resolve_anywhere("PT20", codings).version == "nuts-2024"
    assert resolve_anywhere("UKM", codings).version == "nuts-2016"


def test_the_command_tells_and_refuses(release):
    told = CliRunner().invoke(main, ["resolve", "fi1c6", "--version", "nuts-2024", "--release", str(release)])
    assert told.exit_code == 0 and "paijat-hame" in told.output and "nuts-2021 FI1C3" in told.output
    refused = CliRunner().invoke(main, ["resolve", "FI1C3", "--version", "nuts-2024", "--release", str(release)])
    assert refused.exit_code == 2 and "it is one of nuts-2021" in refused.output and "FI1C6" in refused.output


def test_the_address_tells_and_refuses(server):
    found = httpx.get(f"{server}/resolve", params={"code": "fi1c6", "version": "nuts-2024"}).json()
    assert found["region"] == {"id": "paijat-hame", "iri": "https://w3id.org/regin/id/region/paijat-hame", "name": "Päijät-Häme"}
    assert [(one["before"], one["after"], one["change"]) for one in found["changes"]] == [("FI1C3", "FI1C6", "recoded")]
    refused = httpx.get(f"{server}/resolve", params={"code": "FI1C3", "version": "nuts-2024"})
    assert refused.status_code == 404 and refused.json()["valid_in"] == ["nuts-2021"] and refused.json()["instead"] == ["FI1C6"]
    page = httpx.get(f"{server}/resolve", params={"code": "ES51"}, headers={"Accept": "text/html"})
    assert page.status_code == 303 and page.headers["location"] == "/regions/catalonia"


@pytest.mark.parametrize(("query", "status"), [("", 400), ("code=", 400), ("code=PT20&version=nuts-1999", 400), ("code=XX9", 404), ("code=" + "A" * 50, 400), ("code=%22%7D", 404)])
def test_wrong_requests_are_told(server, query, status):
    assert httpx.get(f"{server}/resolve?{query}").status_code == status


def test_units_that_were_split_merged_or_shared_lead_to_the_region_they_fit():
    """Made up: one region that was two units and became one, another that became two, and a unit that one region fills and another shares."""
    codings = [
        Coding("east", "nuts-2021", "XX11", "part"), Coding("east", "nuts-2021", "XX12", "part"), Coding("east", "nuts-2024", "XX13", "exact"),
        Coding("west", "nuts-2021", "XX21", "exact"), Coding("west", "nuts-2024", "XX22", "part"), Coding("west", "nuts-2024", "XX23", "part"),
        Coding("alps", "nuts-2021", "XX31", "overlaps"), Coding("valley", "nuts-2021", "XX31", "exact"),
    ]
    assert resolve("XX12", "nuts-2021", codings).codes == {"nuts-2021": ["XX11", "XX12"], "nuts-2024": ["XX13"]}
    assert resolve("XX12", "nuts-2021", codings).fit == "part"
    for code, version, instead in (("XX11", "nuts-2024", ["XX13"]), ("XX21", "nuts-2024", ["XX22", "XX23"]), ("XX22", "nuts-2021", ["XX21"])):
        with pytest.raises(NotResolved) as refusal:
            resolve(code, version, codings)
        assert refusal.value.instead == instead
    assert resolve("XX31", "nuts-2021", codings).region == "valley"
