"""The nursery: a small single-threaded process that has everything loaded and forks query processes from it.

Shape of the control link, one JSON message a datagram: {"do": "fork"} with one end of a link → {"pid"};
{"do": "change"} with a link and a control link → {"pid"} of a child that makes the change and, when it succeeds, is the
next nursery; when a child ends → {"ended": pid, "status"}.
The nursery ends when the control link is closed, and its query processes with it."""

import json
import os
import select
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from endpoint.engine import confinement, worker
from endpoint.engine.changing import change
from endpoint.engine.geography import INDEX_FOLDER, Geography, function_names, open_index, save_index
from endpoint.engine.image import memory_image, resident_mib
from regin_graph.geosparql import SpatialIndex


class Succession(Exception):
    """Raised in a child whose change has succeeded: it goes on as this nursery. The call stack of the former one is left
    behind, or it would grow with every change."""

    def __init__(self, nursery: "Nursery"):
        super().__init__()
        self.nursery = nursery


class Nursery:
    """The state of a nursery: its control link, its store (scratch, or the memory image of a release) or else the folder
    of one, its children."""

    def __init__(self, control: socket.socket, plan: dict[str, Any], geography: Geography, store: ox.Store | None):
        self.control = control
        self.plan = plan
        self.geography = geography
        self.store = store
        self.bounds = worker.Bounds(**plan["bounds"])
        self.children: dict[int, int] = {}
        self.poll = select.poll()

    def run(self) -> None:
        """Fork and reap until the control link is closed. Raises: Succession in a child that is the next nursery."""
        functions, aggregates = function_names()
        image_mib = resident_mib() if self.store is not None else 0
        self._tell({"functions": functions, "aggregates": aggregates, "image_mib": image_mib})
        self.poll.register(self.control, select.POLLIN)
        while True:
            for descriptor, _ in self.poll.poll():
                if descriptor in self.children:
                    self._reap(descriptor)
                elif not self._obey():
                    return

    def _obey(self) -> bool:
        data, descriptors, _, _ = socket.recv_fds(self.control, 1 << 20, 2)
        if not data:
            return False
        links = [socket.socket(fileno=descriptor) for descriptor in descriptors]
        if json.loads(data)["do"] == "fork":
            self._tell(self._fork(lambda: self._answer_over(links[0])))
        else:
            self._tell(self._fork(lambda: self._succeed(*links)))
        for link in links:
            link.close()
        return True

    def _answer_over(self, link: socket.socket) -> None:
        confinement.die_with_parent()
        worker.serve(link, self._open, self.geography, self.bounds)

    def _succeed(self, link: socket.socket, control: socket.socket) -> "Nursery | None":
        """Make a change to the store of this copy, and give the nursery of the changed store."""
        if self.store is None or self.plan["store"] is not None or not change(link, control, self.store, self.geography, self.bounds):
            return None
        link.close()
        return Nursery(control, self.plan, self.geography, self.store)

    def _open(self) -> ox.Store:
        return self.store if self.store is not None else ox.Store.read_only(self.plan["store"])

    def _fork(self, live: Callable[[], "Nursery | None"]) -> dict[str, Any]:
        pid = os.fork()
        if pid == 0:
            status, successor = 1, None
            try:
                # What a dying engine prints is of no use to anybody; how it died is told by its status.
                with open(os.devnull, "wb") as nowhere:
                    os.dup2(nowhere.fileno(), 2)
                self.control.close()
                for descriptor in self.children:
                    os.close(descriptor)
                successor = live()
                status = 0
            finally:
                if successor is None:
                    os._exit(status)
            raise Succession(successor)
        descriptor = os.pidfd_open(pid)
        self.children[descriptor] = pid
        self.poll.register(descriptor, select.POLLIN)
        return {"pid": pid}

    def _reap(self, descriptor: int) -> None:
        pid = self.children.pop(descriptor)
        self.poll.unregister(descriptor)
        os.close(descriptor)
        _, status = os.waitpid(pid, 0)
        self._tell({"ended": pid, "status": os.waitstatus_to_exitcode(status)})

    def _tell(self, message: dict[str, Any]) -> None:
        try:
            self.control.send(json.dumps(message).encode())
        except OSError:
            os._exit(0)


def made_index(store: Path) -> SpatialIndex | None:
    """Give the spatial index of a release that was saved without one. It is made in a process of its own, as the store must
    not be open in the one that forks, and before the first query, as answers must not depend on when one asks."""
    with tempfile.TemporaryDirectory(prefix="regin-index-") as folder:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                confinement.die_with_parent()
                save_index(store, Path(folder))
                status = 0
            finally:
                os._exit(status)
        os.waitpid(pid, 0)
        # The arrays are mapped: they outlive the names of their files.
        return open_index(Path(folder))


def run_in_succession(nursery: Nursery) -> None:
    """Run a nursery and, in the child that follows it, the next one, and so on."""
    while True:
        try:
            nursery.run()
            # At once: taking down the interpreter and a store takes longer than a change.
            os._exit(0)
        except Succession as succession:
            nursery = succession.nursery


def main() -> None:
    """Start a nursery on the control link whose descriptor is the first argument."""
    confinement.die_with_parent()
    for stop in (signal.SIGINT, signal.SIGTERM):
        # The web process ends the nursery by closing the link, once running queries are through.
        signal.signal(stop, signal.SIG_IGN)
    control = socket.socket(fileno=int(sys.argv[1]))
    plan = json.loads(control.recv(1 << 20))
    if plan["store"] is None:
        store = ox.Store()
        for path in plan["files"]:
            store.load(path=path)
        run_in_succession(Nursery(control, plan, Geography(), store))
    else:
        store_folder = Path(plan["store"])
        index = open_index(store_folder.parent / INDEX_FOLDER)
        if index is None:
            index = made_index(store_folder)
        geography = Geography(index)
        geography.make_ready()
        Nursery(control, plan, geography, memory_image(store_folder, plan["memory_quads"])).run()


if __name__ == "__main__":
    main()
