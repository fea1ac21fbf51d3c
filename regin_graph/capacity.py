"""How many machines a load takes: the tables of docs/capacity.md, computed from what the endpoint's benchmark recorded.

Shape: benchmarks/endpoint/results.json: `machine`, `triples`, `rounds` (a record per round, server, load and number of clients).
"""

import json
import math
import re
from pathlib import Path
from statistics import median

from regin_graph.benchmark_page import markdown
from regin_graph.settings import project_folder

PLACE = re.compile(r"(<!-- capacity -->\n).*?(<!-- end of capacity -->)", re.DOTALL)
# A machine is planned to be this busy, so that peaks and a failed neighbour find room.
BUSY = 0.6
# Requests a second at the busiest time, for which machines are counted.
WANTED = (1, 10, 100, 1_000, 10_000)
OURS = "endpoint"
# What a load of the benchmark stands for, in the words of an operator.
LOADS = {"lookup": "one thing looked up", "mix": "lookups, lists, aggregates, texts", "repeated aggregates": "the same few aggregates again and again"}


def capacity(results: dict) -> str:
    """Give both tables as Markdown: what one machine answers, and how many machines a load takes."""
    best = best_rates(results)
    if not best:
        return "Not recorded yet.\n\n"
    machine = results["machine"]
    note = f"One machine of {machine['processors']} processors ({machine['architecture']}), {results['triples']:,} triples, the clients on the same machine."
    one = {
        "columns": ["load", "server", "clients", "requests a second", "ms, half of them", "ms, 95 of 100", "MiB of memory"],
        "rows": [[LOADS[load], entry["server"], entry["clients"], entry["rate"], entry["p50"], entry["p95"], entry["memory"]] for load, entry in best.items()],
    }
    many = {
        "columns": ["requests a second at the busiest time", *(LOADS[load] for load in best)],
        "rows": [[f"{wanted:,}", *(machines(wanted, entry["rate"]) for entry in best.values())] for wanted in WANTED],
    }
    return f"{note}\n\n{markdown(one)}\nMachines of that kind, each {BUSY:.0%} busy:\n\n{markdown(many)}\n"


def best_rates(results: dict) -> dict[str, dict]:
    """Give for each load the setting of our endpoint that answers most; medians over the rounds, without measurements that failed."""
    groups: dict[tuple, list[dict]] = {}
    for entry in results.get("rounds", []):
        if entry["server"].startswith(OURS) and entry["load"] in LOADS and not entry["failures"]:
            groups.setdefault((entry["load"], entry["server"], entry["clients"]), []).append(entry)
    best: dict[str, dict] = {}
    for (load, server, clients), entries in groups.items():
        rate = round(median(entry["per_second"] for entry in entries), 1)
        if rate > best.get(load, {"rate": 0})["rate"]:
            best[load] = {
                "server": server, "clients": clients, "rate": rate, "memory": max(entry["memory_mib"] for entry in entries),
                **{name: round(median(entry["ms"].get(name, math.nan) for entry in entries), 1) for name in ("p50", "p95")},
            }
    return {load: best[load] for load in LOADS if load in best}


def machines(wanted: float, rate: float) -> int:
    """Give how many machines answer this many requests a second.

    >>> machines(100, 200), machines(1000, 200)
    (1, 9)
    """
    return math.ceil(wanted / (rate * BUSY))


def with_capacity(page: str, benchmarks: Path | None = None) -> str:
    """Give the page with the tables of what was recorded last."""
    file = (benchmarks or project_folder() / "benchmarks") / "endpoint" / "results.json"
    text = capacity(json.loads(file.read_text("utf-8"))) if file.is_file() else "Not recorded yet.\n\n"
    return PLACE.sub(lambda place: place[1] + text + place[2], page)


def write_capacity_page(page: Path) -> list[Path]:
    """Put the tables into the page; give its path, or nothing where there is no such page."""
    if not page.is_file():
        return []
    page.write_text(with_capacity(page.read_text("utf-8")), "utf-8")
    return [page]
