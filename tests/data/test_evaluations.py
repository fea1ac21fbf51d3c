"""Tags of the editors stand under the editors' name; the fact that a tag rests on stands under its source."""


def findings_of_the_editors(records):
    """Give (file, finding) for each finding of an evaluation that the editors made."""
    for path, evaluation in records["evaluations"]:
        if evaluation["origin"] == "editorial":
            yield from ((path.name, finding) for finding in evaluation["finding"])


def test_a_tag_is_never_said_to_come_from_the_source_of_the_fact(records):
    """Aspect and kind are the editors' words, and no source's."""
    found = findings_of_the_editors(records)
    claimed = [f"{name}: {one['id']}" for name, one in found if one.get("source", ["editorial"]) != ["editorial"]]
    assert not claimed, f"Write source: [editorial] in the finding, the source of the fact inside its text: {claimed}"


def test_the_fact_of_a_finding_names_its_own_source(records):
    """What was found has the source that says so."""
    found = findings_of_the_editors(records)
    bare = [f"{name}: {one['id']}" for name, one in found if not set(one["text"].get("source", [])) - {"editorial"}]
    assert not bare, f"Say where the fact stands: text: {{en: …, source: [id]}} in {bare}"
