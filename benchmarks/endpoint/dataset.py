"""A generated set of about a million triples: practices of regions with topics, actors, texts and yearly figures."""

import random
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox

from regin_graph.geosparql import SpatialIndex

BASE = "https://example.org/bench/"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
XSD = "http://www.w3.org/2001/XMLSchema#"
REGIONS, TOPICS, ACTORS, YEARS = 300, 40, 5_000, 10
WORDS = "integration language housing health work school women youth welcome network training rights access council family".split()


def statements(practices: int, seed: int = 1) -> Iterator[str]:
    """Give the N-Triples lines of so many practices; about 25 each."""
    chance = random.Random(seed)

    def line(subject: str, predicate: str, value: str) -> str:
        name = predicate if predicate.startswith("http") else BASE + predicate
        return f"<{BASE}{subject}> <{name}> {value} .\n"

    for region in range(REGIONS):
        yield line(f"region/{region}", RDF_TYPE, f"<{BASE}Region>")
        yield line(f"region/{region}", "label", f'"Region {region}"@en')
        for year in range(YEARS):
            figure = f"figure/{region}-{year}"
            yield line(figure, "region", f"<{BASE}region/{region}>")
            yield line(figure, "year", f'"{2010 + year}"^^<{XSD}gYear>')
            yield line(figure, "value", f'"{chance.randint(0, 1000) / 10}"^^<{XSD}decimal>')
    for practice in range(practices):
        name = f"practice/{practice}"
        yield line(name, RDF_TYPE, f"<{BASE}Practice>")
        yield line(name, "title", f'"Practice {practice} on {chance.choice(WORDS)}"@en')
        yield line(name, "region", f"<{BASE}region/{chance.randrange(REGIONS)}>")
        yield line(name, "start", f'"{chance.randint(2000, 2024)}"^^<{XSD}gYear>')
        yield line(name, "budget", f'"{chance.randint(1, 10**6)}"^^<{XSD}integer>')
        yield line(name, "description", '"' + " ".join(chance.choices(WORDS, k=12)) + '"@en')
        for topic in chance.sample(range(TOPICS), 3):
            yield line(name, "topic", f"<{BASE}topic/{topic}>")
        for part in range(4):
            role = f"{name}/part/{part}"
            yield line(name, "participation", f"<{BASE}{role}>")
            yield line(role, "actor", f"<{BASE}actor/{chance.randrange(ACTORS)}>")
            yield line(role, "role", f"<{BASE}role/{chance.randrange(8)}>")
            yield line(role, "since", f'"{chance.randint(2000, 2024)}"^^<{XSD}gYear>')


def write_store(folder: Path, practices: int) -> int:
    """Write the set into a store on disk; give the number of triples."""
    store = ox.Store(str(folder))
    store.bulk_load("".join(statements(practices)).encode(), format=ox.RdfFormat.N_TRIPLES)
    store.flush()
    store.optimize()
    SpatialIndex.build(store).save(folder.parent / "spatial_index")
    return len(store)
