"""The tables of the results, as docs/benchmarks.md shows them."""

TARGETS = {  # most that the time may be of PostGIS's: in memory, on disk 
    "polygon": (3.0, 6.0), "radius": (1.5, 3.0), "join": (2.0, 4.0), "grouped": (3.0, 6.0),
}
ORDER = ("workload", "workload-servers", "micro", "macro")


def tables(records: dict[str, dict]) -> list[dict]:
    """Give one table for each scenario measured. Shape: title, note, columns, rows."""
    return [scenario_table(name, records[name]) for name in ORDER if name in records]


def scenario_table(name: str, record: dict) -> dict:
    """Give the table of a scenario: a row for each group, a column for each system."""
    systems = list(record["versions"])
    rows = []
    for group, row in record["results"].items():
        wanted = [f"≤ {memory:g}×, disk ≤ {disk:g}×" for memory, disk in [TARGETS[group]]] if group in TARGETS else [""]
        rows.append([group, *(cell(row.get(system, {}), row) for system in systems), *(wanted if name.startswith("workload") else [])])
    columns = ["", *systems, *(["target"] if name.startswith("workload") else [])]
    versions = "; ".join(f"{system}: {version}" for system, version in record["versions"].items() if version)
    note = f"{record['about']} In brackets: how many times PostGIS's time. “over”: ended after that time. “–”: cannot be answered there. “(n rows)”: another number of rows than PostGIS. {versions}. {measured_on(record)}"
    title = record["title"] + (", beside other servers" if name == "workload-servers" else "")
    return {"title": title, "note": note, "columns": columns, "rows": rows}


def cell(one: dict, row: dict) -> str:
    """Give what a system did, as a table shows it."""
    if "over_s" in one:
        return f"over {one['over_s']:g} s"
    if "seconds" not in one:
        return "–"
    text = duration(one["seconds"])
    if "ratio" in one and one is not row.get("PostGIS"):
        text += f" ({one['ratio']:.2g}×)" if one["ratio"] < 100 else f" ({one['ratio']:,.0f}×)"
    if "PostGIS" in row and one["rows"] != row["PostGIS"].get("rows", one["rows"]):
        text += f" ({one['rows']} rows)"
    return text


def duration(seconds: float) -> str:
    """Give a time in the unit that suits it."""
    if seconds >= 10:
        return f"{seconds:.0f} s"
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.0f} ms" if seconds >= 0.1 else f"{seconds * 1000:.2g} ms" if seconds < 0.01 else f"{seconds * 1000:.1f} ms"


def measured_on(record: dict) -> str:
    """Tell when and on what a record was measured."""
    machine = record["machine"]
    return f"Measured {record['date']}, {machine['processor']}, {machine['processors']} processors, {machine['memory_gib']} GiB, Python {machine['python']}, load {machine['load']} when it began."
