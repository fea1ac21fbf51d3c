"""The releases that are kept: what each published, which came before, and whether its files are whole."""

import hashlib
import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from regin_graph.publication.record import Catalogue

log = logging.getLogger(__name__)
# The file of a release folder that says what was published.
PUBLICATION = "publication.json"
# The file of a release folder that holds the whole graph.
WHOLE = "graph.nq.gz"
# What the catalogue tells of each file.
FILE_FACTS = ("name", "format", "bytes", "sha256", "media_type", "file_type", "conforms_to", "metadata")
# The codings that files lie packed in beside themselves, the best first, and the endings they have then.
CODINGS = {"zstd": ".zst", "gzip": ".gz"}


@dataclass(frozen=True)
class Publication:
    """What a release published. Shape: its folder, and the content of its publication.json."""

    folder: Path
    content: dict

    @property
    def version(self) -> str:
        """The version of the release."""
        return self.content["version"]

    @property
    def issued(self) -> str:
        """The moment of the release, in ISO 8601, UTC."""
        return self.content["issued"]

    @property
    def previous(self) -> str:
        """The version of the release that this one follows; empty for the first."""
        return self.content.get("previous", "")

    @property
    def datasets(self) -> dict[str, dict]:
        """The facts and files of each dataset."""
        return self.content["datasets"]

    @cached_property
    def record(self) -> Catalogue:
        """The catalogue record as it was then."""
        return Catalogue.from_dict(self.content["catalogue"])

    def file(self, dataset: str, name: str) -> dict | None:
        """Give the facts of a file, or None when the dataset has no such file."""
        return next((one for one in self.datasets.get(dataset, {}).get("files", ()) if one["name"] == name), None)

    def path(self, dataset: str, name: str) -> Path:
        """Give where a file lies."""
        return self.folder / "dumps" / dataset / name

    def damaged(self) -> list[str]:
        """Give the files that are missing or differ from their checksum. Shape: <dataset>/<file>, or <file> of the release."""
        return [name for name in self.files if not self.is_whole(name)]

    def is_whole(self, name: str) -> bool:
        """Tell whether a file is there and is what its checksum says."""
        path, checksum = self.files[name]
        return _checksum(path) == checksum

    @cached_property
    def files(self) -> dict[str, tuple[Path, str]]:
        """Every file that is served. Shape: name as in `damaged` → (path, SHA-256)."""
        return {name: (path, checksum) for name, path, checksum in self._files()}

    def _files(self) -> Iterator[tuple[str, Path, str]]:
        for dataset, facts in self.datasets.items():
            for file in facts["files"]:
                yield f"{dataset}/{file['name']}", self.path(dataset, file["name"]), file["sha256"]
                if file.get("metadata_sha256"):
                    yield f"{dataset}/{file['metadata']}", self.path(dataset, file["metadata"]), file["metadata_sha256"]
                for coding, checksum in file.get("packed", {}).items():
                    name = file["name"] + CODINGS[coding]
                    yield f"{dataset}/{name}", self.path(dataset, name), checksum
        yield self.content["whole"]["name"], self.folder / self.content["whole"]["name"], self.content["whole"]["sha256"]
        for page, checksum in read_checksums(self.folder).items():
            yield page, self.folder / page, checksum


def read_checksums(folder: Path) -> dict[str, str]:
    """Give the checksums of the pages of the change feed of a release. Shape: path below the release → SHA-256."""
    try:
        text = (folder / "changes" / "index.json").read_text("utf-8")
    except FileNotFoundError:
        return {}
    return json.loads(text).get("checksums", {})


def read_publication(folder: Path) -> Publication | None:
    """Give what the release in a folder published; None when it published nothing, or nothing that can be read.
    No step looks first and reads then: the folder may be pruned meanwhile."""
    try:
        found = Publication(folder, json.loads((folder / PUBLICATION).read_text("utf-8")))
        known = found.record.datasets and all(found.content[key] for key in ("version", "issued", "datasets", "graph", "whole", "editors"))
        # There need be no places, but a release says so.
        known = known and isinstance(found.content["places"], dict)
        lacking = sorted({key for facts in found.datasets.values() for file in facts["files"] for key in FILE_FACTS if key not in file})
        if lacking:
            raise ValueError(f"it was written by an older program, its files tell no {', '.join(lacking)}")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        log.error("what release %s published cannot be read and is not served: %s", folder.name, error)
        return None
    return found if known else None


def read_publications(folder: Path) -> tuple[list[Publication], list[Publication]]:
    """Give what this release and the ones that it came from published, and what the others beside it did, each the newest
    first: there are others after going back. Each file is read once."""
    current = read_publication(folder)
    if current is None:
        return [], []
    beside = [read_publication(other) for other in sorted(folder.parent.iterdir()) if other != folder and other.name[0] != "."]
    others = sorted((one for one in beside if one), key=lambda one: one.issued, reverse=True)
    kept = lineage([current, *others])
    versions = {one.version for one in kept}
    return kept, [one for one in others if one.version not in versions]


def kept_publications(folder: Path) -> list[Publication]:
    """Give what this release and the ones that it came from published, the newest first."""
    return read_publications(folder)[0]


def gone_back_from(release: Path) -> list[Publication]:
    """Give what was published after a release and does not lead to it, the newest first: the publisher went back to that one."""
    kept, beside = read_publications(release)
    return [one for one in beside if one.issued > kept[0].issued]


def lineage(publications: Sequence[Publication]) -> list[Publication]:
    """Give the first of these and those that it came from, step by step, as far as they are among these. One that was
    gone back from is not among them, though it may be older."""
    by_version = {one.version: one for one in publications}
    found = list(publications[:1])
    while found and (former := by_version.get(found[-1].previous)):
        found.append(former)
    return found


def _checksum(path: Path) -> str:
    if not path.is_file():
        return ""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        # Pruned just now, or not to be read.
        return ""
