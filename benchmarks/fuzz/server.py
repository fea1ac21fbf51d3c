"""A server of its own to be asked strange things, and what it holds: descriptors and memory."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx

PROJECT = Path(__file__).parents[2]


class Server:
    """A server process over a release or a scratch store; `settings` are REGIN_* variables without their prefix."""

    def __init__(self, is_scratch: bool, **settings: object):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        environment = os.environ | {f"REGIN_{name.upper()}": str(value) for name, value in settings.items()} | {"PYTHONPATH": str(PROJECT)}
        files = "[]" if is_scratch else "None"
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"from endpoint.serve import serve; serve(port={self.port}, scratch_files={files})"],
            env=environment, stderr=subprocess.DEVNULL, cwd=PROJECT,
        )
        for _ in range(300):
            try:
                if httpx.get(self.address + "/health/ready").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise SystemExit("The server did not start.")

    def holdings(self) -> dict[str, int]:
        """Give what the web process holds. Units: MiB, numbers."""
        folder = Path(f"/proc/{self.process.pid}")
        resident = int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // (1024 * 1024)
        return {"memory_mib": resident, "descriptors": len(list((folder / "fd").iterdir())), "threads": len(list((folder / "task").iterdir()))}

    def stop(self) -> int:
        """Stop the server and give its exit code."""
        self.process.terminate()
        return self.process.wait(60)
