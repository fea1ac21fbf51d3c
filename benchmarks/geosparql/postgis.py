"""PostGIS: tables with GiST indexes, asked over one lasting connection of the psql client, which also takes the time.

PostgreSQL has to be installed (Debian: postgresql-15-postgis-3); a cluster of our own is made in a folder and removed after.
"""

import queue
import re
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

from benchmarks.geosparql.measuring import Answer, TooSlow, Unanswered
from benchmarks.geosparql.scenarios import Question, Scenario, kinds
from benchmarks.peers import free_port

PROGRAMS = Path("/usr/lib/postgresql")
# What an operator gives a database on such a machine; all else is as installed.
SETTINGS = ("shared_buffers=1GB", "work_mem=64MB")
READY = "regin-ready"


class Cluster:
    """A cluster in a temporary folder, filled with a scenario."""

    def __init__(self, scenario: Scenario):
        self.programs = sorted(PROGRAMS.glob("*/bin"))[-1]
        self.folder = Path(tempfile.mkdtemp(prefix="regin-postgis-"))
        self.folder.chmod(0o777)
        self.port = str(free_port())
        self._run("initdb", "-D", str(self.folder / "data"), "-A", "trust")
        options = f"-p {self.port} -k {self.folder} -c listen_addresses='' " + " ".join(f"-c {setting}" for setting in SETTINGS)
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-w", "-l", str(self.folder / "log"), "-o", options, "start")
        self.sql("CREATE EXTENSION postgis;")
        for table, (columns, rows) in scenario.tables.items():
            types = ", ".join(f"{column} {kind}" for column, kind in zip(columns[:-1], kinds(rows[0][:-1]), strict=True))
            self.sql(f"CREATE TABLE {table} ({types}, g geometry(Geometry, 4326));")
            lines = "".join("\t".join([*map(str, row[:-1]), f"SRID=4326;{row[-1]}"]) + "\n" for row in rows)
            self.sql(f"COPY {table} FROM STDIN;\n{lines}\\.\n")
            named = f"CREATE INDEX ON {table} (name);" if "name" in columns else ""
            self.sql(f"CREATE INDEX ON {table} USING gist (g); CREATE INDEX ON {table} USING gist ((g::geography)); {named} VACUUM ANALYZE {table};")
        self.version = self.sql("\\pset tuples_only on\n\\pset format unaligned\nSELECT 'PostgreSQL ' || split_part(version(), ' ', 2) || ', PostGIS ' || postgis_lib_version();").strip()

    def _run(self, program: str, *arguments: str, given: str | None = None) -> str:
        is_asked = program == "psql"
        output = subprocess.PIPE if is_asked else subprocess.DEVNULL
        done = subprocess.run(self.command(program, *arguments), input=given, text=True, cwd=self.folder, check=False, stdout=output, stderr=output)
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")
        return done.stdout or ""

    def command(self, program: str, *arguments: str) -> list[str]:
        """Give the command that runs a program of PostgreSQL as its own user."""
        return ["runuser", "-u", "postgres", "--", str(self.programs / program), *arguments]

    def client(self) -> list[str]:
        """Give the command of the client."""
        return self.command("psql", "-X", "-q", "-h", str(self.folder), "-p", self.port, "-d", "postgres")

    def sql(self, text: str) -> str:
        """Give what psql prints for some statements."""
        return self._run("psql", *self.client()[5:], "-v", "ON_ERROR_STOP=1", "-f", "-", given=text)

    def close(self) -> None:
        """Stop the cluster and remove it."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class PostGIS:
    """One connection to a cluster."""

    def __init__(self, cluster: Cluster, name: str = "PostGIS", settings: tuple[str, ...] = ()):
        self.name, self.cluster, self.version = name, cluster, cluster.version
        self.process = subprocess.Popen(cluster.client(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=cluster.folder)
        self.lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self._say("\\timing on", "\\pset format unaligned", *(f"SET {setting};" for setting in settings))

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.put(line.rstrip("\n"))

    def _say(self, *lines: str) -> list[str]:
        """Give what the client prints for some lines."""
        self.process.stdin.write("\n".join([*lines, f"\\echo {READY}", ""]))
        self.process.stdin.flush()
        told = []
        while (line := self.lines.get()) != READY:
            told.append(line)
        return told

    def ask(self, question: Question, cap_s: float, is_checked: bool = False) -> Answer:
        """Give seconds and rows. Raises: TooSlow, Unanswered."""
        values = [f"\\set {name} '{value}'" for name, value in question.values.items()]
        told = self._say(*values, f"SET statement_timeout = {int(cap_s * 1000)};", f"\\o {self.cluster.folder}/out", f"{question.sql};", "\\o", "\\echo rows :ROW_COUNT")
        if any("statement timeout" in line for line in told):
            raise TooSlow(cap_s)
        if any("ERROR" in line for line in told):
            raise Unanswered("\n".join(told))
        took = [line for line in told if line.startswith("Time:")]
        rows = next(line for line in told if line.startswith("rows "))
        return Answer(float(re.search(r"([\d.]+) ms", took[-1])[1]) / 1000, int(rows[5:]))

    def close(self) -> None:
        """End the connection."""
        self.process.stdin.close()
        self.process.wait(10)
