"""Write the dumps of a release: every dataset in every format, with sizes, checksums and facts in publication.json."""

import csv
import gzip
import hashlib
import io
import json
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import zstandard
from pyoxigraph import DefaultGraph, NamedNode, Quad, Store

from regin_graph.exporters import Exporter, exporters
from regin_graph.exporters.prefixes import prefixes_of
from regin_graph.exporters.rdf_files import NQuads
from regin_graph.publication.changes import write_changes
from regin_graph.publication.departures import write_departed
from regin_graph.publication.facts import cubes_of, described_places, facts_of, geonames_places, texts_of
from regin_graph.publication.members import members
from regin_graph.publication.namespaces import LICENSE, term
from regin_graph.publication.record import read_catalogue
from regin_graph.publication.streams import fixed_catalogue_page
from regin_graph.publication.structure import structure_of, write_shapes
from regin_graph.publication.versions import CODINGS, PUBLICATION, WHOLE, Publication, gone_back_from, read_publication
from regin_graph.publication.void import void_facts

LABELS = [term(name) for name in ("skos:prefLabel", "dct:title", "rdfs:label")]
# Files above this size are packed as well, so that nobody waits for packing. Units: bytes.
PACKED_FROM = 20_000
# The first row of a table stands within so many bytes.
HEAD = 100_000


def write_dumps(quads: Iterable[Quad], folder: Path, data: Path, shapes: Path, base: str) -> dict | None:
    """Write `dumps/<dataset>/<file>` and the shapes into a release folder; give what is published, None without a catalogue record."""
    catalogue, _ = read_catalogue(data, data.parent)
    if catalogue is None:
        return None
    quads = list(quads)
    whole = Store()
    whole.bulk_extend(quads)
    labels, prefixes, places = _labels(whole), prefixes_of(whole), geonames_places(whole)
    published: dict = {
        "catalogue": catalogue.as_dict(),
        "graph": facts_of(whole, base, places),
        "whole": _whole(folder / WHOLE),
        "places": described_places(whole, places),
        "editors": texts_of(whole, NamedNode(f"{base}def/editors")),
        "void": void_facts(whole, base),
        "structure": structure_of(whole, base),
        "rules": write_shapes(folder, shapes, base),
        "datasets": {},
    }
    for name, chosen in members(catalogue, quads, base).items():
        store = Store()
        store.bulk_extend(chosen)
        place = folder / "dumps" / name
        place.mkdir(parents=True)
        files = []
        for exporter in exporters(name, base, labels, prefixes, LICENSE):
            files += [_described(path, exporter) for path in exporter.write(store, place)]
        published["datasets"][name] = {**facts_of(store, base, places), "cubes": cubes_of(whole, store, base), "files": files}
    return published


def mark_of(published: dict) -> bytes:
    """Give what a version is told apart by beside the graph: the bytes of its files. The same graph that is written in
    another way is another version, as the files of a version never change."""
    facts = published["datasets"]
    return json.dumps([[name, file["name"], file["sha256"], file["metadata_sha256"]] for name in facts for file in facts[name]["files"]]).encode()


def publish(published: dict, quads: Iterable[Quad], folder: Path, data: Path, base: str, version: str, previous: Path | None) -> None:
    """Write publication.json, `changes/` and departed.json. `previous` is the release that was current before, which this one follows."""
    former = read_publication(previous) if previous else None
    left = gone_back_from(previous) if former else []
    issued = _issued(data, [one for one in (former, *left) if one])
    content = {"version": version, "issued": issued, "previous": previous.name if previous else ""} | published
    catalogue = fixed_catalogue_page(Publication(folder, content), former, base, left)
    write_changes(folder, quads, base, version, issued, previous, catalogue, [one.folder for one in left])
    write_departed(folder, quads, base, data, version, issued, previous)
    (folder / PUBLICATION).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _described(path: Path, exporter: Exporter) -> dict:
    content = path.read_bytes()
    packed = _packed(path, content) if len(content) > PACKED_FROM and path.suffix != ".ods" else {}
    beside = path.parent / f"{path.name}-metadata.json"
    return {
        "name": path.name,
        "format": exporter.title,
        "bytes": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "media_type": exporter.media_type,
        "file_type": exporter.file_type,
        "conforms_to": exporter.conforms_to,
        "metadata": beside.name if beside.exists() else "",
        "metadata_sha256": _checksum(beside),
        "packed": packed,
        "columns": next(csv.reader(io.StringIO(content[:HEAD].decode("utf-8", "ignore")))) if path.suffix == ".csv" else [],
    }


def _packed(path: Path, content: bytes) -> dict[str, str]:
    """Give the checksums of the file in each coding, and write it so. Shape: coding → SHA-256."""
    codings = {"gzip": gzip.compress(content, 6, mtime=0), "zstd": zstandard.ZstdCompressor(level=10).compress(content)}
    for coding, body in codings.items():
        path.with_name(path.name + CODINGS[coding]).write_bytes(body)
    return {coding: hashlib.sha256(body).hexdigest() for coding, body in codings.items()}


def _checksum(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


def _whole(path: Path) -> dict:
    content = path.read_bytes()
    return {
        "name": path.name, "format": NQuads.title, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest(),
        "media_type": NQuads.media_type, "file_type": NQuads.file_type, "conforms_to": NQuads.conforms_to,
        "metadata": "", "compress": "application/gzip",
    }


def _labels(store: Store) -> dict[str, str]:
    """Give one name of everything that has one: English where there is one, else the first of the alphabet."""
    found: dict[str, tuple] = {}
    for rank, prop in enumerate(LABELS):
        for quad in store.quads_for_pattern(None, prop, None, DefaultGraph()):
            if isinstance(quad.subject, NamedNode):
                key = (rank, quad.object.language != "en", quad.object.language or "", quad.object.value)
                found[quad.subject.value] = min(found.get(quad.subject.value, key), key)
    return {iri: key[-1] for iri, key in found.items()}


def _issued(data: Path, before: Iterable[Publication]) -> str:
    """Give the moment of the release: that of the commit, so that the same commit gives the same bytes; else now.

    A release never stands before the ones it follows.
    """
    moment = _commit_time(data) or datetime.now(UTC)
    for publication in before:
        moment = max(moment, datetime.fromisoformat(publication.issued) + timedelta(seconds=1))
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _commit_time(data: Path) -> datetime | None:
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=data, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return None if git("status", "--porcelain", ".") else datetime.fromisoformat(git("show", "-s", "--format=%cI", "HEAD"))
    except (OSError, subprocess.CalledProcessError, ValueError):
        return None
