"""GeoJSON: everything that has a place, as features."""

import json
from collections.abc import Mapping
from pathlib import Path

import shapely
from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from regin_graph.exporters.exporter import FILE_TYPE, Exporter

GEO = "http://www.opengis.net/ont/geosparql#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
NAMES = ("http://www.w3.org/2004/02/skos/core#prefLabel", "http://purl.org/dc/terms/title")


class GeoJson(Exporter):
    """Features in WGS 84, longitude first. Units: degrees.
    Source: RFC 7946."""

    title = "GeoJSON"
    media_type, file_type = "application/geo+json", FILE_TYPE + "GEOJSON"
    conforms_to = "https://www.rfc-editor.org/rfc/rfc7946"

    def __init__(self, name: str, base: str, labels: Mapping[str, str]):
        self.file_name, self.base, self.labels = f"{name}.geojson", base, labels

    def write(self, store: Store, folder: Path) -> list[Path]:
        """Give the file of features; none when nothing in the store has a place."""
        features = [
            self._feature(store, quad.subject, quad.object)
            for quad in sorted(store.quads_for_pattern(None, NamedNode(GEO + "hasDefaultGeometry"), None, DefaultGraph()), key=str)
        ]
        features = [feature for feature in features if feature]
        if not features:
            return []
        path = folder / self.file_name
        lines = ",\n".join(json.dumps(feature, ensure_ascii=False) for feature in features)
        path.write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}\n', "utf-8")
        return [path]

    def _feature(self, store: Store, thing: NamedNode, geometry) -> dict | None:
        wkt = next(store.quads_for_pattern(geometry, NamedNode(GEO + "asWKT"), None, DefaultGraph()), None)
        if wkt is None:
            return None
        classes = sorted(
            quad.object.value.rpartition("/")[2]
            for quad in store.quads_for_pattern(thing, RDF_TYPE, None, DefaultGraph())
            if quad.object.value.startswith(self.base)
        )
        properties = {"iri": thing.value, "class": classes[0] if classes else None, "name": self.labels.get(thing.value)}
        for name in NAMES:
            for quad in sorted(store.quads_for_pattern(thing, NamedNode(name), None, DefaultGraph()), key=str):
                if isinstance(quad.object, Literal) and quad.object.language:
                    properties.setdefault(f"name_{quad.object.language}", quad.object.value)
        shape = json.loads(shapely.to_geojson(shapely.from_wkt(wkt.object.value)))
        return {"type": "Feature", "id": thing.value, "geometry": shape, "properties": properties}
