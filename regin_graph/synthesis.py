"""Make synthetic records for tests and benchmarks: seeded, and in a namespace that can never enter a release."""

import csv
import json
import random
import shutil
from pathlib import Path

import shapely
import yaml

from regin_graph.settings import project_folder

SYNTHETIC_BASE = "https://synthetic.regin.example/"
MARK = "synthetic.yml"
PRACTICES_A_REGION = 25
# The ontology cites sources and codes of the real data: they are needed for its references to hold.
COPIED = (
    "catalogue.yml",
    "context.jsonld",
    "record_types.yml",
    "sources/sources.csv",
    "sources/sources.csv-metadata.json",
    "regions/areas.csv",
    "regions/areas.csv-metadata.json",
)
WORDS = (
    "network course mentor housing advice welcome language school family clinic garden council market training bridge "
    "office guide circle shelter library theatre kitchen workshop forum contract plan bus village harbour youth"
).split()
TOPICS = ["health", "education", "housing", "labour-market", "language-skills", "social-inclusion", "youth"]
GROUPS = ["third-country-nationals", "asylum-seekers", "refugees", "women", "families"]
ASPECTS = ["communication", "inclusion", "innovation", "multi-level-governance", "sustainability"]


def synthesise(practices: int, seed: int, out: Path) -> int:
    """Give the number of practices written below `out`, a data folder that the build takes with --data."""
    chance = random.Random(seed)
    for folder in ("practices", "actors", "evaluations", "competences", "sources", "regions/outlines"):
        (out / folder).mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        shutil.copyfile(project_folder() / "data" / name, out / name)
    (out / MARK).write_text(f"seed: {seed}\npractices: {practices}\nbase_iri: {SYNTHETIC_BASE}\n", "utf-8")
    regions = max(1, practices // PRACTICES_A_REGION)
    _write_sources(out, max(3, practices // 4))
    _write_regions(out, regions)
    _write_actors(out, max(2, practices // 2))
    for number in range(practices):
        _write(out / "practices" / f"synthetic-{number}.yml", _practice(number, practices, regions, chance))
        _write(out / "evaluations" / f"synthetic-{number}-aspects.yml", _evaluation(number, practices, chance))
    return practices


def _practice(number: int, practices: int, regions: int, chance: random.Random) -> dict:
    def said(**content):
        return {**content, "source": [f"synthetic-{chance.randrange(max(3, practices // 4))}"]}

    def text(length: int) -> str:
        return " ".join(chance.choices(WORDS, k=length)).capitalize()

    start = chance.randrange(2000, 2024)
    record = {
        "id": f"synthetic-{number}",
        "status": said(value="published"),
        "title": said(en=f"{text(4)} {number}", fr=f"{text(4)} {number}"),
        "web_page": said(value=f"{SYNTHETIC_BASE}page/{number}"),
        "regin_link": said(value="none-found"),
        "region": said(value=f"synthetic-{number % regions}"),
        "country": said(value="EUR"),
        "need": said(en=text(12)),
        "objective": said(en=text(12)),
        "topic": said(value=sorted(set(chance.choices(TOPICS, k=3)))),
        "description": said(en=text(40)),
        "participation": [
            {"id": f"participation-{part}", "actor": f"synthetic-{actor}", "role": ["partner"],
             "role_text": {"en": "partner"}, **said()}
            for part, actor in enumerate(sorted(chance.sample(range(max(2, practices // 2)), 2)))
        ],
        "regional_role": [{"id": "regional-role-1", "mode": "direct", "role": ["leader"], **said()}],
        "target_group": said(value=sorted(set(chance.choices(GROUPS, k=2)))),
        "start": said(value=str(start)),
        "end": said(value=str(start + chance.randrange(4))),
        "location_text": said(en=text(2)),
        "scale": said(value="regional"),
        "budget": [{"id": "budget-1", "amount": str(chance.randrange(10_000, 2_000_000)), "currency": "EUR", **said()}],
        "funding": [{"id": "funding-1", "instrument": "amif", **said()}],
        "output": said(en=[text(9), text(9)]),
    }
    if chance.random() < 0.3:
        record["challenge"] = said(en=text(14))
        record["lesson"] = said(en=text(14))
    return record


def _evaluation(number: int, practices: int, chance: random.Random) -> dict:
    return {
        "id": f"synthetic-{number}-aspects",
        "status": "published",
        "assesses": f"synthetic-{number}",
        "framework": "aspect",
        "origin": "editorial",
        "finding": [
            {"id": "finding-1", "aspect": chance.choice(ASPECTS), "kind": "inspiring",
             "text": {"en": " ".join(chance.choices(WORDS, k=10)), "source": ["synthetic-1"]}, "source": ["editorial"]}
        ],
        "source": ["editorial"],
    }


def _write_actors(out: Path, count: int) -> None:
    for number in range(count):
        record = {"id": f"synthetic-{number}", "status": "published", "name": {"en": f"Synthetic organisation {number}"},
                  "form": "organisation", "actor_kind": "ngo", "source": ["synthetic-0"]}
        _write(out / "actors" / f"synthetic-{number}.yml", record)


def _write_sources(out: Path, count: int) -> None:
    rows = [(f"synthetic-{number}", f"Synthetic source {number}", "web-page") for number in range(count)]
    columns = [{"name": "id", "suppressOutput": True}, {"name": "source_title", "lang": "en"}, {"name": "source_kind"}]
    _write_table(out / "sources" / "synthetic_sources.csv", columns, rows, "id/source/{id}", "regin:Source", "{id}")


def _write_regions(out: Path, count: int) -> None:
    columns = [{"name": "id", "suppressOutput": True}, {"name": "name", "lang": "en"}, {"name": "country"}]
    rows = [(f"synthetic-{number}", f"Synthetic region {number}", "EUR") for number in range(count)]
    _write_table(out / "regions" / "regions.csv", columns, rows, "id/region/{id}", "regin:Region", "synthetic-0")
    side = max(1, round(count**0.5))
    for number in range(count):
        hexagon = shapely.Point(-10 + 30 * (number % side) / side, 36 + 25 * (number // side) / side)
        feature = {
            "type": "Feature",
            "properties": {"id": f"synthetic-{number}", "source": ["synthetic-0"]},
            "geometry": json.loads(shapely.to_geojson(hexagon.buffer(15 / side, quad_segs=2))),
        }
        (out / "regions" / "outlines" / f"synthetic-{number}.geojson").write_text(json.dumps(feature), "utf-8")


def _write_table(path: Path, columns: list[dict], rows: list[tuple], about: str, of_class: str, source: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column["name"] for column in columns])
        writer.writerows(rows)
    metadata = {
        "@context": "http://www.w3.org/ns/csvw", "url": path.name, "aboutUrl": about, "regin:class": of_class,
        "regin:defaultSource": source, "tableSchema": {"columns": columns},
    }
    path.with_name(path.name + "-metadata.json").write_text(json.dumps(metadata, indent=1), "utf-8")


def _write(path: Path, record: dict) -> None:
    path.write_text(yaml.safe_dump(record, sort_keys=False, allow_unicode=True, width=110), "utf-8")
