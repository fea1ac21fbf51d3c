"""Propose links to things elsewhere: rows of an SSSOM table with scores and reasons, for a person to accept or reject."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import shapely
import yaml
from shapely.geometry.base import BaseGeometry

from regin_graph.build.report import Finding, Place, Report
from regin_graph.errors import FindingsRemain, WrongUse
from regin_graph.identifiers import CANONICAL_BASE
from regin_graph.importers.table_file import Row, read_table_file
from regin_graph.reconciliation.index import Candidate, Name, NameIndex, read_entities
from regin_graph.reconciliation.names import plain
from regin_graph.release_rows import open_release, release_rows

# What each kind of evidence counts for; what is not known counts half.
NAME_SHARE, COUNTRY_SHARE, PLACE_SHARE = 0.7, 0.15, 0.15
# From here the proposal is for the same thing, below for a near one.
SAME_FROM = 0.9
# A point on the coast may lie a little outside of a simplified outline. Units: degrees.
COAST = 0.1
COLUMNS = ("subject_id", "subject_label", "predicate_id", "object_id", "object_label", "mapping_justification", "confidence", "match_string", "mapping_tool", "mapping_date", "review_status", "comment")
KNOWN = ("id", "name", "country", "kind", "latitude", "longitude")


@dataclass(frozen=True)
class Proposal:
    """A proposed link. Shape: IRI and name of ours, IRI and name of theirs, confidence 0 to 1, name that matched, reasons."""

    subject: str
    subject_label: str
    object: str
    object_label: str
    confidence: float
    matched: str
    reasons: tuple[str, ...]


@dataclass
class Evidence:
    """What is known of our things: names and countries, outlines of regions, links already decided on."""

    index: NameIndex
    outlines: dict[str, BaseGeometry] = field(default_factory=dict)
    decided: set[tuple[str, str]] = field(default_factory=set)


def propose_links(target: Path, release: Path, data: Path, least: float = 0.6, most: int = 3) -> str:
    """Give the SSSOM table of proposals for a table of outside things. Raises: FindingsRemain, WrongUse."""
    table = read_table_file(target)
    findings = table.findings + list(_findings(table.columns, table.rows, table.name))
    if findings:
        report = Report()
        report.add(findings)
        raise FindingsRemain(report)
    proposals = proposals_for(table.rows, read_evidence(release, data), least, most)
    return as_sssom(proposals, target.stem)


def _findings(columns: list[str], rows: list[Row], shown: str) -> Iterable[Finding]:
    for name in ("id", "name"):
        if columns and name not in columns:
            yield Finding(Place(shown, 1, name), "Violation", "missing-column", f'column "{name}" is missing.', f"Columns are {', '.join(KNOWN)}, and name_fr, name_de, … for other languages.")
    for row in rows:
        if "://" not in row.cells.get("id", "://"):
            yield Finding(Place(shown, row.line, "id"), "Violation", "not-an-iri", f'"{row.cells["id"]}" is no IRI.', "Write it in full, such as http://www.wikidata.org/entity/Q25263.")
        for name, bound in (("latitude", 90), ("longitude", 180)):
            if row.cells.get(name) and _degrees(row.cells[name], bound) is None:
                yield Finding(Place(shown, row.line, name), "Violation", "not-a-coordinate", f'"{row.cells[name]}" is no {name}.', f"Write degrees from -{bound} to {bound}, with a point.")


def _degrees(text: str, bound: float) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if -bound <= number <= bound else None


def read_evidence(release: Path, data: Path) -> Evidence:
    """Give what a release says of our things, and which links the mapping tables hold. Raises: WrongUse."""
    store = open_release(release)
    entities = ({key: term.value for key, term in row.items()} for row in release_rows(store, "reconciliation_entities"))
    names = ((row["entity"].value, Name(row["name"].value, row["name"].language or "", row["kind"].value)) for row in release_rows(store, "reconciliation_names"))
    index = NameIndex(read_entities(entities, names), hidden=frozenset({f"{CANONICAL_BASE}scheme/nuts"}))
    outlines = {
        row["thing"].value: shapely.from_wkt(row["wkt"].value)
        for row in release_rows(store, "outlines_and_places") if row["class"].value.endswith("/Region")
    }
    return Evidence(index, outlines, set(_decided(data)))


def _decided(data: Path) -> Iterable[tuple[str, str]]:
    for path in sorted((data / "mappings").glob("*.sssom.tsv")):
        lines = path.read_text("utf-8").splitlines()
        prefixes = (yaml.safe_load("\n".join(line[1:] for line in lines if line.startswith("#"))) or {}).get("curie_map", {})
        for row in csv.DictReader((line for line in lines if not line.startswith("#")), delimiter="\t"):
            yield _expand(row["subject_id"], prefixes), _expand(row["object_id"], prefixes)


def _expand(curie: str, prefixes: dict[str, str]) -> str:
    prefix, _, local = curie.partition(":")
    return curie if local.startswith("//") else prefixes.get(prefix, prefix + ":") + local


def proposals_for(rows: Iterable[Row], evidence: Evidence, least: float = 0.6, most: int = 3) -> list[Proposal]:
    """Give the proposals for rows of outside things, best first for each; pairs decided on already are left out."""
    found = []
    for row in rows:
        types = _types(row.cells.get("kind", ""), evidence.index)
        names = [text for name, text in row.cells.items() if text and (name == "name" or name.startswith("name_"))]
        best: dict[str, Candidate] = {}
        for candidates in evidence.index.candidates(names, types, 10):
            for one in candidates:
                kept = best.get(one.entity.iri)
                best[one.entity.iri] = one if kept is None or one.score > kept.score else kept
        proposals = [_weighed(row, candidate, evidence) for candidate in best.values()]
        proposals = [one for one in proposals if one.confidence >= least and (one.subject, one.object) not in evidence.decided]
        found += sorted(proposals, key=lambda one: (-one.confidence, one.subject))[:most]
    return found


def _types(kind: str, index: NameIndex) -> frozenset[str]:
    if not kind:
        return frozenset()
    known = {iri for entity in index.entities.values() for iri in entity.types}
    wanted = {iri for iri in known if plain(iri.rpartition("/")[2].rpartition("#")[2]) == plain(kind)}
    if not wanted:
        raise WrongUse(f'the kind "{kind}" is not known.', f"Use {', '.join(sorted(iri.rpartition('/')[2] for iri in known if '/def/' in iri))}, or the name of a code list.")
    return frozenset(wanted)


def _weighed(row: Row, candidate: Candidate, evidence: Evidence) -> Proposal:
    entity = candidate.entity
    reasons = [f'name "{candidate.name.text}" {candidate.score:.0f} of 100']
    country = _country(row.cells.get("country", ""), [name.text for name in entity.names if name.kind == "country"], reasons)
    place = _place(row, evidence.outlines.get(entity.iri), reasons)
    confidence = NAME_SHARE * candidate.score / 100 + COUNTRY_SHARE * country + PLACE_SHARE * place
    return Proposal(entity.iri, entity.named("en"), row.cells["id"], row.cells["name"], round(confidence, 2), candidate.name.text, tuple(reasons))


def _country(stated: str, known: list[str], reasons: list[str]) -> float:
    if not stated or not known:
        return 0.5
    same = plain(stated) in {plain(name) for name in known}
    reasons.append("same country" if same else f"another country ({stated})")
    return float(same)


def _place(row: Row, outline: BaseGeometry | None, reasons: list[str]) -> float:
    latitude, longitude = row.cells.get("latitude", ""), row.cells.get("longitude", "")
    if outline is None or not latitude or not longitude:
        return 0.5
    inside = shapely.dwithin(outline, shapely.Point(float(longitude), float(latitude)), COAST)
    reasons.append("place inside the outline" if inside else "place outside the outline")
    return float(inside)


def as_sssom(proposals: list[Proposal], name: str) -> str:
    """Give proposals as an SSSOM table (TSV with its metadata as comments)."""
    spaces: dict[str, str] = {"semapv": "https://w3id.org/semapv/vocab/", "skos": "http://www.w3.org/2004/02/skos/core#"}
    rows = [_row(one, spaces) for one in proposals]
    head = {
        "mapping_set_id": f"{CANONICAL_BASE}mapping/proposed-{plain(name).replace(' ', '-')}",
        "mapping_set_title": f"Proposals for {name}",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "curie_map": dict(sorted(spaces.items())),
    }
    text = io.StringIO()
    for line in yaml.safe_dump(head, allow_unicode=True, sort_keys=False).splitlines():
        text.write(f"# {line}\n")
    writer = csv.DictWriter(text, COLUMNS, delimiter="\t", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def _row(one: Proposal, spaces: dict[str, str]) -> dict[str, str]:
    return {
        "subject_id": _curie(one.subject, spaces), "subject_label": one.subject_label,
        "predicate_id": "skos:exactMatch" if one.confidence >= SAME_FROM else "skos:closeMatch",
        "object_id": _curie(one.object, spaces), "object_label": one.object_label,
        "mapping_justification": "semapv:CompositeMatching" if len(one.reasons) > 1 else "semapv:LexicalMatching",
        "confidence": f"{one.confidence:.2f}", "match_string": one.matched, "mapping_tool": "regin link",
        "mapping_date": date.today().isoformat(), "review_status": "proposed", "comment": "; ".join(one.reasons),
    }


def _curie(iri: str, spaces: dict[str, str]) -> str:
    """Give the short form of an IRI; its namespace is noted under a prefix made from its words."""
    cut = max(iri.rstrip("/#").rfind("/"), iri.rstrip("/#").rfind("#")) + 1
    space, local = iri[:cut], iri[cut:]
    prefix = next((name for name, known in spaces.items() if known == space), "")
    if not prefix:
        host_and_path = [part for part in space.replace("#", "/").split("/")[2:] if part]
        host = host_and_path[0].removeprefix("www.").split(".")
        words = host_and_path[-1:] if len(host_and_path) > 1 and space.startswith(CANONICAL_BASE) else host[-2:-1] or host
        prefix = plain(words[0]).replace(" ", "-") or "x"
        while prefix in spaces:
            prefix += "-2"
        spaces[prefix] = space
    return f"{prefix}:{local}"
