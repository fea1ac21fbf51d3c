"""The same workload in PostGIS: tables with GiST indexes, asked over one connection of the psql client.

PostgreSQL has to be installed (Debian: postgresql-15-postgis-3); a cluster of our own is made in a folder and stopped after.
"""

import re
import subprocess
import tempfile
from pathlib import Path

from benchmarks.geosparql.world import World

PROGRAMS = Path("/usr/lib/postgresql")
PORT = "54329"


class PostGIS:
    """A cluster of our own in a temporary folder, filled with a world."""

    def __init__(self, world: World):
        self.programs = sorted(PROGRAMS.glob("*/bin"))[-1]
        self.folder = Path(tempfile.mkdtemp(prefix="regin-postgis-"))
        self.folder.chmod(0o777)
        self.run("initdb", "-D", str(self.folder / "data"), "-A", "trust")
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o", f"-p {PORT} -k {self.folder}", "start")
        self.sql("CREATE EXTENSION postgis; CREATE TABLE point (id int, kind int, g geometry(Point, 4326)); CREATE TABLE region (id int, g geometry(Polygon, 4326));")
        rows = "".join(f"{number}\t{kind}\tSRID=4326;POINT({x} {y})\n" for number, (x, y, kind) in enumerate(world.points))
        self.sql(f"COPY point FROM STDIN;\n{rows}\\.\n")
        rows = "".join(f"{number}\tSRID=4326;{polygon.wkt}\n" for number, polygon in enumerate(world.polygons))
        self.sql(f"COPY region FROM STDIN;\n{rows}\\.\n")
        self.sql("CREATE INDEX ON point USING gist (g); CREATE INDEX ON point USING gist ((g::geography)); CREATE INDEX ON region USING gist (g); VACUUM ANALYZE;")

    def run(self, program: str, *arguments: str, given: str | None = None) -> str:
        """Run a PostgreSQL program as its own user; give what it prints."""
        command = ["runuser", "-u", "postgres", "--", str(self.programs / program), *arguments]
        is_asked = program == "psql"
        done = subprocess.run(command, input=given, text=True, cwd=self.folder, check=False, stdout=subprocess.PIPE if is_asked else subprocess.DEVNULL, stderr=subprocess.PIPE if is_asked else subprocess.DEVNULL)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")
        return done.stdout or ""

    def sql(self, text: str) -> str:
        """Give what psql prints for some statements."""
        return self.run("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", str(self.folder), "-p", PORT, "-d", "postgres", "-f", "-", given=text)

    def timed(self, queries: list[str]) -> list[tuple[float, int]]:
        """Give seconds and number of rows of each query, run one after the other over one connection."""
        script = "\\timing on\n\\pset format unaligned\n\\pset tuples_only on\n" + "".join(f"\\o {self.folder}/out{number}\n{query};\n\\o\n" for number, query in enumerate(queries))
        printed = self.sql(script)
        seconds = [float(found) / 1000 for found in re.findall(r"Time: ([\d.]+) ms", printed)]
        return [(took, sum(1 for _ in (self.folder / f"out{number}").open())) for number, took in enumerate(seconds)]

    def close(self) -> None:
        """Stop the cluster."""
        self.run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        subprocess.run(["rm", "-rf", str(self.folder)], check=False)


def polygon(wkt: str) -> str:
    """Give the query of points within a polygon."""
    return f"SELECT id FROM point WHERE ST_Within(g, ST_GeomFromText('{wkt}', 4326))"


def radius(x: float, y: float) -> str:
    """Give the query of points within 20 km."""
    return f"SELECT id FROM point WHERE ST_DWithin(g::geography, ST_SetSRID(ST_MakePoint({x}, {y}), 4326)::geography, 20000)"


def nearest(x: float, y: float) -> str:
    """Give the query of the ten nearest points."""
    return f"SELECT id FROM point ORDER BY g::geography <-> ST_SetSRID(ST_MakePoint({x}, {y}), 4326)::geography LIMIT 10"


JOIN = "SELECT region.id, point.id FROM region JOIN point ON ST_Contains(region.g, point.g)"
GROUPED = "SELECT region.id, point.kind, count(*) FROM region JOIN point ON ST_Contains(region.g, point.g) GROUP BY region.id, point.kind"
