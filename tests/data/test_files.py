"""Every file of the data can be read, is named as its record, and is described."""

import json
import re
from pathlib import Path

import yaml

DATA = Path(__file__).parents[2] / "data"
NAME = re.compile(r"[a-z0-9]+(?:[-.][a-z0-9]+)*")
TEXT_FILES = [path for path in sorted(DATA.rglob("*")) if path.suffix in {".yml", ".csv", ".json", ".jsonld", ".geojson", ".tsv", ".md"}]


def test_every_file_can_be_read():
    broken = []
    for path in TEXT_FILES:
        try:
            text = path.read_text("utf-8")
            if path.suffix == ".yml":
                yaml.load(text, Loader=yaml.BaseLoader)
            elif path.suffix in {".json", ".jsonld", ".geojson"}:
                json.loads(text)
        except (UnicodeDecodeError, yaml.YAMLError, ValueError) as error:
            broken.append(f"{path.relative_to(DATA)}: {error}")
    assert not broken, "Repair the text at the line named:\n" + "\n".join(broken)


def test_the_name_of_a_file_is_the_id_of_its_record(records):
    wrong = [f"{path.name}: id {record['id']}" for folder, content in records.items() if folder != "competences" for path, record in content if path.stem != record["id"]]
    assert not wrong, f"Name the file as its id, or the id as the file: {wrong}"


def test_ids_are_names_and_used_once(records, tables):
    found = [record["id"] for content in records.values() for _, record in content]
    badly_formed = [name for name in found if not NAME.fullmatch(name)]
    for table in tables.values():
        if table.metadata.get("regin:class") not in ("skos:Concept", None):
            keys = [(row["id"], row.get("coding_of") or row.get("option_of")) for row in table.rows]
            assert len(keys) == len(set(keys)), f"{table.path.name} has an id twice: give the later row another one."
            badly_formed += [row["id"] for row in table.rows if not NAME.fullmatch(row["id"])]
    assert not badly_formed, f"An id has lower-case letters a-z, digits, hyphens only: {badly_formed}"
    for folder, content in records.items():
        ids = [record["id"] for _, record in content]
        assert len(ids) == len(set(ids)), f"{folder} has an id twice: give the later record another one."


def test_parts_have_an_id_of_their_own(records, record_types):
    wrong = []
    for kind in record_types.values():
        for path, record in records[kind["folder"]]:
            ids = [part.get("id") for field in kind.get("parts", {}) for part in record.get(field, [])]
            if None in ids or len(ids) != len(set(ids)):
                wrong.append(path.name)
    assert not wrong, f"Give each part an id that no other part of the record has: {wrong}"


def test_fields_are_known_and_in_the_order_of_the_guide(records, record_types):
    wrong = []
    for kind in record_types.values():
        for path, record in records[kind["folder"]]:
            fields = [field for field in record if field not in ("id", "source")]
            if unknown := set(fields) - set(kind["fields"]):
                wrong.append(f"{path.name}: unknown {sorted(unknown)}")
            elif fields != sorted(fields, key=kind["fields"].index):
                wrong.append(f"{path.name}: order")
    assert not wrong, "Use the fields of data/record_types.yml, in its order:\n" + "\n".join(wrong)


def test_every_table_is_described_column_by_column(tables):
    for table in tables.values():
        header = table.path.read_text("utf-8").splitlines()[0].split(",")
        assert header == list(table.columns), f"{table.path.name}: columns and metadata differ; write them in the same order in both."
        undescribed = [name for name, column in table.columns.items() if not column.get("dc:description")]
        assert not undescribed, f"{table.path.name}-metadata.json: describe {undescribed}."


def test_one_name_to_show_for_each_region_and_language(tables):
    shown = [(row["id"], "en", row["name"]) for row in tables["regions/regions"].rows]
    shown += [(row["id"], row["language"], row["name"]) for row in tables["regions/names"].rows if row["name"]]
    others = {(row["id"], row["language"], row["other_name"]) for row in tables["regions/names"].rows if row["other_name"]}
    languages = [key[:2] for key in set(shown)]
    assert len(languages) == len(set(languages)), "Two names to show in one language: put one of them into other_name."
    assert not set(shown) & others, f"The same name as name and other_name: drop the other_name of {set(shown) & others}."


def test_the_guide_documents_every_field(record_types):
    guide = (DATA / "README.md").read_text("utf-8")
    fields = {field for kind in record_types.values() for field in kind["fields"]}
    fields |= {field for kind in record_types.values() for part in kind.get("parts", {}).values() for field in part["fields"]}
    missing = sorted(field for field in fields if f"`{field}`" not in guide)
    assert not missing, f"data/README.md says nothing of {missing}."


def test_no_personal_address_is_published():
    # An address in the reserved domain .example is nobody's.
    address = re.compile(r"[\w.+-]+@[\w-]+\.(?!example\b)[a-z]{2,}")
    with_address = [str(path.relative_to(DATA)) for path in TEXT_FILES if address.search(path.read_text("utf-8"))]
    assert not with_address, f"Addresses of persons are never published: take the e-mail address out of {with_address}."


def test_the_guide_promises_no_order():
    guide = (DATA / "README.md").read_text("utf-8")
    assert "important first" not in guide, "The graph keeps no order of values: do not promise one."
    assert "order of several values is not kept" in guide, "Tell editors that the order of values is not kept."
