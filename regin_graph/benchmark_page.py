"""The page of benchmarks, docs/benchmarks.md: its text is written by hand, its tables are put in from the recorded results.

Every benchmarks/<name>/results.json gives its own tables; the page says where with `<!-- results: name -->`.
"""

import json
import re
from pathlib import Path

from regin_graph.settings import project_folder

PLACE = re.compile(r"(<!-- results: ([a-z_-]+) -->\n).*?(<!-- end of results -->)", re.DOTALL)


def with_results(page: str, benchmarks: Path | None = None) -> str:
    """Give a page with the tables of the recorded results at the places it has for them.

    >>> with_results("Before <!-- results: none-of-that-name -->\\nold<!-- end of results --> after")
    'Before <!-- results: none-of-that-name -->\\nNot recorded yet.\\n\\n<!-- end of results --> after'
    """
    folder = benchmarks or project_folder() / "benchmarks"
    return PLACE.sub(lambda place: place[1] + results(folder / place[2] / "results.json") + place[3], page)


def results(file: Path) -> str:
    """Give the tables of one file of results as Markdown.
    Shape: {"tables": [{"title", "note", "columns", "rows"}]}, cells as text or numbers."""
    recorded = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    tables = recorded["tables"] if "tables" in recorded else []
    if not tables:
        return "Not recorded yet.\n\n"
    return "".join(f"### {table['title']}\n\n{markdown(table)}\n{table['note']}\n\n" for table in tables)


def markdown(table: dict) -> str:
    """Give the rows of a table as Markdown."""
    lines = [table["columns"], ["---"] * len(table["columns"]), *table["rows"]]
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def write_benchmark_page(page: Path) -> list[Path]:
    """Put the recorded results into the page; give its path, or nothing where there is no such page."""
    if not page.is_file():
        return []
    page.write_text(with_results(page.read_text("utf-8")), "utf-8")
    return [page]
