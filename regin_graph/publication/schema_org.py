"""Describe datasets in schema.org terms, for search engines of datasets.
Source: https://developers.google.com/search/docs/appearance/structured-data/dataset"""

from regin_graph.publication.description import Places
from regin_graph.publication.namespaces import EUROVOC, GEONAMES, LANGUAGES, LICENSE
from regin_graph.publication.record import Entry, catalog_iri, dataset_iri
from regin_graph.publication.versions import Publication


def schema_catalogue(publication: Publication, places: Places) -> dict:
    """Give the catalogue as a DataCatalog with its datasets."""
    entry = publication.record.catalog
    return {
        "@context": "https://schema.org/",
        "@type": "DataCatalog",
        "@id": catalog_iri(places.base).value,
        "url": f"{places.root}/catalog",
        **_texts(entry),
        **_rights(publication, places),
        "dataset": [
            {"@type": "Dataset", "@id": dataset_iri(one.id, places.base).value, "url": f"{places.root}/dataset/{one.id}", **_texts(one),
             "license": LICENSE, "creator": _editors(publication, places)}
            for one in publication.record.datasets
        ],
    }


def schema_dataset(publication: Publication, entry: Entry, places: Places, version: str = "") -> dict:
    """Give a dataset as a schema.org Dataset."""
    facts = publication.datasets[entry.id]
    node = dataset_iri(entry.id, places.base, version).value
    period = facts if facts["start"] else publication.content["graph"]
    known = publication.content["places"]
    described = {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "@id": node,
        "identifier": node,
        "url": f"{places.root}/dataset/{entry.id}" + (f"/{version}" if version else ""),
        **_texts(entry),
        **_rights(publication, places),
        "version": publication.version,
        "datePublished": publication.issued[:10],
        "dateModified": publication.issued[:10],
        "inLanguage": list(LANGUAGES),
        "temporalCoverage": f"{period['start']}/{period['end']}",
        "spatialCoverage": [
            {"@type": "Place", "name": known[number]["names"].get("en", number), "sameAs": f"{GEONAMES}{number}/"}
            for number in facts["places"]
        ] or [{"@type": "Place", "name": publication.record.place_name, "sameAs": f"{GEONAMES}{publication.record.place}/"}],
        "about": [{"@type": "DefinedTerm", "@id": EUROVOC + number} for number in entry.subject],
        "includedInDataCatalog": {"@type": "DataCatalog", "@id": catalog_iri(places.base).value, "name": publication.record.catalog.title["en"], "url": f"{places.root}/catalog"},
        "isAccessibleForFree": True,
        "measurementTechnique": publication.record.texts["provenance"]["en"],
        "variableMeasured": _variables(facts),
        "isPartOf": {"@type": "DataCatalog", "@id": catalog_iri(places.base).value},
        "isBasedOn": dataset_iri("sources", places.base).value if entry.id != "sources" else [],
        "distribution": [
            {"@type": "DataDownload", "name": f"{file['name']} ({file['format']})", "contentUrl": f"{places.root}/dumps/{publication.version}/{entry.id}/{file['name']}",
             "encodingFormat": file["media_type"], "contentSize": f"{file['bytes']} B", "sha256": file["sha256"]}
            for file in facts["files"]
        ],
    }
    return {key: value for key, value in described.items() if value != []}


def _variables(facts: dict) -> list[str]:
    """Give what a dataset says of its things: the columns of its tables, or the measures of its cubes."""
    columns = {name for file in facts["files"] for name in file.get("columns", ()) if name != "iri" and not name.endswith("_label")}
    return sorted(columns) or sorted({one.rpartition("/")[2].rpartition("#")[2] for cube in facts["cubes"].values() for one in cube["measures"]})


def _texts(entry: Entry) -> dict:
    others = dict.fromkeys(entry.title[one] for one in LANGUAGES if entry.title[one] != entry.title["en"])
    return {
        "name": entry.title["en"],
        **({"alternateName": list(others)} if others else {}),
        # Search engines show between 50 and 5000 characters of it.
        "description": entry.description["en"],
        "keywords": list(dict.fromkeys(word for language in LANGUAGES for word in entry.keyword[language])),
    }


def _rights(publication: Publication, places: Places) -> dict:
    return {
        "license": LICENSE,
        "creator": _editors(publication, places),
        "publisher": _editors(publication, places),
        "isAccessibleForFree": True,
        "conditionsOfAccess": publication.record.texts["rights"]["en"],
    }


def _editors(publication: Publication, places: Places) -> dict:
    return {
        "@type": "Organization", "@id": f"{places.base}def/editors", "name": publication.content["editors"]["en"], "url": f"{places.root}/",
        "contactPoint": {"@type": "ContactPoint", "contactType": "editors", "email": places.contact or publication.record.contact, "url": f"{places.root}/about"},
    }
