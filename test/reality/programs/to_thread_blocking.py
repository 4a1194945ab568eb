"""Blocking calls of coroutines: by `asyncio.to_thread` against right in the loop. Arguments: calls, ms of each."""

import asyncio
import sys
import time

from real import report

count, ms = map(int, sys.argv[1:])


async def in_the_loop():
    for _ in range(count):
        time.sleep(ms / 1e3)


async def in_threads():
    await asyncio.gather(*(asyncio.to_thread(time.sleep, ms / 1e3) for _ in range(count)))


report(lambda: asyncio.run(in_the_loop()), lambda: asyncio.run(in_threads()))
