"""Facts of a dataset that are found in its statements: period, places, languages, sources, numbers."""

import re
from collections import Counter

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from regin_graph.publication.namespaces import GEONAMES, LANGUAGE_CODES, PREFIXES, term

XSD = PREFIXES["xsd"]
GEO = "http://www.opengis.net/ont/geosparql#"
NUTS = "http://data.europa.eu/nuts/code/"
# How long a value of a datatype lasts, the shortest first. Source: ISO 8601 durations.
LASTING = {"date": "P1D", "gYearMonth": "P1M", "gYear": "P1Y"}
METRES_OF_DEGREE = 111_195
FIRST_DAY = {"gYear": "-01-01", "gYearMonth": "-01", "date": ""}
# The days of editing and the examples of terms say nothing about the time that the data are about.
NOT_PERIODS = {term(name) for name in ("dct:created", "dct:modified", "dct:issued", "skos:example")}


def facts_of(store: Store, base: str, places: dict[str, str]) -> dict:
    """Give the facts of a dataset. Shape: triples, quads, entities, start, end,
    resolution (an ISO 8601 duration), resolution_m, places, languages.

    `places` gives the GeoNames place of a thing, where one is known.
    """
    defaults = list(store.quads_for_pattern(None, None, None, DefaultGraph()))
    nodes = {node.value for quad in defaults for node in (quad.subject, quad.object) if isinstance(node, NamedNode)}
    sources = {quad.subject for quad in store.quads_for_pattern(None, term("rdf:type"), NamedNode(base + "def/Source"))}
    dated = [quad.object for quad in defaults if quad.subject not in sources and quad.predicate not in NOT_PERIODS and _days(quad.object)]
    days = sorted(day for value in dated for day in _days(value))
    kinds = {value.datatype.value.removeprefix(XSD) for value in dated}
    languages = Counter(quad.object.language for quad in defaults if isinstance(quad.object, Literal) and quad.object.language)
    counted = {
        quad.subject.value for quad in store.quads_for_pattern(None, term("rdf:type"), None, DefaultGraph())
        if quad.object.value.startswith(base + "def/") and quad.subject not in sources
    }
    return {
        "triples": len(defaults),
        "quads": len(store),
        "entities": len(counted),
        "start": days[0][0] if days else "",
        "end": days[-1][1] if days else "",
        "resolution": next((lasts for kind, lasts in LASTING.items() if kind in kinds), ""),
        "resolution_m": _resolution_m(store),
        "places": sorted({places[node] for node in nodes if node in places}),
        "languages": sorted({LANGUAGE_CODES[one.split("-")[0]] for one in languages if one.split("-")[0] in LANGUAGE_CODES}),
    }


def _resolution_m(store: Store) -> int:
    """Give the step of the coordinates of outlines, 0 when there are none. Units: metres, along a meridian."""
    outlines = (quad.object.value for quad in store.quads_for_pattern(None, NamedNode(GEO + "asWKT"), None, DefaultGraph()))
    decimals = [len(number) for text in outlines if "POLYGON" in text.upper() for number in re.findall(r"\.(\d+)", text)]
    return round(METRES_OF_DEGREE / 10 ** max(decimals)) if decimals else 0


def geonames_places(store: Store) -> dict[str, str]:
    """Give the GeoNames number of everything that is said to be a GeoNames place. Shape: IRI → number."""
    links = store.quads_for_pattern(None, term("skos:exactMatch"), None, DefaultGraph())
    return {
        quad.subject.value: quad.object.value.removeprefix(GEONAMES).strip("/")
        for quad in links if quad.object.value.startswith(GEONAMES)
    }


def texts_of(store: Store, thing: NamedNode) -> dict[str, str]:
    """Give the name of a thing in each language, sorted. Shape: language → name."""
    named: dict[str, str] = {}
    for prop in (term("skos:prefLabel"), term("rdfs:label")):
        for quad in store.quads_for_pattern(thing, prop, None, DefaultGraph()):
            if quad.object.language:
                named.setdefault(quad.object.language, quad.object.value)
    return dict(sorted(named.items()))


def described_places(store: Store, places: dict[str, str]) -> dict[str, dict]:
    """Give names, NUTS codes and extent of the GeoNames places. Shape: number → names, matches[, bbox, centroid]."""
    found = {}
    for iri, number in sorted(places.items(), key=lambda item: (item[1], item[0])):
        thing = NamedNode(iri)
        matches = sorted(
            quad.object.value for quad in store.quads_for_pattern(thing, term("skos:exactMatch"), None, DefaultGraph())
            if quad.object.value.startswith(NUTS)
        )
        found[number] = {"names": texts_of(store, thing), "matches": matches, **_extent(store, thing)}
    return found


def _extent(store: Store, thing: NamedNode) -> dict[str, str]:
    import shapely

    for link in store.quads_for_pattern(thing, NamedNode(GEO + "hasDefaultGeometry"), None, DefaultGraph()):
        for quad in store.quads_for_pattern(link.object, NamedNode(GEO + "asWKT"), None, DefaultGraph()):
            shape = shapely.from_wkt(quad.object.value)
            box = shapely.box(*shape.bounds)
            return {name: shapely.to_wkt(one, rounding_precision=3) for name, one in (("bbox", box), ("centroid", shape.centroid))}
    return {}


def cubes_of(whole: Store, store: Store, base: str) -> dict[str, dict]:
    """Give the data cubes whose observations stand in a dataset.
    Shape: cube → observations, dimensions, attributes, measures."""
    found: dict[str, dict] = {}
    for quad in store.quads_for_pattern(None, term("qb:dataSet"), None, DefaultGraph()):
        name = quad.object.value.removeprefix(f"{base}dataset/")
        if name not in found:
            found[name] = {"observations": 0, **_components(whole, quad.object)}
        found[name]["observations"] += 1
    return dict(sorted(found.items()))


def _components(store: Store, cube: NamedNode) -> dict[str, list[str]]:
    kinds: dict[str, set[str]] = {name: set() for name in ("dimension", "attribute", "measure")}
    for structure in store.quads_for_pattern(cube, term("qb:structure"), None, DefaultGraph()):
        for component in store.quads_for_pattern(structure.object, term("qb:component"), None, DefaultGraph()):
            for name, values in kinds.items():
                links = store.quads_for_pattern(component.object, term(f"qb:{name}"), None, DefaultGraph())
                values |= {link.object.value for link in links}
    return {f"{name}s": sorted(values) for name, values in kinds.items()}


def _days(value) -> list[tuple[str, str]]:
    """Give the first and last day of a date, a month or a year.

    >>> _days(Literal("2021-02", datatype=NamedNode(XSD + "gYearMonth")))
    [('2021-02-01', '2021-02-28')]
    """
    kind = value.datatype.value.removeprefix(XSD) if isinstance(value, Literal) else ""
    if kind not in FIRST_DAY or len(value.value) > 10:
        return []
    if kind == "gYear":
        return [(f"{value.value}-01-01", f"{value.value}-12-31")]
    if kind == "gYearMonth":
        from calendar import monthrange

        year, month = map(int, value.value.split("-"))
        return [(f"{value.value}-01", f"{value.value}-{monthrange(year, month)[1]}")]
    return [(value.value, value.value)]
