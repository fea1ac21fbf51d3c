"""The tables of links: written so that other tools read them, and stated in the graph as they say."""

import csv
from pathlib import Path

import pytest
import yaml
from pyoxigraph import DefaultGraph, NamedNode, Store

TABLES = sorted((Path(__file__).parents[2] / "data" / "mappings").glob("*.sssom.tsv"))


def read(path: Path) -> tuple[dict, list[dict]]:
    """Give the head of a table and its rows."""
    lines = path.read_text("utf-8").splitlines()
    head = yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#")))
    return head, list(csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"))


def expanded(curie: str, head: dict) -> NamedNode:
    """Give the IRI of a shortened one."""
    prefix, _, local = curie.partition(":")
    return NamedNode(head["curie_map"][prefix] + local)


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_the_head_declares_what_the_rows_use(path):
    head, rows = read(path)
    used = {row[name].partition(":")[0] for row in rows for name in ("subject_id", "predicate_id", "object_id", "mapping_justification")}
    assert used == set(head["curie_map"]) and {"mapping_set_id", "mapping_set_title", "license", "creator_label"} <= set(head)
    assert [one["slot_name"] for one in head["extension_definitions"]] == ["review_status"]
    keys = [(row["subject_id"], row["predicate_id"], row["object_id"]) for row in rows]
    assert len(keys) == len(set(keys)) and all(row["comment"] and row["mapping_date"] for row in rows)


def test_there_is_a_table_for_each_kind_of_thing():
    assert {path.name.split(".")[0] for path in TABLES} == {"actors", "classes", "concepts", "countries", "indicators", "regions"}


def test_what_is_not_certain_stays_a_proposal():
    _, rows = read(next(path for path in TABLES if path.name.startswith("regions")))
    assert sum(row["review_status"] == "proposed" for row in rows) == 6


def test_eurovoc_is_never_more_than_close():
    rows = [row for path in TABLES for row in read(path)[1] if row["object_id"].startswith("eurovoc:")]
    assert len(rows) == 43 and {row["predicate_id"] for row in rows} == {"skos:closeMatch"}


def test_the_graph_states_the_accepted_rows_and_no_others(release):
    store = Store.read_only(str(release / "store"))
    for path in TABLES:
        head, rows = read(path)
        for row in rows:
            terms = [expanded(row[name], head) for name in ("subject_id", "predicate_id", "object_id")]
            stated = any(store.quads_for_pattern(*terms, DefaultGraph()))
            assert stated == (row["review_status"] == "accepted" and not row["predicate_modifier"]), row
