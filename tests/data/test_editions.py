"""What is known of the editions of MIPEX-R: which publish scores, and which list a dimension that others do not."""

from pathlib import Path

CONCEPTS = Path(__file__).parents[2] / "ontology" / "concepts"


def test_editions_with_scores_say_that_they_publish_them(tables):
    """An edition that our scores come from publishes scores."""
    publishing = {row["id"] for row in tables["editions/editions"].rows if row["scores_published"] == "true"}
    used = {row["edition"] for row in tables["observations/mipexr_scores"].rows}
    assert used <= publishing, f"Set scores_published to true for {sorted(used - publishing)}."


def test_an_edition_that_was_only_announced_says_nothing_of_scores(tables):
    """Where no source shows figures, nothing can be missing."""
    stated = {row["id"]: row["scores_published"] for row in tables["editions/editions"].rows}
    assert stated["2021-03-datasets"] == stated["2021-12-web-page"] == ""


def test_the_area_added_in_may_2022_names_its_edition():
    """Earlier lists of areas have seven, without antidiscrimination."""
    text = (CONCEPTS / "mipexr-policy-area.ttl").read_text("utf-8")
    area = text.partition("<scheme/mipexr-policy-area/antidiscrimination> a")[2].partition(" .\n\n")[0]
    assert "regin:inEdition <id/edition/2022-05-website>" in area and text.count("regin:inEdition") == 1
