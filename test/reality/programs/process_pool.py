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


async def in_the_loop():
    for _ in range(jobs):
        spin(int(ms * real.RATE))


async def in_processes():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(workers) as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, time.sleep, 0.05) for _ in range(workers)))
        start = time.perf_counter()
        await asyncio.gather(*(loop.run_in_executor(pool, spin, int(ms * real.RATE)) for _ in range(jobs)))
        return (time.perf_counter() - start) * 1e3


report(lambda: asyncio.run(in_the_loop()), lambda: asyncio.run(in_processes()))
