"""Work of coroutines: in a pool of processes against right in the loop. Arguments: workers, jobs, ms of each job.

The pool is warm: its workers have been started before.
"""

import asyncio
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import real
from real import report, spin

workers, jobs = map(int, sys.argv[1:3])
ms = float(sys.argv[3])


def waited():
    """ms for which this process wanted a core and had none; 0 where the system doesn't tell."""
    try:
        with open('/proc/self/schedstat') as line:
            return int(line.read().split()[1]) / 1e6
    except OSError:
        return 0


def job(turns):
    """Does it, and tells for which part of the time it had to wait for a core."""
    start, before = time.perf_counter(), waited()
    spin(turns)
    return (waited() - before) / 1e3 / (time.perf_counter() - start)


async def in_the_loop():
    for _ in range(jobs):
        spin(int(ms * real.RATE))


async def in_processes():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(workers) as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, time.sleep, 0.05) for _ in range(workers)))
        start = time.perf_counter()
        parts = await asyncio.gather(
            *(loop.run_in_executor(pool, job, int(ms * real.RATE)) for _ in range(jobs))
        )
        real.WAITED = sum(parts) / jobs
        return (time.perf_counter() - start) * 1e3


report(lambda: asyncio.run(in_the_loop()), lambda: asyncio.run(in_processes()))
