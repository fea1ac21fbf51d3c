"""Answer queries read from standard input, one JSON object a line, in a process that can be ended: `python -m benchmarks.geosparql.answering KIND FOLDER`.

KIND is `memory` or `disk` (the engine with functions and index) or `alone` (the engine with its own functions, no index).
Shape: {"query", "checked"} → {"seconds", "rows"} or {"error"}; the first line out is {"ready": seconds}.
"""

import json
import sys
import time
from pathlib import Path

from pyoxigraph import RdfFormat, Store

from regin_graph.geosparql import SpatialIndex, prepare


def answer_all(kind: str, folder: Path) -> None:
    """Answer until the input ends."""
    if kind == "disk":
        store = Store.read_only(str(folder / "store"))
    else:
        store = Store()
        store.bulk_load(path=str(folder / "world.nt"), format=RdfFormat.N_TRIPLES)
    began = time.perf_counter()
    index = SpatialIndex.open(folder / "spatial_index") if kind != "alone" else None
    tell({"ready": time.perf_counter() - began})
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            tell(answer(store, index, asked["query"], asked["checked"]))
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            tell({"error": str(error)})


def answer(store: Store, index: SpatialIndex | None, query: str, is_checked: bool) -> dict:
    """Give seconds and rows of a query, its preparation included."""
    began = time.perf_counter()
    if index is None:
        found = store.query(query)
    else:
        prepared = prepare(query, index, plain_dataset=True, store=store)
        functions, aggregates = prepared.called
        found = prepared.answer(store, custom_functions=functions, custom_aggregate_functions=aggregates)
    rows = sum(all(value is not None for value in row) for row in found) if is_checked else sum(1 for _ in found)
    return {"seconds": time.perf_counter() - began, "rows": rows}


def tell(said: dict) -> None:
    """Write one line."""
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    answer_all(sys.argv[1], Path(sys.argv[2]))
