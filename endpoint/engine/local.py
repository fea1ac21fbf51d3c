"""The engine over a release: query processes of the current generation, lanes, and answers as they come."""

import asyncio
import logging
import os
import signal

import orjson

from endpoint.engine import Abilities, Answer, Inquiry, ReleaseFacts
from endpoint.engine.channel import LinkLost
from endpoint.engine.frames import DATA, FAILED, WHOLE, read_whole
from endpoint.engine.generation import Generation, Worker
from endpoint.engine.lanes import Lanes, LaneSizes, Run
from endpoint.engine.memory import bound_bytes
from endpoint.engine.release import NoRelease, read_release
from endpoint.engine.room import Room
from endpoint.engine.verdicts import problem_of_end, problem_told
from endpoint.errors import Busy, EngineFailure, Problem
from endpoint.settings import EndpointSettings

log = logging.getLogger(__name__)

PAUSE_AFTER_FAILURE_S = 5.0
# A process that was killed from outside so soon after it got its query was dying before, or not because of it: nothing fills the
# memory in that time. Its link closes only when its memory is given back. Units: seconds.
DIED_IDLE_S = 0.1


class DiedIdle(Exception):
    """The query process was killed before it could do anything."""


class LocalEngine:
    """Answers from the release that the settings name, and follows its link."""

    def __init__(self, settings: EndpointSettings):
        self.settings = settings
        cores = os.cpu_count() or 1
        self.sizes = LaneSizes(
            quick=settings.quick_slots or max(2, 2 * cores // settings.workers), slow=settings.slow_slots or max(1, cores // settings.workers),
            slow_waiting=settings.slow_waiting, queue=settings.queue_length, client_share=settings.client_share,
            quick_budget_s=settings.quick_budget_ms / 1000, time_limit_s=settings.query_timeout_s, stall_s=settings.stall_timeout_s,
        )
        room = Room(bound_bytes(settings.query_processes_mib, settings.workers), lambda: self.generation.idle if self.generation is not None else ())
        self.lanes = Lanes(self.sizes, self._take, room)
        self.generation: Generation | None = None
        self.former: list[Generation] = []
        self.kills: dict[str, int] = {}
        self._watcher: asyncio.Task | None = None

    @property
    def release(self) -> ReleaseFacts:
        """The release that is served now; without one, facts that say so."""
        return self.generation.facts if self.generation is not None else ReleaseFacts("none")

    @property
    def abilities(self) -> Abilities:
        """What queries may use beyond the standard."""
        return self.generation.abilities if self.generation is not None else Abilities()

    @property
    def is_ready(self) -> bool:
        """Whether queries are answered."""
        return self.generation is not None and not self.generation.is_lost

    def _take(self) -> Worker | None:
        return self.generation.take() if self.generation is not None else None

    async def start(self) -> None:
        """Open the release; where there is none yet, go on looking for it."""
        await self._look()
        self._watcher = asyncio.get_running_loop().create_task(self._watch())

    def _plan(self, facts: ReleaseFacts) -> dict:
        settings = self.settings
        return {
            "store": os.path.join(facts.folder, "store"), "memory_quads": settings.memory_quads,
            "bounds": {
                "memory_mib": settings.query_memory_mib, "stack_mib": settings.query_stack_mib,
                "merged_triples": settings.merged_triples, "may_reach_hosts": bool(settings.service_hosts),
            },
        }

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(self.settings.release_poll_s)
            try:
                await self._look()
            except Exception:  # the watcher outlives any fault of a release
                log.exception("looking for a new release failed")
                await asyncio.sleep(PAUSE_AFTER_FAILURE_S)

    async def _look(self) -> None:
        """Take up the release when it is another than the one served, or its nursery is gone."""
        try:
            facts = await asyncio.to_thread(read_release, self.settings.release)
        except NoRelease as error:
            if self.generation is None:
                log.warning("%s: nothing is served until there is one", error)
            return
        if self.generation is not None and facts.identity == self.generation.facts.identity and not self.generation.is_lost:
            await self._clear_former()
            return
        await self._take_up(self._new_generation(facts))

    def _new_generation(self, facts: ReleaseFacts) -> Generation:
        spares = self.settings.spare_workers
        kept = self.sizes.quick + self.sizes.slow + spares
        return Generation(facts, self._plan(facts), spares, kept, kept + self.sizes.slow_waiting, self.lanes.dispatch)

    async def _take_up(self, fresh: Generation) -> None:
        try:
            await fresh.start()
        except (LinkLost, OSError) as error:
            stays = "nothing is served yet" if self.generation is None else f"release {self.generation.facts.version} stays"
            log.error("release %s cannot be opened (%s); %s", fresh.facts.version, type(error).__name__, stays)
            await asyncio.sleep(PAUSE_AFTER_FAILURE_S)
            return
        await self._switch_to(fresh)
        log.info("serving release %s", fresh.facts.version)

    async def _switch_to(self, fresh: Generation) -> None:
        """Have all queries from now on answered by another generation; those under way finish with the former."""
        former, self.generation = self.generation, fresh
        if former is not None:
            former.retire()
            self.former.append(former)
        self.lanes.dispatch()
        await self._clear_former()

    async def _clear_former(self) -> None:
        for former in [generation for generation in self.former if not generation.busy]:
            self.former.remove(former)
            for cause, count in former.kills.items():
                self.kills[cause] = self.kills.get(cause, 0) + count
            await former.stop()

    async def stop(self, grace_s: float = 0.0) -> None:
        """Let running queries finish for so long, then end every process."""
        if self._watcher is not None:
            self._watcher.cancel()
        generations = [*self.former, *([self.generation] if self.generation is not None else [])]
        until = asyncio.get_running_loop().time() + grace_s
        while any(generation.busy for generation in generations) and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.05)
        for generation in generations:
            await generation.stop()
        self.generation = None

    async def inquire(self, inquiry: Inquiry) -> Answer:
        """Answer a query as it came over the protocol. Raises: the problems of endpoint.errors."""
        for _ in range(self.settings.spare_workers + self.sizes.quick):
            try:
                return await self._inquire(inquiry)
            except DiedIdle:
                # Nobody has seen anything of it: another process answers.
                continue
        raise EngineFailure

    async def _inquire(self, inquiry: Inquiry) -> Answer:
        if not self.is_ready:
            raise Busy("The query processes are being started." if self.generation is not None else "No release is open yet.", retry_after_s=2)
        run = await self.lanes.enter(inquiry.client, inquiry.limits.time_s)
        run.cut_off = inquiry.cut_off
        channel = run.worker.channel
        try:
            channel.ask(self._request(inquiry))
            letter, payload = await channel.next_frame()
            if letter == WHOLE:
                head, facts, body = read_whole(payload)
                self.lanes.finish(run, facts.get("own_mib", 0))
                return self._answer(head, run, whole=body, facts=facts)
            if letter == FAILED:
                self.lanes.finish(run)
                raise problem_told(orjson.loads(payload), inquiry, self.settings)
            head = orjson.loads(payload)
            _, payload = await channel.next_frame()
            ending = channel.take_end()
            if ending is None:
                run.piece_came()
                return self._answer(head, run, chunks=Pieces(self, run, payload, inquiry, facts := {}), facts=facts)
            facts = orjson.loads(ending)
            self.lanes.finish(run, facts.get("own_mib", 0))
            return self._answer(head, run, whole=payload, facts=facts)
        except LinkLost:
            is_unexplained, ran_s = not run.worker.cause, run.ran_s()
            problem = await self.post_mortem(run)
            if is_unexplained and ran_s < DIED_IDLE_S and run.worker.was_killed:
                raise DiedIdle from None
            raise problem from None
        except Problem:
            raise
        except BaseException as error:
            self.lanes.abandon(run, "disconnect" if isinstance(error, asyncio.CancelledError) else "failure")
            raise

    @staticmethod
    def _answer(head: dict, run: Run, **rest) -> Answer:
        rest["facts"].setdefault("waited_ms", round((run.started - run.arrived) * 1e3, 3))
        return Answer(head["kind"], head["media_type"], head["content_type"], head["coding"], run.worker.generation.facts.identity, warnings=tuple(head.get("warnings", ())), **rest)

    def _request(self, inquiry: Inquiry) -> bytes:
        return orjson.dumps({
            "query": inquiry.text,
            "solution_form": _form(inquiry.solution_form), "graph_form": _form(inquiry.graph_form),
            "default_graphs": inquiry.default_graphs, "named_graphs": inquiry.named_graphs, "substitutions": inquiry.substitutions,
            "base_iri": inquiry.base_iri, "coding": inquiry.coding,
            "result_bytes": inquiry.limits.result_bytes or self.settings.result_mib * 1024 * 1024,
            "explain": inquiry.is_explained,
            "rdfs": self.settings.spatial_rdfs if inquiry.rdfs is None else inquiry.rdfs,
            "rewrite": self.settings.spatial_rewrite if inquiry.rewrite is None else inquiry.rewrite,
            "strict": self.settings.spatial_strict,
        })

    async def post_mortem(self, run: Run) -> Problem:
        """Give the problem that the end of a query process means for its query."""
        ran_s = run.ran_s()
        status = await run.worker.exit_status()
        cause = run.worker.cause or {-signal.SIGABRT: "memory", -signal.SIGSEGV: "depth", -signal.SIGBUS: "depth", -signal.SIGKILL: "memory"}.get(status or 0, "failure")
        self.lanes.abandon(run, cause)
        return problem_of_end(cause, ran_s, self.settings, run.limit_s)


class Pieces:
    """The pieces of a large answer, as they come. Raises: a problem when it could not be finished.
    A class and not a generator: closing it must end the query even when nobody took a piece."""

    def __init__(self, engine: LocalEngine, run: Run, first: bytes, inquiry: Inquiry, facts: dict):
        self.engine, self.run, self.inquiry, self.facts = engine, run, inquiry, facts
        self._first: bytes | None = first
        self._is_over = False

    def __aiter__(self) -> "Pieces":
        return self

    async def __anext__(self) -> bytes:
        if self._first is not None:
            first, self._first = self._first, None
            return first
        if self._is_over:
            raise StopAsyncIteration
        try:
            letter, payload = await self.run.worker.channel.next_frame()
        except LinkLost:
            self._is_over = True
            raise await self.engine.post_mortem(self.run) from None
        if letter == DATA:
            self.run.piece_came()
            return payload
        self._is_over = True
        told = orjson.loads(payload)
        self.engine.lanes.finish(self.run, told.get("own_mib", 0))
        if letter == FAILED:
            raise problem_told(told, self.inquiry, self.engine.settings)
        self.facts.update(told)
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """End the query if it is still under way."""
        if not self._is_over:
            self._is_over = True
            self.engine.lanes.abandon(self.run, "disconnect")


def _form(form) -> dict | None:
    return {"media_type": form.media_type, "content_type": form.content_type} if form is not None else None
