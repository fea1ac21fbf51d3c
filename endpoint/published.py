"""What is published: the releases that are kept, their files, and the documents about them, made once and kept."""

import asyncio
import logging
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from fastapi import FastAPI, Request
from pyoxigraph import RdfFormat, Triple, serialize

from endpoint.clients import public_base
from endpoint.engine.xml_forms import XmlPieces
from endpoint.errors import DamagedFile, Gone, NotFound
from endpoint.media_types import Form
from endpoint.sending import Document, document_of
from regin_graph.exporters.rdf_files import sorted_head
from regin_graph.publication.departures import read_ahead, read_departed
from regin_graph.publication.description import Places
from regin_graph.publication.namespaces import PREFIXES
from regin_graph.publication.record import Entry
from regin_graph.publication.surroundings import is_reserved
from regin_graph.publication.versions import WHOLE, Publication, read_publications

T = TypeVar("T")
log = logging.getLogger(__name__)
# Documents differ by the address under which a client reaches us: a few are kept, so that no client can fill the memory.
KEPT_DOCUMENTS = 120
Mark = tuple[int, int, int] | None
WITH_PREFIXES = (RdfFormat.TURTLE, RdfFormat.TRIG, RdfFormat.RDF_XML)


@dataclass
class Published:
    """The releases that are kept: the one that is served, then those before it, the newest first; `later` ones there are
    after going back to an older release. And the files of each that are damaged."""

    identity: str
    publications: list[Publication]
    later: list[Publication] = field(default_factory=list)
    # By folder: after going back, two releases may bear one version.
    damaged: dict[Path, set[str]] = field(default_factory=dict)
    # What older releases named and this one does not, and the releases that there have been. Shape: see read_departed.
    departed: dict = field(default_factory=lambda: read_departed(None))
    documents: dict[tuple, Document] = field(default_factory=dict)
    _ahead: dict[str, dict] | None = None
    # How each file looked when it was compared with its checksum. Shape: (folder, name) → mark.
    _marks: dict[tuple[Path, str], Mark] = field(default_factory=dict)
    # What is read in threads now, and was before. Shape: what → its reading.
    _readings: dict[tuple, asyncio.Future] = field(default_factory=dict)

    @property
    def current(self) -> Publication:
        """What the release that is served published."""
        return self.publications[0]

    @property
    def every(self) -> list[Publication]:
        """What every release that is kept published."""
        return [*self.publications, *self.later]

    @property
    def versions(self) -> list[str]:
        """The versions that can be had."""
        return [one.version for one in self.every]

    def version(self, name: str) -> Publication:
        """Give what a version published. Raises: NotFound, Gone."""
        known = self.versions
        if name not in known and name in dict(self.departed["releases"]):
            day = dict(self.departed["releases"])[name][:10]
            raise Gone(f"Version {name} of {day} is no longer kept. Versions that are: {', '.join(known)}.", known=known)
        if name not in known:
            raise NotFound(f"There is no version {name}. Known versions: {', '.join(known)}.", known=known)
        return self.every[known.index(name)]

    async def ahead(self, base: str) -> dict[str, dict]:
        """Give what only releases name that were gone back from; read when it is asked for the first time, once for all that wait.
        Shape: see read_ahead."""
        if self._ahead is None and self.later:
            later = [one for one in self.later if not await self.is_damaged(one, WHOLE)]
            if await self.is_damaged(self.current, WHOLE):
                later = []
            self._ahead = await self._read_once((WHOLE, base), lambda: _things_ahead(self.current, later, base))
        return self._ahead or {}

    def entry(self, name: str, publication: Publication) -> Entry:
        """Give the record of a dataset. Raises: NotFound."""
        known = [one.id for one in publication.record.datasets]
        if name not in known:
            raise NotFound(f"There is no dataset {name}. Known datasets: {', '.join(known)}.", known=known)
        return publication.record.datasets[known.index(name)]

    def check(self, publication: Publication) -> None:
        """Compare the files of a version with their checksums, once."""
        folder = publication.folder
        if folder not in self.damaged:
            self._marks |= {(folder, name): _mark(path) for name, (path, _) in publication.files.items()}
            found = publication.damaged()
            self.damaged[folder] = set(found)
            for name in found:
                _log_damage(publication, name)

    def take_over(self, former: "Published") -> None:
        """Take what was found about the files of versions that were known before: who changed since is compared again, the others
        are not read once more at every switch."""
        for publication in self.every:
            folder = publication.folder
            if folder in former.damaged:
                # The marks first: what is found is noted before its mark, so none stands here with what was found before.
                self._marks |= {key: mark for key, mark in former._marks.items() if key[0] == folder}
                self.damaged[folder] = set(former.damaged[folder])
                for name in publication.files:
                    if self._is_changed(publication, name):
                        self._compare(publication, name)

    async def is_damaged(self, publication: Publication, name: str) -> bool:
        """Tell whether a file of a version differs from its checksum. One that was changed since it was compared is compared again,
        in a thread, once for all that wait."""
        if self._is_changed(publication, name):
            await self._read_once((publication.folder, name), lambda: self._compare(publication, name))
        return name in self.damaged[publication.folder]

    async def refuse_damaged(self, publication: Publication, name: str) -> None:
        """Pass when a file of a version is what its checksum says. Raises: DamagedFile."""
        if await self.is_damaged(publication, name):
            raise DamagedFile

    def _is_changed(self, publication: Publication, name: str) -> bool:
        """Tell whether a file was changed since it was compared."""
        return name in publication.files and self._marks.get((publication.folder, name)) != _mark(publication.files[name][0])

    def _compare(self, publication: Publication, name: str) -> None:
        """Compare a file with its checksum. One that is written meanwhile counts as damaged, and is compared again when it is asked
        for again: how it looks is noted last."""
        path, found = publication.files[name][0], self.damaged[publication.folder]
        mark = _mark(path)
        is_whole = publication.is_whole(name)
        is_settled = mark == _mark(path)
        if is_whole and is_settled:
            found.discard(name)
        elif name not in found:
            found.add(name)
            _log_damage(publication, name)
        if is_settled:
            self._marks[publication.folder, name] = mark

    async def _read_once(self, what: tuple, read: Callable[[], T]) -> T:
        """Give what is read in a thread; who asks meanwhile waits for the same reading, which goes on when one of them leaves."""
        reading = self._readings.get(what)
        if reading is None:
            self._readings[what] = reading = asyncio.ensure_future(asyncio.to_thread(read))
            reading.add_done_callback(lambda _: self._readings.pop(what, None))
        return await asyncio.shield(reading)

    def document(self, key: tuple, make: Callable[[], bytes]) -> Document:
        """Give a document, made when it is asked for the first time."""
        if key not in self.documents:
            if len(self.documents) >= KEPT_DOCUMENTS:
                self.documents.clear()
            self.documents[key] = document_of(make())
        return self.documents[key]

    async def document_apart(self, key: tuple, make: Callable[[], bytes]) -> Document:
        """Give a document that takes long to make: in a thread, once for all that wait."""
        if key in self.documents:
            return self.documents[key]
        body = await self._read_once(key, make)
        return self.document(key, lambda: body)


async def published(request: Request) -> Published:
    """Give what is published now. Raises: NotFound when what is served is no published release."""
    known = await _published(request.app.state)
    if not known.publications:
        raise NotFound("No datasets are published here: what is served is no release with a catalogue.")
    return known


async def _published(state: Any) -> Published:
    """Give what is published now. After a switch it is opened once for all that wait for it, in a thread, as the files of
    releases that are new are compared with their checksums then."""
    if _is_outdated(state):
        state.opening_published = getattr(state, "opening_published", None) or asyncio.Lock()
        async with state.opening_published:
            if _is_outdated(state):
                facts = state.engine.release
                state.published = await asyncio.to_thread(open_published, facts.identity, facts.folder, getattr(state, "published", None))
    return state.published


def _is_outdated(state: Any) -> bool:
    known: Published | None = getattr(state, "published", None)
    return known is None or known.identity != state.engine.release.identity or not all(one.folder.exists() for one in known.every)


async def check_published(app: FastAPI) -> None:
    """Compare the files of all releases that are kept with their checksums, at start; the log names what is damaged."""
    if app.state.engine.release.folder:
        known = await _published(app.state)
        if known.publications and is_reserved(app.state.settings.contact or known.current.record.contact):
            log.warning("the catalogue names a reserved address as contact: set REGIN_CONTACT, or contact in data/catalogue.yml")


def open_published(identity: str, folder: str, former: Published | None = None) -> Published:
    """Give what the release in a folder and the ones before it published; the files of all are checked, unless `former`, what was
    published until now, tells of them."""
    path = Path(folder).resolve() if folder else None
    kept, later = read_publications(path) if path else ([], [])
    found = Published(identity, kept, later, departed=read_departed(path, kept[0] if kept else None))
    if former:
        found.take_over(former)
    for publication in found.every:
        found.check(publication)
    return found


def _things_ahead(current: Publication, later: list[Publication], base: str) -> dict[str, dict]:
    """Give what only later releases name; nothing when they cannot be read, as they may be pruned meanwhile."""
    try:
        return read_ahead(current.folder, later, base)
    except (OSError, EOFError, zlib.error) as error:
        log.warning("what newer releases than %s hold cannot be read: %s", current.version, error)
        return {}


def _mark(path: Path) -> Mark:
    """Give what changes when a file is written anew; None when there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns, found.st_ino


def _log_damage(publication: Publication, name: str) -> None:
    log.error("file %s of release %s differs from its checksum and is not served", name, publication.version)


def places_of(request: Request) -> Places:
    """Give the base of identifiers, and the address under which this client reaches us."""
    settings = request.app.state.settings
    return Places(settings.base_iri, public_base(request.scope, settings), settings.contact)


def written(statements: Iterable[Triple], form: Form, base: str) -> bytes:
    """Give statements in an RDF form, sorted: equal statements are equal bytes."""
    syntax = RdfFormat.from_media_type(form.media_type)
    prefixes = PREFIXES | {"regin": f"{base}def/"} if syntax in WITH_PREFIXES else None
    document = sorted_head(serialize(sorted(statements, key=str), format=syntax, prefixes=prefixes), syntax)
    return XmlPieces(form.media_type).put_right(document) if syntax is RdfFormat.RDF_XML else document
