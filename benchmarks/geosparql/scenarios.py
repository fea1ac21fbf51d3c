"""The scenarios: worlds, and the questions asked of them in SPARQL and SQL, with what is put into them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import Quad

from benchmarks.geosparql import hexagons, world

QUERIES = Path(__file__).parent / "queries"
SHAPES = ("spot", "cell", "area", "box", "line")
PLACES = [(3.1, 50.2), (12.4, 48.9), (21.7, 60.3), (-3.6, 40.1), (8.8, 55.5)]
ASKED_POLYGONS = range(0, 50, 10)


@dataclass(frozen=True)
class Question:
    """One question: its name, its values, and its text in the language or dialect of a system."""

    name: str
    values: dict[str, str]

    def sparql(self, dialect: str = "") -> str:
        """Give the SPARQL text; where a dialect has a text of its own, that."""
        own = QUERIES / f"{self.name}.{dialect}.rq"
        path = own if dialect and own.is_file() else QUERIES / f"{self.name}.rq"
        text = "\n".join(line for line in path.read_text("utf-8").splitlines() if not line.startswith("#"))
        return re.sub(r"\?(\w+?)(_text)?\b", self._term, text)

    def _term(self, found: re.Match) -> str:
        name, is_text = found[1], found[2]
        if name not in self.values:
            return found[0]
        datatype = "^^<http://www.opengis.net/ont/geosparql#wktLiteral>" if name in SHAPES and not is_text else ""
        return f'"{self.values[name]}"{datatype}'

    @property
    def sql(self) -> str:
        """Give the SQL text, its values named as psql names variables."""
        return (QUERIES / f"{self.name}.sql").read_text("utf-8").partition("\n")[2].strip()


@dataclass(frozen=True)
class Scenario:
    """A world and groups of questions; a group is measured as one and has one row in the results."""

    name: str
    title: str
    about: str
    statements: list[Quad]
    tables: dict[str, tuple[tuple[str, ...], list[tuple]]]
    groups: dict[str, list[Question]]


def workload(points: int, polygons: int, seed: int) -> Scenario:
    """Give the measured workload: selections, joins and the nearest among many points and some polygons."""
    made = world.make_world(points, polygons, seed)
    areas = [made.polygons[number % polygons].wkt for number in ASKED_POLYGONS]
    spots = [f"POINT ({x} {y})" for x, y in PLACES]
    values = {"polygon": [{"area": area} for area in areas], "radius": [{"spot": spot} for spot in spots], "nearest": [{"spot": spot} for spot in spots]}
    tables = {
        "point": (("id", "kind", "g"), [(number, kind, f"POINT ({x} {y})") for number, (x, y, kind) in enumerate(made.points)]),
        "region": (("id", "g"), [(number, polygon.wkt) for number, polygon in enumerate(made.polygons)]),
    }
    groups = {name: [Question(f"workload/{name}", one) for one in values.get(name, [{}])] for name in ("polygon", "radius", "nearest", "join", "grouped")}
    about = f"{points:,} points and {polygons} polygons of 100 vertices. Times are means over five places for polygon, radius and nearest."
    return Scenario("workload", "Spatial workload", about, list(world.statements(made)), tables, groups)


def of_hexagons(name: str, size: int, seed: int, sessions: int) -> Scenario:
    """Give the micro or macro scenario of Geographica on the hexagon world. Micro asks for single operations, macro for what tasks need."""
    things = hexagons.make_hexagons(size, seed)
    tables: dict[str, tuple[tuple[str, ...], list[tuple]]] = {}
    for thing in things:
        columns, rows = tables.setdefault(table_name(thing.kind), (("id", *thing.attributes, "g"), []))
        rows.append((thing.number, *thing.attributes.values(), thing.shape.wkt))
    values = hexagons.sessions(things, sessions, seed)
    groups: dict[str, list[Question]] = {}
    for path in sorted((QUERIES / name).glob("*/*.sql")):
        question = path.relative_to(QUERIES).with_suffix("").as_posix()
        has_values = ":'" in path.read_text("utf-8")
        groups[f"{path.parent.name}: {path.stem.lstrip('1234_')}".replace("_", " ")] = [Question(question, one) for one in (values if has_values else [{}])]
    counted = ", ".join(f"{len(rows):,} {table.replace('_', ' ')}" for table, (_, rows) in tables.items())
    about = f"A world of hexagons ({counted}). Times of questions about a place are means over {sessions} places."
    title = {"micro": "Geographica's micro scenarios", "macro": "Geographica's macro scenarios"}[name]
    return Scenario(name, title, about, list(hexagons.statements(things)), tables, groups)


def table_name(kind: str) -> str:
    """Give the table of a class: HotSpot → hot_spot."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", kind).lower()


def scenario(name: str, options: dict) -> Scenario:
    """Give a scenario by its name."""
    if name == "workload":
        return workload(options["points"], options["polygons"], options["seed"])
    return of_hexagons(name, options["size"], options["seed"], options["sessions"])


def kinds(values: Iterable) -> list[str]:
    """Give the SQL types of a row's values, the shape excepted."""
    return ["integer" if isinstance(value, int) else "text" for value in values]
