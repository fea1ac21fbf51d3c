"""What the tests of the data share: the records and tables as text, and the names that may be referred to."""

import csv
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
DATA = PROJECT / "data"


def read_yaml(path: Path):
    """Give the content of a YAML file with every value as text."""
    return yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)


def read_rows(path: Path) -> list[dict]:
    """Give the rows of a table as {column: text}."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def record_types() -> dict:
    return read_yaml(DATA / "record_types.yml")


@pytest.fixture(scope="session")
def records(record_types) -> dict[str, list]:
    """Give every record as {folder: [(path, record)]}; a file with `records:` gives several."""
    found = {}
    for kind in record_types.values():
        found[kind["folder"]] = [
            (path, record)
            for path in sorted((DATA / kind["folder"]).glob("*.yml"))
            for content in [read_yaml(path)]
            for record in (content["records"] if "records" in content else [content])
        ]
    return found


@pytest.fixture(scope="session")
def tables() -> dict[str, SimpleNamespace]:
    """Give every table as {"folder/name": (path, metadata, columns, rows)}."""
    found = {}
    for path in sorted(DATA.rglob("*.csv")):
        metadata = json.loads(path.with_name(path.name + "-metadata.json").read_text("utf-8"))
        columns = {column["name"]: column for column in metadata["tableSchema"]["columns"]}
        name = str(path.relative_to(DATA).with_suffix(""))
        found[name] = SimpleNamespace(path=path, metadata=metadata, columns=columns, rows=read_rows(path))
    return found


@pytest.fixture(scope="session")
def context() -> dict:
    return json.loads((DATA / "context.jsonld").read_text("utf-8"))["@context"]


@pytest.fixture(scope="session")
def names(records, tables) -> dict[str, set]:
    """Give what may be referred to as {path below the base: {names}}: records, rows and concepts."""
    known = {f"id/{folder.rstrip('s')}/": {record["id"] for _, record in found} for folder, found in records.items()}
    for table, path in (("regions/regions", "region"), ("regions/groups", "region-group"), ("regions/places", "place"), ("regions/correspondences", "correspondence"), ("editions/editions", "edition"), ("sources/sources", "source")):
        known[f"id/{path}/"] = {row["id"] for row in tables[table].rows}
    known["id/indicator/"] = {row["id"] for name in ("policy", "outcome") for row in tables[f"indicators/{name}_indicators"].rows}
    for path in (PROJECT / "ontology" / "concepts").glob("*.ttl"):
        for scheme, concept in re.findall(r"^<scheme/([a-z0-9-]+)/([^>/]+)>", path.read_text("utf-8"), re.MULTILINE):
            known.setdefault(f"scheme/{scheme}/", set()).add(concept)
            known.setdefault("scheme/", set()).update({scheme, f"{scheme}/{concept}"})
    observation = (PROJECT / "ontology" / "observation.ttl").read_text("utf-8")
    known["dataset/"] = set(re.findall(r"^<dataset/([a-z0-9-]+)> a qb:DataSet", observation, re.MULTILINE))
    known["scheme/nuts/"] = {row["id"] for row in tables["regions/areas"].rows}
    known["scheme/"] |= {"nuts"}
    return known
