"""Work of coroutines: in a pool of processes against right in the loop. Arguments: workers, jobs, ms of each job.

The pool is warm: its workers have been started before. They are interpreters of their own ('spawn'), as those of the model
are. After a fork the first jobs would also pay for the pages that both processes shared until then: costs.py measures that.
"""

import asyncio
import multiprocessing
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import real
from real import report, spin

workers, jobs = map(int, sys.argv[1:3])
ms = float(sys.argv[3])


try:
    SCHEDULED = os.open('/proc/self/schedstat', os.O_RDONLY)  # once for each worker: to open it takes as long as to hand over a job
except OSError:
    SCHEDULED = None


def waited():
    """ms for which this process wanted a core and had none; 0 where the system doesn't tell."""
    return 0 if SCHEDULED is None else int(os.pread(SCHEDULED, 100, 0).split()[1]) / 1e6


def job(turns):
    """Does it, and tells where, with the CPU seconds of its process before and after, and for which part of the time it had to
    wait for a core.
    """
    start, before, spent = time.perf_counter(), waited(), time.process_time()
    spin(turns)
    spent_then = time.process_time()
    return os.getpid(), spent, spent_then, (waited() - before) / 1e3 / (time.perf_counter() - start)


def warm_up():
    """Each worker does it once: a nap is long enough for all to have started. A new interpreter has yet to specialise the code that
    this process has run before: the first long call would take half as long again.
    """
    time.sleep(0.3)
    for _ in range(50):
        spin(1000)


async def in_the_loop():
    for _ in range(jobs):
        spin(int(ms * real.RATE))


def account(done, loop, process, wall):
    """Where the time of all cores went, in ms a job. What a worker does between two jobs stands for all that is not its work."""
    by_worker = {}
    for pid, before, after, _ in done:
        by_worker.setdefault(pid, []).append((before, after))
    gaps = []
    for times in map(sorted, by_worker.values()):
        gaps += [begun - ended for (_, ended), (begun, _) in zip(times, times[1:])]
    work = sum(after - before for _, before, after, _ in done) / jobs
    worker = sum(gaps) / len(gaps) if gaps else 0
    spent = {'work': work, 'loop': loop / jobs, 'pool': (process - loop) / jobs, 'worker': worker}
    cores = min(workers, os.cpu_count())
    spent['idle'] = cores * wall / jobs - sum(spent.values())
    return {part: seconds * 1e3 for part, seconds in spent.items()}


async def in_processes():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context('spawn')) as pool:
        await asyncio.gather(*(loop.run_in_executor(pool, warm_up) for _ in range(workers)))
        start, thread, process = time.perf_counter(), time.thread_time(), time.process_time()
        done = await asyncio.gather(
            *(loop.run_in_executor(pool, job, int(ms * real.RATE)) for _ in range(jobs))
        )
        wall = time.perf_counter() - start
        real.ACCOUNT = account(done, time.thread_time() - thread, time.process_time() - process, wall)
        real.WAITED = sum(part for *_, part in done) / jobs
        return wall * 1e3


if __name__ == '__main__':
    report(lambda: asyncio.run(in_the_loop()), lambda: asyncio.run(in_processes()))
