"""What is read before anybody asks: one thing that cannot be read keeps nothing else from being read."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from endpoint import kept
from endpoint.errors import Busy


def test_what_fails_is_logged_and_the_rest_is_read_in_this_release_and_the_next(monkeypatch, caplog):
    monkeypatch.setattr(kept, "LOOK_EVERY_S", 0.01)
    release, read, refusals = SimpleNamespace(identity="one"), [], [Busy("the line is full")]
    app = SimpleNamespace(state=SimpleNamespace(engine=SimpleNamespace(release=release)))

    async def faulty(_) -> None:
        read.append(("faulty", release.identity))
        raise ValueError("no such thing")

    async def busy(_) -> None:
        read.append(("busy", release.identity))
        if refusals:
            raise refusals.pop()

    async def good(_) -> None:
        read.append(("good", release.identity))

    async def watched() -> None:
        reader = asyncio.ensure_future(kept.read_beforehand(app, [faulty, busy, good]))
        for release.identity in ("one", "two"):
            await asyncio.sleep(0.2)
        assert not reader.done()
        reader.cancel()

    ThreadPoolExecutor(1).submit(asyncio.run, watched()).result()
    assert read == [("faulty", "one"), ("busy", "one"), ("good", "one"), ("busy", "one"), ("faulty", "two"), ("busy", "two"), ("good", "two")]
    assert caplog.text.count("ValueError: no such thing") == 2 and caplog.text.count("the line is full") == 1
