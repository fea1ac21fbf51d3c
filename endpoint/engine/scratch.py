"""The engine over a scratch store: in memory, holding files, open to changes; every change is a new generation."""

import asyncio
import json
import os
import secrets
import signal
import socket
from typing import Any

from endpoint.engine import Inquiry, ReleaseFacts
from endpoint.engine.channel import Channel, LinkLost
from endpoint.engine.frames import FAILED
from endpoint.engine.generation import Generation
from endpoint.engine.local import LocalEngine
from endpoint.engine.verdicts import problem_of_end, problem_told
from endpoint.errors import BadRequest, EngineFailure, NotFound

SPARES = 1


class ScratchEngine(LocalEngine):
    """Answers from a store in memory, and changes it."""

    def __init__(self, settings: Any):
        super().__init__(settings)
        self._name = secrets.token_hex(4)
        self._changes = 0
        self._change_lock = asyncio.Lock()

    def _facts(self) -> ReleaseFacts:
        return ReleaseFacts(f"scratch-{self._name}-{self._changes}", f"scratch {self._changes}")

    def _plan(self, facts: ReleaseFacts) -> dict:
        files = [str(path.resolve()) for path in self.settings.scratch_files]
        return super()._plan(facts) | {"store": None, "files": files}

    def _new_generation(self, facts: ReleaseFacts) -> Generation:
        kept = self.sizes.quick + self.sizes.slow + SPARES
        return Generation(facts, self._plan(facts), SPARES, kept, kept + self.sizes.slow_waiting, self.lanes.dispatch)

    async def _look(self) -> None:
        """Open the store once; after the loss of its process, open it anew from its files."""
        if self.generation is None or self.generation.is_lost:
            self._changes += 1
            await self._take_up(self._new_generation(self._facts()))
        else:
            await self._clear_former()

    async def change(self, order: dict[str, Any]) -> dict[str, Any]:
        """Make a change and give what it says about itself; when this returns, every query sees the change.
        Raises: the problems of endpoint.errors."""
        async with self._change_lock:
            if self.generation is None or self.generation.is_lost:
                raise EngineFailure()
            link, their_link = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
            control, their_control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            with their_link, their_control:
                pid = await self.generation.order(b'{"do": "change"}', [their_link, their_control])
            link.setblocking(False)
            _, channel = await asyncio.get_running_loop().create_unix_connection(Channel, sock=link)
            is_kept = False
            try:
                facts = await self._await_change(channel, pid, order)
                self._changes += 1
                fresh = self._new_generation(self._facts())
                await fresh.start((control, pid))
                is_kept = True
                await self._switch_to(fresh)
                return facts
            finally:
                channel.close()
                if not is_kept:
                    control.close()

    async def _await_change(self, channel: Channel, pid: int, order: dict[str, Any]) -> dict[str, Any]:
        if not pid:
            raise problem_of_end("failure", 0.0, self.settings)
        cause = []

        def stop() -> None:
            cause.append("time")
            os.kill(pid, signal.SIGKILL)

        timer = asyncio.get_running_loop().call_later(self.settings.query_timeout_s, stop)
        try:
            meaning = {"rdfs": self.settings.spatial_rdfs, "rewrite": self.settings.spatial_rewrite, "strict": self.settings.spatial_strict}
            channel.ask(json.dumps(order | meaning).encode())
            letter, payload = await channel.next_frame()
        except LinkLost:
            raise problem_of_end(cause[0] if cause else "memory", self.settings.query_timeout_s, self.settings) from None
        except asyncio.CancelledError:
            os.kill(pid, signal.SIGKILL)
            raise
        finally:
            timer.cancel()
        told = json.loads(payload)
        if letter != FAILED:
            return told
        if told["problem"] == "no graph":
            raise NotFound("There is no such graph.")
        if told["problem"] == "data":
            raise BadRequest(f"The data cannot be read: {told['message']}")
        raise problem_told(told, Inquiry(order.get("update", "")), self.settings)
