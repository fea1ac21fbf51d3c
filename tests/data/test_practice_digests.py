"""No text and no source of a practice changes by accident: each field is what it was when compared with the sources."""

import copy

import pytest
import yaml

from .practice_digests import DIGESTS, digests_of

KNOWN = yaml.safe_load(DIGESTS.read_text("utf-8"))
RENEW = "Restore it (the history of the file shows it); if the change is meant: python tests/data/practice_digests.py"


@pytest.fixture(scope="module")
def evaluations(records) -> list[dict]:
    """Give the records of evaluations."""
    return [evaluation for _, evaluation in records["evaluations"]]


def changed_in(practice: dict, evaluations: list[dict]) -> list[str]:
    """Give the fields of a practice that no longer say what they said; fields that were added are no loss."""
    found = digests_of(practice, evaluations)
    return [field for field, known in KNOWN.get(practice["id"], {}).items() if found.get(field) != known]


def test_fields_of_practices_say_what_their_sources_said(records, evaluations):
    """A field that says something else, or says it from another source, is named with its practice."""
    changed = [
        f"{practice['id']}: {', '.join(fields)}. {RENEW} {practice['id']}"
        for _, practice in records["practices"]
        if (fields := changed_in(practice, evaluations))
    ]
    assert not changed, "These fields changed:\n" + "\n".join(changed)


def test_no_practice_with_a_digest_is_gone(records):
    """A practice may be retired, its record stays."""
    lost = KNOWN.keys() - {practice["id"] for _, practice in records["practices"]}
    assert len(KNOWN) >= 59 and not lost, f"Practices are withdrawn with status: retired, never deleted: {sorted(lost)}"


def test_a_changed_text_and_a_moved_source_are_seen(records, evaluations):
    """The guard itself: it sees another text and a source under another field, and no change of order."""
    practice = next(one for _, one in records["practices"] if one["id"] == "skane-testbed-health-equity")
    practice = copy.deepcopy(practice)
    practice["title"]["source"].reverse()
    assert changed_in(practice, evaluations) == []
    practice["title"]["en"] += "!"
    practice["status"]["source"], practice["web_page"]["source"] = ["regin-lab-skane"], ["editorial"]
    assert changed_in(practice, evaluations) == ["status", "title", "web_page"]
