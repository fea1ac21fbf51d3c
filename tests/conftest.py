"""What tests share: one release of the real data, and a server over it, both made once."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from regin_graph.build import build
from regin_graph.settings import BuildSettings

PROJECT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def release(tmp_path_factory) -> Path:
    """Give the folder of a release of the project's own data; processes that test in parallel share one."""
    from filelock import FileLock

    root = tmp_path_factory.getbasetemp()
    shared = root.parent if os.environ.get("PYTEST_XDIST_WORKER") else root
    with FileLock(shared / "release.lock"):
        if not (shared / "built" / "current").exists():
            build(BuildSettings(out=shared / "built", jobs=1))
    return shared / "built" / "current"


def free_port() -> int:
    """Give a port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def server(release, tmp_path_factory):
    """Give the address of a real server process over the real release."""
    port = free_port()
    log = (tmp_path_factory.mktemp("server") / "log.txt").open("w+")
    command = [sys.executable, "-m", "regin_graph", "serve", "--release", str(release), "--port", str(port)]
    process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=PROJECT)
    address = f"http://127.0.0.1:{port}"
    for _ in range(150):
        if process.poll() is not None:
            break
        try:
            if httpx.get(f"{address}/health/ready", timeout=1).status_code == 200:
                break
        except httpx.TransportError:
            time.sleep(0.2)
    else:
        process.kill()
    if process.poll() is not None:
        log.seek(0)
        pytest.fail(f"the server did not start:\n{log.read()[-3000:]}")
    yield address
    process.terminate()
    process.wait(15)
