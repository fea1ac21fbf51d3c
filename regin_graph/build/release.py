"""Write a release: store, canonical dump, report, manifest; beside the former one, and switched in one step."""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import DefaultGraph, Quad, Store

from regin_graph import __version__
from regin_graph.build.report import Report
from regin_graph.build.statements import RDF_TYPE
from regin_graph.geosparql import SpatialIndex
from regin_graph.publication.dumps import mark_of, publish, write_dumps
from regin_graph.publication.versions import WHOLE

UNFINISHED = ".unfinished-"


@dataclass(frozen=True)
class Release:
    """A release. Shape: version, folder, counts of nodes by class, number of quads."""

    version: str
    folder: Path
    counts: dict[str, int]
    quads: int


def canonical_lines(quads: Iterable[Quad]) -> list[str]:
    """Give the quads as sorted N-Quads lines: the same statements give the same bytes."""
    return sorted(f"{quad} .\n" for quad in quads)


def as_stored(quads: Iterable[Quad]) -> set[Quad]:
    """Give the quads as the store gives them back: it writes numbers in one way (1.50 as 1.5), and the dump must say
    what the endpoint says."""
    store = Store()
    store.bulk_extend(quads)
    return set(store)


def write_release(
    quads: set[Quad], report: Report, base: str, data: Path, out: Path, commit: str, created: str = "", shapes: Path | None = None,
) -> Release:
    """Give the release written below `out/releases`, to which `out/current` now points. `shapes`: beside the data when not given.

    Everything is written into a folder of another name first; killed at any moment, the former release still serves.
    """
    quads = as_stored(quads)
    lines = canonical_lines(quads)
    dump = "".join(lines).encode()
    releases = out / "releases"
    releases.mkdir(parents=True, exist_ok=True)
    for left in releases.glob(f"{UNFINISHED}*"):
        if not _is_running(left.name.removeprefix(UNFINISHED)):
            shutil.rmtree(left, ignore_errors=True)
    beside, counts = releases / f"{UNFINISHED}{os.getpid()}", _counts(quads, base)
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    _write_files(beside, dump, report, data)
    published = write_dumps(quads, beside, data, shapes or data.parent / "shapes", base)
    version = f"{__version__}-{hashlib.sha256(dump + (mark_of(published) if published else b'')).hexdigest()[:12]}"
    folder = releases / version
    if (folder / "manifest.json").exists():
        shutil.rmtree(beside)
    else:
        _write_store(beside / "store", quads)
        former = (out / "current").resolve()
        if published:
            publish(published, quads, beside, data, base, version, former if former.is_dir() else None)
        manifest = {
            "version": version,
            "commit": commit,
            "created": created,
            "base_iri": base,
            "quads": len(lines),
            "triples": sum(isinstance(quad.graph_name, DefaultGraph) for quad in quads),
            "counts": counts,
            "checksums": _checksums(beside),
        }
        (beside / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", "utf-8")
        _sync(beside)
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)
    _point(out / "current", folder)
    return Release(version, folder, counts, len(lines))


def commit_of(folder: Path) -> str:
    """Give the commit the sources stand at, with `+` when they were changed since; empty outside a checkout."""
    try:
        commit = subprocess.run(["git", "rev-parse", "HEAD"], cwd=folder, capture_output=True, text=True, check=True)
        changed = subprocess.run(["git", "status", "--porcelain", "."], cwd=folder, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return commit.stdout.strip() + ("+" if changed.stdout.strip() else "")


def date_of(folder: Path) -> str:
    """Give the date of the commit the sources stand at; empty outside a checkout, so that nothing depends on the day."""
    command = ["git", "log", "-1", "--format=%cs", "--", "."]
    try:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def _write_store(path: Path, quads: set[Quad]) -> None:
    store = Store(str(path))
    store.bulk_extend(quads)
    store.optimize()
    store.flush()
    # Made once here, so that a fresh query process opens it in milliseconds.
    SpatialIndex.build(store).save(path.parent / "spatial_index")
    del store


def _write_files(folder: Path, dump: bytes, report: Report, data: Path) -> None:
    with (folder / WHOLE).open("wb") as file, gzip.GzipFile("", "wb", 6, file, mtime=0) as packed:
        packed.write(dump)
    (folder / "report.json").write_text(report.as_json() + "\n", "utf-8")
    land = data / "regions" / "land.geojson"
    if land.exists():
        shutil.copyfile(land, folder / "land.geojson")


def _counts(quads: set[Quad], base: str) -> dict[str, int]:
    prefix = base + "def/"
    counts = Counter(
        quad.object.value[len(prefix):]
        for quad in quads
        if quad.predicate == RDF_TYPE and isinstance(quad.graph_name, DefaultGraph) and quad.object.value.startswith(prefix)
    )
    return dict(sorted(counts.items()))


def _checksums(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir()) if path.is_file()
    }


def _sync(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        descriptor = os.open(path, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def _point(link: Path, folder: Path) -> None:
    # A link cannot be changed in place: a new one is put over it in one step.
    beside = link.with_name(f".{link.name}-{os.getpid()}")
    beside.unlink(missing_ok=True)
    beside.symlink_to(os.path.relpath(folder, link.parent))
    beside.replace(link)


def _is_running(process: str) -> bool:
    if not process.isdigit() or int(process) == os.getpid():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
