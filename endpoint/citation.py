"""Citations of what the graph holds: as text, BibTeX and CSL-JSON, for entities, datasets and query results."""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from endpoint.links import with_parameters
from regin_graph.publication.description import Places
from regin_graph.publication.record import Entry, dataset_iri
from regin_graph.publication.versions import Publication

# What TeX takes as commands. A brace counts for BibTeX even behind a backslash, so it is written by name.
TEX = str.maketrans({
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_"},
})


@dataclass(frozen=True)
class Citation:
    """What is cited. Shape: title, author (a group), version, day, identifier; `name`: what the key calls it, where the
    identifier's end does not."""

    title: str
    author: str
    version: str
    issued: str
    identifier: str
    language: str = "en"
    name: str = ""

    @property
    def key(self) -> str:
        """A key for reference managers: the readable end of the identifier and the year."""
        name = self.name or self.identifier.rstrip("/").rsplit("/", 1)[-1]
        return f"regin-{re.sub(r'[^a-z0-9]+', '-', name.lower())}-{self.issued[:4]}"

    @property
    def text(self) -> str:
        """The citation as a sentence."""
        return f"{self.author} ({self.issued[:4]}): {self.title}. REGIN Graph, {self.version}, {self.issued[:10]}. {self.identifier}"

    @property
    def bibtex(self) -> str:
        """The citation for BibTeX."""
        fields = {
            "author": f"{{{self.author.translate(TEX)}}}", "title": self.title.translate(TEX), "publisher": "REGIN Graph", "version": self.version,
            "year": self.issued[:4], "month": self.issued[5:7], "url": self.identifier,
        }
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items()]
        return f"@misc{{{self.key},\n" + ",\n".join(lines) + "\n}\n"

    @property
    def csl(self) -> str:
        """The citation as CSL-JSON."""
        return json.dumps([{
            "id": self.key, "type": "dataset", "title": self.title, "author": [{"literal": self.author}], "publisher": "REGIN Graph",
            "version": self.version, "issued": {"date-parts": [[int(part) for part in self.issued[:10].split("-")]]},
            "URL": self.identifier, "language": self.language, "license": "CC-BY-4.0",
        }], ensure_ascii=False, indent=1)


def cite_dataset(publication: Publication, entry: Entry, places: Places, version: str, language: str) -> Citation:
    """Give the citation of a dataset: always of a version, as the dataset changes."""
    identifier = dataset_iri(entry.id, places.base, version or publication.version).value
    return cite(publication, entry.title[language], identifier, language)


def cite(publication: Publication, title: str, identifier: str, language: str = "en", name: str = "") -> Citation:
    """Give the citation of anything in a release."""
    editors = publication.content["editors"]
    return Citation(title, editors.get(language, editors["en"]), publication.version, publication.issued, identifier, language, name)


def cite_result(publication: Publication, query: str, base: str, language: str) -> Citation:
    """Give the citation of the result of a query: by the query and the release, as whoever runs it again on that release gets the same."""
    title = next((line.lstrip("# ").removeprefix("Title: ") for line in query.splitlines() if line.startswith("#")), "SPARQL")
    moment = datetime.now(UTC).isoformat(timespec="seconds")
    name = f"query-{hashlib.blake2b(query.encode('utf-8', 'surrogatepass'), digest_size=4).hexdigest()}"
    return cite(publication, f"{title} [{moment}]", f"{base}{with_parameters('sparql', query=query)}", language, name)
