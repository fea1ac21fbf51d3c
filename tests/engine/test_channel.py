"""The link to a query process: what small answers leave behind must never count as unread, or reading pauses without end."""

import asyncio
import socket
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor

import pytest

from endpoint.engine.channel import HIGH_WATER, LOW_WATER, Channel, LinkLost
from endpoint.engine.frames import DATA, END, FRAME_BYTES, HEAD, frame


def over_a_link(talk: Callable[[Channel, socket.socket], Coroutine]) -> None:
    """Run a talk over a link of its own, with a limit of ten seconds."""
    async def run() -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            _, channel = await asyncio.get_running_loop().create_unix_connection(Channel, sock=ours)
            await asyncio.wait_for(talk(channel, theirs), 10)
            channel.close()

    # In a thread of its own: the browser's driver leaves a loop running in this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(lambda: asyncio.run(run())).result()


async def take_small_answer(channel: Channel) -> None:
    await channel.next_frame()
    await channel.next_frame()
    while channel.take_end() is None:
        await asyncio.sleep(0)


def test_a_large_answer_comes_whole_after_many_small_ones():
    pieces = 3 * HIGH_WATER // FRAME_BYTES
    small = frame(HEAD, b"{}") + frame(DATA, b"x") + frame(END, b" " * 100)

    async def talk(channel: Channel, theirs: socket.socket) -> None:
        for _ in range(2 * LOW_WATER // 100):
            theirs.sendall(small)
            await take_small_answer(channel)
        large = b"".join(frame(DATA, bytes(FRAME_BYTES)) for _ in range(pieces)) + frame(END, b"{}")
        sending = asyncio.create_task(asyncio.to_thread(theirs.sendall, large))
        while not channel.is_blocked:
            await asyncio.sleep(0.01)
        letters = [(await channel.next_frame())[0] for _ in range(pieces + 1)]
        await sending
        assert letters == [DATA] * pieces + [END]

    over_a_link(talk)


def test_whoever_waits_is_told_of_the_end_even_while_reading_is_paused():
    async def talk(channel: Channel, theirs: socket.socket) -> None:
        sending = asyncio.create_task(asyncio.to_thread(theirs.sendall, b"".join(frame(DATA, bytes(FRAME_BYTES)) for _ in range(12))))
        while not channel.is_blocked:
            await asyncio.sleep(0.01)
        channel.close()
        with pytest.raises(LinkLost):
            while True:
                await channel.next_frame()
        await asyncio.gather(sending, return_exceptions=True)

    over_a_link(talk)
