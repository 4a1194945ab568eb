"""A loop that ticks: while `asyncio.to_thread` computes against alone. Arguments: ms of a tick, ms of work.

Both figures are the mean time from one tick to the next.
"""

import asyncio
import sys
import time

from real import busy, report

tick, ms = map(int, sys.argv[1:])


async def ticks_until(over):
    count = 0
    start = time.perf_counter()
    while not over.done():
        await asyncio.sleep(tick / 1e3)
        count += 1
    return (time.perf_counter() - start) * 1e3 / count


async def beside(other):
    return await ticks_until(asyncio.create_task(other))


report(
    lambda: asyncio.run(beside(asyncio.sleep(ms / 1e3))),
    lambda: asyncio.run(beside(asyncio.to_thread(busy, ms))),
)
