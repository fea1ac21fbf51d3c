"""Signposting: typed links that lead a program from a page to identifier, licence, description and files.
Source: Signposting the Scholarly Web (https://signposting.org/FAIR/); linksets: RFC 9264."""

from collections.abc import Iterator

from regin_graph.publication.description import Places
from regin_graph.publication.namespaces import LICENSE
from regin_graph.publication.record import Entry, dataset_iri
from regin_graph.publication.versions import Publication

DATASET_TYPE = "https://schema.org/Dataset"
PAGE_TYPE = "https://schema.org/AboutPage"
DESCRIPTIONS = {".ttl": "text/turtle", ".jsonld": "application/ld+json", ".rdf": "application/rdf+xml"}


def dataset_relations(entry: Entry, publication: Publication, places: Places, version: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Give the links of a dataset's page. Shape: relation, target, attributes."""
    node = dataset_iri(entry.id, places.base, version or publication.version).value
    page = f"{places.root}/dataset/{entry.id}" + (f"/{version}" if version else "")
    yield "cite-as", node, {}
    for kind in (DATASET_TYPE, PAGE_TYPE):
        yield "type", kind, {}
    yield "license", LICENSE, {}
    yield "author", f"{places.base}def/editors", {}
    for suffix, media_type in DESCRIPTIONS.items():
        yield "describedby", page + suffix, {"type": media_type, "profile": "http://www.w3.org/ns/dcat#"}
    for file in publication.datasets[entry.id]["files"]:
        yield "item", f"{places.root}/dumps/{publication.version}/{entry.id}/{file['name']}", {"type": file["media_type"]}
    yield "collection", f"{places.root}/catalog", {"type": "text/turtle"}
    yield "service", f"{places.root}/sparql", {}
    yield "linkset", f"{places.root}/linkset/{entry.id}", {"type": "application/linkset+json"}


def dataset_links(entry: Entry, publication: Publication, places: Places, version: str = "") -> str:
    """Give the Link header of a dataset's page."""
    return ", ".join(
        f'<{target}>; rel="{relation}"' + "".join(f'; {name}="{value}"' for name, value in attributes.items())
        for relation, target, attributes in dataset_relations(entry, publication, places, version)
    )


def dataset_linkset(entry: Entry, publication: Publication, places: Places) -> dict:
    """Give the links of a dataset, and those back from its files and descriptions, as a linkset."""
    page = f"{places.root}/dataset/{entry.id}"
    links: dict[str, list] = {}
    back = []
    for relation, target, attributes in dataset_relations(entry, publication, places, ""):
        links.setdefault(relation, []).append({"href": target, **attributes})
        if relation == "item":
            back.append({"anchor": target, "collection": [{"href": page, "type": "text/html"}]})
        elif relation == "describedby":
            back.append({"anchor": target, "describes": [{"href": page, "type": "text/html"}]})
    return {"linkset": [{"anchor": page, **links}, *back]}
