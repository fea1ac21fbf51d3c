"""Clients of one kind of query by wrk (Debian's package of that name), which takes a tenth of the processor that clients in Python
take: where a server answers tens of thousands of requests a second, those measure themselves."""

import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from urllib.parse import quote

from benchmarks.endpoint.mix import Query

SCRIPT = Path(__file__).with_name("asking.lua")
# So many queries are asked before the first comes again, unless they come again by themselves.
MOST_QUERIES = 50_000


@dataclass
class Asked:
    """What clients of one kind of query saw, as those of the mix tell it."""

    rate: float
    seconds: float
    bytes: int
    failures: list[str]
    spent_ms: dict[str, float]

    def quantiles(self) -> dict[str, float]:
        """Give p50, p95 and p99 in milliseconds."""
        return self.spent_ms


def program() -> str:
    """Give where wrk is. Raises: SystemExit with a sentence when it is not on this machine."""
    found = shutil.which("wrk")
    if found is None:
        raise SystemExit("wrk is missing: apt install wrk.")
    return found


async def ask(port: int, path: str, queries: Iterator[Query], clients: int, seconds: float) -> Asked:
    """Give what so many clients saw that asked in turn, for so many seconds, the queries under a path that ends where a query stands."""
    asked = list(islice(queries, MOST_QUERIES))
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="ascii") as file:
        file.writelines(f"{path}{quote(text)}\n" for _, text, _ in asked)
        file.flush()
        command = [program(), "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--timeout", "60s", "-s", str(SCRIPT), f"http://127.0.0.1:{port}", "--", file.name, asked[0][2]]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        try:
            told, faults = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
    try:
        seen = json.loads(told.splitlines()[-1])
    except (IndexError, ValueError):
        raise SystemExit(f"wrk failed: {(told + faults).decode()[-500:]}") from None
    failures = [kind for kind, count in seen["failures"].items() for _ in range(count)]
    return Asked(seen["answers"] / seen["seconds"], seen["seconds"], seen["bytes"], failures, {name: round(seen[name], 2) for name in ("p50", "p95", "p99")})
