"""Find the files below the data folder that nothing reads: a record with a wrong ending must not vanish in silence."""

from collections.abc import Iterator
from pathlib import Path

from regin_graph.build.record_types import read_record_types
from regin_graph.build.records import shown_path
from regin_graph.build.report import Finding, Place

READ = (
    "README.md", "context.jsonld", "record_types.yml", "catalogue.yml", "removed.yml", "synthetic.yml",
    "regions/land.geojson", "regions/outlines/*.geojson", "mappings/*.sssom.tsv",
)


def unread_files(data: Path, root: Path) -> Iterator[Finding]:
    """Give a violation for each file that no step reads."""
    folders = {f"{name}/*.y*ml" for name in read_record_types(data)}
    for path in sorted(data.rglob("*")):
        relative = path.relative_to(data)
        is_hidden = any(part.startswith(".") for part in relative.parts)
        is_read = any(relative.match(pattern) and len(relative.parts) == pattern.count("/") + 1 for pattern in folders | set(READ))
        is_table = path.suffix == ".csv" or path.name.endswith(".csv-metadata.json")
        if path.is_file() and not (is_hidden or is_read or is_table):
            yield Finding(
                Place(shown_path(path, root)), "Violation", "unread-file", "nothing reads this file.",
                "Give it the folder and ending of its kind (records: .yml right in their folder), or take it out of data/.",
            )
