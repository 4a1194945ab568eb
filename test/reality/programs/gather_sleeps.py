"""Sleeps of coroutines: gathered against one after another. Arguments: coroutines, ms of each."""

import asyncio
import sys

from real import report

count, ms = map(int, sys.argv[1:])


async def one_after_another():
    for _ in range(count):
        await asyncio.sleep(ms / 1e3)


async def gathered():
    await asyncio.gather(*(asyncio.sleep(ms / 1e3) for _ in range(count)))


report(lambda: asyncio.run(one_after_another()), lambda: asyncio.run(gathered()))
