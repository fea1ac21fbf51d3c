"""The tables of capacity follow from the recorded measurements."""

import json
from pathlib import Path

from regin_graph.capacity import best_rates, capacity, with_capacity

PAGE = Path(__file__).parents[2] / "docs" / "capacity.md"


def measured(server: str, load: str, clients: int, rate: float, failures: int = 0) -> dict:
    """Give the record of one measurement."""
    return {"server": server, "load": load, "clients": clients, "per_second": rate, "failures": failures, "ms": {"p50": 4.0, "p95": 9.0}, "memory_mib": 300}


RESULTS = {
    "triples": 1_000_000, "machine": {"processors": 2, "architecture": "x86_64"},
    "rounds": [
        measured("endpoint, cache off", "mix", 8, 90), measured("endpoint, cache off", "mix", 8, 110), measured("endpoint, cache off", "mix", 1, 50),
        measured("endpoint, cache on", "mix", 8, 400, failures=3), measured("endpoint, cache off", "lookup", 8, 1000), measured("oxigraph serve", "lookup", 8, 9000),
        measured("endpoint, cache off", "lookup beside 4 hostile queries", 4, 700),
    ],
}


def test_the_page_is_in_step_with_the_results():
    written = PAGE.read_text("utf-8")
    assert written == with_capacity(written), "run `regin reference` and commit docs/capacity.md"


def test_the_best_setting_of_ours_counts_and_nothing_that_failed():
    best = best_rates(RESULTS)
    assert {load: (one["server"], one["clients"], one["rate"]) for load, one in best.items()} == {
        "lookup": ("endpoint, cache off", 8, 1000), "mix": ("endpoint, cache off", 8, 100),
    }


def test_machines_are_counted_with_room_to_spare(tmp_path):
    text = capacity(RESULTS)
    assert "| 1,000 | 2 | 17 |" in text and "| 10 | 1 | 1 |" in text and "1,000,000 triples" in text
    (tmp_path / "endpoint").mkdir()
    (tmp_path / "endpoint" / "results.json").write_text(json.dumps(RESULTS))
    page = "a\n<!-- capacity -->\nold\n<!-- end of capacity -->\nb\n"
    assert with_capacity(page, tmp_path) == f"a\n<!-- capacity -->\n{text}<!-- end of capacity -->\nb\n"
    assert "Not recorded yet." in with_capacity(page, tmp_path / "nothing")
