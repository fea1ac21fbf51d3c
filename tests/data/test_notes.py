"""Notes keep what the sources say about method, and what was looked for and not found."""

import pytest

KEPT = [
    "Apply the criteria thoughtfully and adapt them to the context.",
    "Which criteria are used depends on the purpose of the evaluation.",
    "Key questions of the REGIN matrix and sub-criteria.",
    "Questions of the survey.",
    "Real search filters of the Integration Lab.",
    "Definitions of the seven aspects by REGIN.",
]


@pytest.mark.parametrize("text", KEPT)
def test_note_is_kept(text, tables):
    """The note stands in its table, with a source."""
    found = [row["source"] for row in tables["notes/method_notes"].rows if row["text"] == text]
    assert found and all(found), f"data/notes/method_notes.csv has no note: {text}"
