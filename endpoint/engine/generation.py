"""A generation: the query processes over one release, forked from one nursery, with spares kept ready."""

import asyncio
import json
import logging
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from endpoint.engine import Abilities, ReleaseFacts
from endpoint.engine.channel import Channel, LinkLost
from endpoint.engine.memory import Use, use_of

log = logging.getLogger(__name__)

# A query process that holds so much of its own after a query is replaced; of the image, each may touch all.
RETIRE_FROM_MIB = 256
EXIT_REPORT_S = 0.5
NURSERY_ENDS_S = 5.0
PAUSE_AFTER_FAILURE_S = 0.5
# Forking takes milliseconds, seconds where the machine is short of everything: a nursery that takes longer hangs. After a machine
# that stood still itself, an answer is waited for some moments more.
FORK_LIMIT_S = 30.0
LAST_MOMENTS_S = 1.0


class Worker:
    """A query process as the web process sees it."""

    def __init__(self, generation: "Generation", pid: int, channel: Channel):
        self.generation = generation
        self.pid = pid
        self.channel = channel
        self.pidfd = os.pidfd_open(pid)
        self.cause = ""
        self.is_stopped = False
        self.resident_at_start = use_of(pid).resident
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal; one that has ended already takes none."""
        if self.pidfd >= 0:
            try:
                signal.pidfd_send_signal(self.pidfd, number)
            except ProcessLookupError:
                return

    def pause(self) -> None:
        """Stop using the processor until resumed."""
        if not self.is_stopped:
            self.is_stopped = True
            self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Go on."""
        if self.is_stopped:
            self.is_stopped = False
            self.signal(signal.SIGCONT)

    @property
    def is_ending(self) -> bool:
        """Whether the process has ended or been told to."""
        return bool(self.cause) or self.channel.is_lost

    def kill(self, cause: str) -> None:
        """End the process at once; the first cause is the one that counts."""
        self.cause = self.cause or cause
        self.signal(signal.SIGKILL)

    def use(self) -> Use:
        """Give the memory that the process has for itself, and its processor time."""
        return use_of(self.pid, self.resident_at_start)

    def replace(self) -> bool:
        """End the process if it is idle still, and tell whether it was; another is made ready where one is wanted."""
        if self not in self.generation.idle:
            return False
        self.generation.drop(self, "replaced")
        return True

    @property
    def was_killed(self) -> bool:
        """Whether the process is known to have been killed."""
        return self.ended.done() and self.ended.result() == -signal.SIGKILL

    async def exit_status(self) -> int | None:
        """Give how the process ended, once the nursery has told."""
        done, _ = await asyncio.wait([self.ended], timeout=EXIT_REPORT_S)
        return self.ended.result() if done else None

    def forget(self) -> None:
        """Let go of the process's descriptor."""
        if self.pidfd >= 0:
            os.close(self.pidfd)
            self.pidfd = -1


class Generation:
    """Query processes over one store: `spares` are made ready, `kept` stay idle after use, `most` may be in use.
    `plan` is what the nursery is told; `on_idle` is called when one is free."""

    def __init__(self, facts: ReleaseFacts, plan: dict[str, Any], spares: int, kept: int, most: int, on_idle: Callable[[], None]):
        self.facts = facts
        self.plan = plan
        self.spares = spares
        self.kept = kept
        self.most = most
        self.on_idle = on_idle
        self.idle: list[Worker] = []
        self.busy: set[Worker] = set()
        self.coming = 0
        self.is_retired = False
        self.is_lost = False
        self._is_up = False
        self.kills: dict[str, int] = {}
        self.abilities = Abilities()
        self.image_mib = 0
        self._workers: dict[int, Worker] = {}
        self._births: asyncio.Queue[int] = asyncio.Queue()
        self._birth_lock = asyncio.Lock()
        self._tasks: set[asyncio.Task] = set()

    @property
    def nursery_pid(self) -> int:
        """The process that query processes are forked from."""
        return self._nursery_pid

    async def start(self, nursery: tuple[socket.socket, int] | None = None) -> None:
        """Start the nursery, or take one over by its control link and process, and the first query processes.
        Raises: OSError, LinkLost when the store cannot be opened."""
        self.process: subprocess.Popen | None = None
        if nursery is None:
            self._start_nursery()
        else:
            self.control, self._nursery_pid = nursery
        self.control.setblocking(False)
        self._listener = asyncio.get_running_loop().create_task(self._listen())
        await self._bear()
        if not self.idle:
            await self.stop()
            raise LinkLost
        self._top_up()

    def _start_nursery(self) -> None:
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        paths = [str(Path(__file__).parents[2]), *filter(None, [os.environ.get("PYTHONPATH")])]
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "OPENBLAS_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2", "RUST_BACKTRACE": "0"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "endpoint.engine.nursery", str(theirs.fileno())],
            pass_fds=[theirs.fileno()], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
        )
        theirs.close()
        self._nursery_pid = self.process.pid
        self.control.send(json.dumps(self.plan).encode())

    async def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            try:
                data = await loop.sock_recv(self.control, 1 << 18)
            except OSError:
                data = b""
            if not data:
                break
            message = json.loads(data)
            if "functions" in message:
                self.abilities = Abilities(tuple(message["functions"]), tuple(message["aggregates"]))
                self.image_mib = message["image_mib"]
                self._is_up = True
            elif "pid" in message:
                self._births.put_nowait(message["pid"])
            elif (worker := self._workers.pop(message["ended"], None)) is not None and not worker.ended.done():
                worker.ended.set_result(message["status"])
                self._gone(worker)
        self.is_lost = True
        self._births.put_nowait(0)
        for worker in list(self._workers.values()):
            worker.kill("nursery")
            if not worker.ended.done():
                worker.ended.set_result(-9)
            self._gone(worker)
        self._workers.clear()
        if self.process is not None:
            await asyncio.to_thread(self.process.wait)
        if not self.is_retired:
            log.error("the nursery of release %s ended", self.facts.version)
        self.on_idle()

    def _gone(self, worker: Worker) -> None:
        worker.forget()
        # Whoever waits for its answer is told, even when reading was paused for a slow client.
        worker.channel.close()
        if worker in self.idle:
            self.idle.remove(worker)
        if worker not in self.busy:
            self._top_up()

    async def _bear(self) -> None:
        """Have one more query process and wait until it is ready."""
        try:
            ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            ours.setblocking(False)
            with theirs:
                pid = await self.order(b'{"do": "fork"}', [theirs])
            if not pid:
                ours.close()
                return
            _, channel = await asyncio.get_running_loop().create_unix_connection(Channel, sock=ours)
            worker = Worker(self, pid, channel)
            self._workers[pid] = worker
            await channel.next_frame()
        except (LinkLost, OSError) as error:
            if not self.is_retired:  # one that was still being born when all are stopped is missed by nobody
                log.error("a query process over release %s did not start: %s", self.facts.version, type(error).__name__)
                await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
            return
        if self.is_retired:
            worker.kill("retired")
            channel.close()
            return
        # Those that have worked are warm: a fresh one is taken last.
        self.idle.insert(0, worker)
        self.on_idle()

    async def order(self, order: bytes, links: list[socket.socket]) -> int:
        """Have the nursery fork a process with these links; give its number, or 0 when the nursery is gone."""
        async with self._birth_lock:
            if self.is_lost:
                return 0
            try:
                socket.send_fds(self.control, [order], [link.fileno() for link in links])
            except OSError:
                return 0
            # One that opens its store may take long. What a scratch store holds would be lost with its nursery.
            if not self._is_up or self.plan["store"] is None:
                return await self._births.get()
            for patience_s in (FORK_LIMIT_S, LAST_MOMENTS_S):
                with suppress(TimeoutError):
                    async with asyncio.timeout(patience_s):
                        return await self._births.get()
            if self.is_retired:
                # Queries that are under way finish; nobody waits for another process.
                return 0
            log.error("the nursery of release %s does not answer any more and is replaced", self.facts.version)
            self._end_nursery()
            # That it is gone is told like a birth.
            return await self._births.get()

    def _top_up(self) -> None:
        """Keep spares ready, within the most there may be."""
        while not (self.is_retired or self.is_lost) and len(self.idle) + self.coming < self.spares and len(self.busy) + len(self.idle) + self.coming < self.most:
            self.coming += 1
            task = asyncio.get_running_loop().create_task(self._bear())
            self._tasks.add(task)
            task.add_done_callback(self._born)

    def _born(self, task: asyncio.Task) -> None:
        self._tasks.discard(task)
        self.coming -= 1
        self._top_up()

    def take(self) -> Worker | None:
        """Give a free query process, warmest first, or None."""
        while self.idle:
            worker = self.idle.pop()
            if not worker.is_ending:
                self.busy.add(worker)
                self._top_up()
                return worker
        self._top_up()
        return None

    def give_back(self, worker: Worker, own_mib: int = 0) -> None:
        """Take a query process back after a complete answer."""
        if self.is_retired or worker.is_ending or own_mib > RETIRE_FROM_MIB + self.image_mib or len(self.idle) >= self.kept:
            self.drop(worker, "retired")
        else:
            self.busy.discard(worker)
            self.idle.append(worker)
        self.on_idle()

    def drop(self, worker: Worker, cause: str) -> None:
        """End a query process, whatever it does; one that was dropped before is not counted again."""
        if worker in self.idle:
            self.idle.remove(worker)
        elif worker not in self.busy:
            return
        self.busy.discard(worker)
        self.kills[cause] = self.kills.get(cause, 0) + 1
        worker.kill(cause)
        worker.channel.close()
        self._top_up()
        self.on_idle()

    def retire(self) -> None:
        """Take no more queries; those under way finish."""
        self.is_retired = True
        for worker in self.idle:
            worker.kill("retired")
            worker.channel.close()
        self.idle.clear()

    async def stop(self) -> None:
        """End every process of this generation."""
        self.retire()
        for worker in list(self.busy):
            worker.kill("stopped")
        self.control.close() if self.is_lost else self.control.shutdown(socket.SHUT_RDWR)
        await asyncio.wait([self._listener], timeout=NURSERY_ENDS_S)
        if not self._listener.done():
            # It hangs, and whoever waits for its end would wait for ever.
            self._end_nursery()
            await asyncio.wait([self._listener], timeout=NURSERY_ENDS_S)
        self.control.close()

    def _end_nursery(self) -> None:
        if self.process is not None:
            self.process.kill()
