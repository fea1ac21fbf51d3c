"""What departed: what an older release named and this one does not, since when, why, and what stands in its place."""

import gzip
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, parse

from regin_graph.identifiers import record_iri
from regin_graph.publication.namespaces import LANGUAGES, term
from regin_graph.publication.versions import WHOLE, Publication, read_publication

FILE = "removed.yml"
DEPARTED = "departed.json"
NAMES = (term("skos:prefLabel"), term("dct:title"), term("rdfs:label"))
KINDS = ("def/", "scheme/", "dataset/", "graph/", "service/", "query/", "id/")


@dataclass(frozen=True)
class Reason:
    """Why a record was removed. Shape: the texts by language, the paths of what replaces it, the place in the file."""

    texts: dict[str, str]
    replaced_by: list[str] = field(default_factory=list)
    line: int = 0


def read_reasons(data: Path, root: Path) -> tuple[dict[str, Reason], list]:
    """Give what the editors say about removed records, and what is wrong with it. Shape: path below the base → reason."""
    from regin_graph.build.records import shown_path
    from regin_graph.build.report import Finding, Place
    from regin_graph.build.yaml_text import read_yaml

    path = data / FILE
    if not path.exists():
        return {}, []
    shown = shown_path(path, root)
    mapping, findings = read_yaml(path, shown)
    reasons: dict[str, Reason] = {}
    for block in (mapping or {}).get("removed") or ():
        texts, unknown = block.get("reason"), sorted(block.keys() - {"id", "reason", "replaced_by"})
        place = Place(shown, block.line, "id")
        if unknown:
            findings.append(Finding(place, "Violation", "unknown-field", f'field "{unknown[0]}" is unknown here.', "Use id, reason, replaced_by."))
        if not block.get("id") or not isinstance(texts, dict) or not texts.get("en") or texts.keys() - set(LANGUAGES):
            findings.append(Finding(place, "Violation", "missing-field", "id or the English text of the reason is missing.", "Write `id: class/name` and `reason: {en: …}`."))
            continue
        followers = block.get("replaced_by") or []
        followers = [followers] if isinstance(followers, str) else followers
        reasons[_path(block["id"])] = Reason(dict(texts), [_path(one) for one in followers], block.line)
    return reasons, findings


def check_reasons(data: Path, root: Path, statements) -> None:
    """Find reasons for what is still there, and successors that are not there."""
    from regin_graph.build.records import shown_path
    from regin_graph.build.report import Finding, Place

    reasons, findings = read_reasons(data, root)
    statements.findings.extend(findings)
    known = {quad.subject.value for quad in statements.quads if isinstance(quad.subject, NamedNode)} if reasons else set()
    shown = shown_path(data / FILE, root)
    for path, reason in reasons.items():
        if statements.base + path in known:
            place = Place(shown, reason.line, "id")
            statements.findings.append(Finding(place, "Violation", "still-there", f"{path} is still part of the data.", "Delete the record, or take the entry out."))
        for follower in reason.replaced_by:
            if statements.base + follower not in known:
                place = Place(shown, reason.line, "replaced_by")
                statements.findings.append(Finding(place, "Violation", "unknown-reference", f"there is no {follower}.", "Name a record that is there."))


def write_departed(folder: Path, quads: Iterable[Quad], base: str, data: Path, version: str, issued: str, previous: Path | None) -> None:
    """Write departed.json: the releases before this one, and everything of ours that one of them named and this one does not."""
    before = read_departed(previous)
    now = {quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)}
    things = {iri: facts for iri, facts in before["things"].items() if iri not in now}
    if previous and (previous / WHOLE).exists():
        for iri, names in _gone(previous / WHOLE, base, now).items():
            things[iri] = {"names": names, "last": previous.name, "version": version, "moment": issued}
    reasons, _ = read_reasons(data, data.parent)
    for iri, facts in things.items():
        reason = reasons.get(record_iri(iri, base).removeprefix(base))
        facts["reason"] = reason.texts if reason else {}
        facts["replaced_by"] = [base + one for one in reason.replaced_by] if reason else []
    content = {"version": version, "issued": issued, "releases": before["releases"] + [[version, issued]], "things": dict(sorted(things.items()))}
    (folder / DEPARTED).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def read_departed(release: Path | None, published: Publication | None = None) -> dict:
    """Give what departed until a release. `published`: what it published, where that is read already.
    Shape: releases (version, moment), things (IRI → names, last, version, moment, reason, replaced_by)."""
    with suppress(FileNotFoundError):
        if release:
            return json.loads((release / DEPARTED).read_text("utf-8"))
    # A release of before this was kept: it is known itself, what was before it is not.
    published = published or (read_publication(release) if release else None)
    return {"releases": [[published.version, published.issued]] if published else [], "things": {}}


def read_ahead(release: Path, later: Sequence[Publication], base: str) -> dict[str, dict]:
    """Give what releases name that were gone back from and this one does not, as the newest of them has it.
    Shape: IRI → names, version, moment."""
    if not later:
        return {}
    now, found = _named(release / WHOLE), {}
    for publication in reversed(later):
        for iri, names in _gone(publication.folder / WHOLE, base, now).items():
            found[iri] = {"names": names, "version": publication.version, "moment": publication.issued}
    return found


def _named(dump: Path) -> set[str]:
    """Give everything that a dump says something about."""
    with gzip.open(dump) as file:
        return {line[1:line.index(b">")].decode() for line in file if line.startswith(b"<")}


def _gone(dump: Path, base: str, now: set[str]) -> dict[str, dict[str, str]]:
    """Give the names of everything of ours that a dump says something about and that is not there now."""
    lines: dict[str, list[bytes]] = {}
    opening = b"<" + base.encode()
    with gzip.open(dump) as file:
        for line in file:
            iri = line[1:line.index(b">")].decode() if line.startswith(opening) else ""
            if iri and iri not in now and iri.removeprefix(base).startswith(KINDS):
                lines.setdefault(iri, []).append(line)
    return {iri: dict(sorted(_names(b"".join(found)))) for iri, found in lines.items()}


def _names(lines: bytes) -> Iterator[tuple[str, str]]:
    for quad in parse(lines, format=RdfFormat.N_QUADS):
        if quad.predicate in NAMES and isinstance(quad.graph_name, DefaultGraph):
            yield quad.object.language or "", quad.object.value


def _path(name: str) -> str:
    """Give the path of a record below the base.

    >>> _path("practice/old-name"), _path("scheme/topic/health")
    ('id/practice/old-name', 'scheme/topic/health')
    """
    return name if name.startswith(KINDS) else f"id/{name}"
