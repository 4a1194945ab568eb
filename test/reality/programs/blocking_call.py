"""Coroutines that sleep, and one among them that calls `time.sleep` against one that awaits `asyncio.sleep`.

Arguments: coroutines, sleeps of each, ms of a sleep, ms of the call.
"""

import asyncio
import sys
import time

from real import report

count, sleeps, ms, long = map(int, sys.argv[1:])


async def sleeper():
    for _ in range(sleeps):
        await asyncio.sleep(ms / 1e3)


async def polite():
    await asyncio.sleep(ms / 2e3)
    await asyncio.sleep(long / 1e3)


async def rude():
    await asyncio.sleep(ms / 2e3)
    time.sleep(long / 1e3)


async def with_one(other):
    await asyncio.gather(*(sleeper() for _ in range(count)), other)


report(lambda: asyncio.run(with_one(polite())), lambda: asyncio.run(with_one(rude())))
