"""The form of SSSOM tables: what each column may hold, as findings with file, line and column.

Source: SSSOM 1.0 (https://mapping-commons.github.io/sssom/); review_status is ours: accepted, proposed, rejected.
"""

import re
from collections.abc import Iterable, Iterator

from regin_graph.build.report import Finding, Place

SLOTS = frozenset(
    "subject_id subject_label subject_category predicate_id predicate_label predicate_modifier object_id object_label object_category "
    "mapping_justification author_id author_label reviewer_id reviewer_label creator_id creator_label license subject_type subject_source "
    "subject_source_version object_type object_source object_source_version mapping_provider mapping_source mapping_cardinality mapping_tool "
    "mapping_tool_version mapping_date publication_date confidence curation_rule curation_rule_text subject_match_field object_match_field match_string "
    "subject_preprocessing object_preprocessing similarity_score similarity_measure see_also issue_tracker_item other comment".split()
)
OWN = frozenset({"review_status"})
STATUSES = ("accepted", "proposed", "rejected")
JUSTIFICATIONS = frozenset(
    "LexicalMatching LogicalReasoning CompositeMatching UnspecifiedMatching SemanticSimilarityThresholdMatching LexicalSimilarityThresholdMatching "
    "MappingChaining MappingReview ManualMappingCuration MappingInversion BackgroundKnowledgeBasedMatching StructuralMatching InstanceBasedMatching DatabaseCrossReference".split()
)
DAY = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


def header_findings(columns: Iterable[str], place: Place) -> Iterator[Finding]:
    """Give what is wrong with the columns of a table."""
    columns = list(columns)
    for name in columns:
        if name not in SLOTS | OWN:
            yield _fault(place, name, f'"{name}" is no column of SSSOM.', "Use a name from https://mapping-commons.github.io/sssom/Mapping/.")
        elif columns.count(name) > 1:
            yield _fault(place, name, f'column "{name}" stands more than once.', "Keep one.")


def row_findings(row: dict, place: Place) -> Iterator[Finding]:
    """Give what is wrong with a row; `row` has a key None when it has too many cells, a value None when too few."""
    if None in row:
        yield _fault(place, "", "the row has more cells than the header.", "Check the tabs of this line.")
    if None in row.values():
        yield _fault(place, "", "the row has fewer cells than the header.", "Check the tabs of this line.")
    for name in ("subject_id", "predicate_id", "object_id", "mapping_justification"):
        if not (row.get(name) or "").strip():
            yield _fault(place, name, f"{name} is empty.", "Write its value.")
    justification = row.get("mapping_justification") or ""
    if justification and (not justification.startswith("semapv:") or justification.removeprefix("semapv:") not in JUSTIFICATIONS):
        yield _fault(place, "mapping_justification", f'"{justification}" is no justification.', "Use a term of semapv, such as semapv:ManualMappingCuration.")
    if (status := row.get("review_status")) and status not in STATUSES:
        yield _fault(place, "review_status", f'"{status}" is no state of review.', f"Use {', '.join(STATUSES)}.")
    if (modifier := row.get("predicate_modifier")) and modifier != "Not":
        yield _fault(place, "predicate_modifier", f'"{modifier}" is not known.', "Leave it empty, or write Not.")
    for name in ("confidence", "similarity_score"):
        if (number := row.get(name)) and not _is_share(number):
            yield _fault(place, name, f'"{number}" is no number from 0 to 1.', "Write it with a point, such as 0.9.")
    if (day := row.get("mapping_date")) and not DAY.fullmatch(day):
        yield _fault(place, "mapping_date", f'"{day}" is no day.', "Write it as 2026-11-22.")


def _is_share(text: str) -> bool:
    try:
        return 0 <= float(text) <= 1
    except ValueError:
        return False


def _fault(place: Place, column: str, problem: str, repair: str) -> Finding:
    return Finding(Place(place.file, place.line, column), "Violation", "mapping", problem, repair)
