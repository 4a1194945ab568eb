"""Measures what threads, processes and coroutines cost on the Python that runs this, and prints it as JSON.

Times in ms, memory in bytes. Each figure is the lower quartile of several rounds, since others on the machine only ever add
to it; `spread` has the lowest and the highest round.
With the argument `quick` there are fewer rounds, and no memory is measured.
"""

import asyncio
import json
import multiprocessing
import os
import platform
import statistics
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor

now = time.monotonic  # the same clock in all processes

QUICK = 'quick' in sys.argv[1:]


def on_one_core(measure):
    """Two that take turns on one core pay for the switch; on two cores they would pay for a wake-up instead."""
    if not hasattr(os, 'sched_setaffinity'):
        return measure()
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        return measure()
    finally:
        os.sched_setaffinity(0, cores)


def thread_switch(turns=1000):
    """Two threads hand each other a lock: with it the GIL goes over, and the core."""
    ping, pong = threading.Lock(), threading.Lock()
    ping.acquire()
    pong.acquire()

    def other():
        for _ in range(turns):
            ping.acquire()
            pong.release()

    thread = threading.Thread(target=other)
    thread.start()
    start = now()
    for _ in range(turns):
        ping.release()
        pong.acquire()
    took = now() - start
    thread.join()
    return took / (2 * turns) * 1e3


def process_switch(turns=1000):
    """Two processes hand each other a byte."""
    (ping_out, ping_in), (pong_out, pong_in) = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        for _ in range(turns):
            os.read(ping_out, 1)
            os.write(pong_in, b'.')
        os._exit(0)
    start = now()
    for _ in range(turns):
        os.write(ping_in, b'.')
        os.read(pong_out, 1)
    took = now() - start
    os.waitpid(child, 0)
    for pipe in (ping_out, ping_in, pong_out, pong_in):
        os.close(pipe)
    return took / (2 * turns) * 1e3


def coroutine_switch(tasks=100, turns=100):
    """Coroutines of one loop take turns by `asyncio.sleep(0)`."""

    async def taking_turns():
        for _ in range(turns):
            await asyncio.sleep(0)

    async def main():
        start = now()
        await asyncio.gather(*(taking_turns() for _ in range(tasks)))
        return now() - start

    return asyncio.run(main()) / (tasks * turns) * 1e3


def thread_create(threads=50):
    """From `start()` to the first line of its body."""
    took = []
    for _ in range(threads):
        begun = []
        thread = threading.Thread(target=lambda: begun.append(now()))
        start = now()
        thread.start()
        thread.join()
        took.append(begun[0] - start)
    return statistics.median(took) * 1e3


def tell_time(pipe):
    pipe.send(now())


def process_create(method='spawn'):
    """From `start()` to the first line of its body: with 'spawn' a new interpreter, with 'fork' a copy of this one."""
    context = multiprocessing.get_context(method)
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=tell_time, args=(sender,))
    start = now()
    process.start()
    begun = receiver.recv()
    process.join()
    return (begun - start) * 1e3


def fork_create():
    return process_create('fork')


def coroutine_create(tasks=2000):
    """`create_task` alone, without the steps of the task."""

    async def idle():
        pass

    async def main():
        loop = asyncio.get_running_loop()
        start = now()
        made = [loop.create_task(idle()) for _ in range(tasks)]
        took = now() - start
        await asyncio.gather(*made)
        return took

    return asyncio.run(main()) / tasks * 1e3


POOL = None
TURNS = 30_000
JOBS = 60


def paced(turns):
    """A job that takes some time, so that each finds all asleep who have to do with it, and wakes them. Tells by whom it was
    done, and the CPU time of that process before and after.
    """
    before = time.process_time()
    spin(turns)
    return os.getpid(), before, time.process_time()


def pool_costs():
    """What a loop, the other threads of its process, and a worker spend on one job of a pool of processes, besides its work.

    To pickle and to unpickle is the same on both sides: what a worker does from one job to the next, which is two halves of a
    hand-over. What the loop's process does more than that is to manage the job.
    """

    async def main():
        loop = asyncio.get_running_loop()
        process, thread = time.process_time(), time.thread_time()
        done = await asyncio.gather(*(loop.run_in_executor(POOL, paced, TURNS) for _ in range(JOBS)))
        own = time.thread_time() - thread
        return own, time.process_time() - process - own, done

    own, others, done = asyncio.run(main())
    by_worker = {}
    for pid, before, after in done:
        by_worker.setdefault(pid, []).append((before, after))
    gaps = []
    for times in map(sorted, by_worker.values()):
        gaps += [begun - ended for (_, ended), (begun, _) in zip(times, times[1:])]
    own, others, worker = own / JOBS * 1e3, others / JOBS * 1e3, statistics.mean(gaps) * 1e3
    return {'handOver': worker, 'jobManage': max(0, others - worker), 'jobSubmit': own}


def spin(turns):
    i = 0
    while i < turns:
        i += 1


def all_cores(turns=200_000):
    """How many times as much CPU time the same work takes while all other cores compute too: they share caches, power, or more."""

    def cpu():
        start = time.thread_time()
        spin(turns)
        return time.thread_time() - start

    alone = min(cpu() for _ in range(3))
    children = []
    end = now() + 5 * alone
    for _ in range(os.cpu_count() - 1):
        child = os.fork()
        if child == 0:
            while now() < end:
                spin(1000)
            os._exit(0)
        children.append(child)
    together = min(cpu() for _ in range(3))
    for child in children:
        os.waitpid(child, 0)
    return together / alone


def resident(pid='self'):
    """Memory that only this process has, in bytes."""
    with open(f'/proc/{pid}/smaps_rollup') as lines:
        return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith('Private'))


def thread_memory(threads=200):
    """What a blocked thread adds to the resident memory. Of its stack, 8 MiB of addresses, only what was touched counts."""
    go = threading.Event()
    before = resident()
    blocked = [threading.Thread(target=go.wait) for _ in range(threads)]
    for thread in blocked:
        thread.start()
    after = resident()
    go.set()
    for thread in blocked:
        thread.join()
    return (after - before) / threads


def until_told(pipe):
    pipe.recv()


def process_memory():
    """What a spawned interpreter has for itself; what it shares, such as the code of Python, doesn't count."""
    context = multiprocessing.get_context('spawn')
    here, there = context.Pipe()
    process = context.Process(target=until_told, args=(there,))
    process.start()
    time.sleep(0.5)
    memory = resident(process.pid)
    here.send(None)
    process.join()
    return memory


def coroutine_memory(tasks=20_000):
    """What a task adds whose coroutine waits for a future, all of it."""

    async def main():
        loop = asyncio.get_running_loop()
        go = loop.create_future()

        async def waiting():
            await go

        before = resident()
        made = [loop.create_task(waiting()) for _ in range(tasks)]
        await asyncio.sleep(0)
        after = resident()
        go.set_result(None)
        await asyncio.gather(*made)
        return (after - before) / tasks

    return asyncio.run(main())


def in_new_process(measure):
    """Memory that was used and given back would hide what is used now."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context('spawn')) as pool:
        return pool.submit(measure).result()


def processor():
    try:
        with open('/proc/cpuinfo') as lines:
            return next(line.split(':')[1].strip() for line in lines if line.startswith('model name'))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def main():
    global POOL
    POOL = ProcessPoolExecutor(os.cpu_count())
    for nap in [POOL.submit(time.sleep, 0.05) for _ in range(os.cpu_count())]:
        nap.result()
    first = pool_costs()  # the first jobs after a fork pay for the pages that are copied then
    rounds = 5 if QUICK else 15
    times = {
        'threadSwitch': lambda: on_one_core(thread_switch),
        'processSwitch': lambda: on_one_core(process_switch),
        'coroutineSwitch': coroutine_switch,
        'threadCreate': thread_create,
        'processCreate': process_create,
        'forkCreate': fork_create,
        'coroutineCreate': coroutine_create,
        'pool': pool_costs,
        'allCores': all_cores,
    }
    memory = {
        'threadMemory': thread_memory,
        'processMemory': process_memory,
        'coroutineMemory': coroutine_memory,
    }
    found = {}
    for _ in range(rounds):  # one after another, so that a bad moment hits each of them once
        for name, measure in times.items():
            value = measure()
            for part, figure in value.items() if isinstance(value, dict) else [(name, value)]:
                found.setdefault(part, []).append(figure)
    POOL.shutdown()
    parts = ('handOver', 'jobManage', 'jobSubmit')
    later = sum(statistics.median(found[part]) for part in parts)
    found['forkCopy'] = [max(0, sum(first[part] for part in parts) - later) * JOBS]
    if not QUICK and os.path.exists('/proc/self/smaps_rollup'):
        for _ in range(3):
            for name, measure in memory.items():
                # A process that measures another one has to be able to start it.
                value = measure() if measure is process_memory else in_new_process(measure)
                found.setdefault(name, []).append(value)
    print(json.dumps({
        'python': f'{platform.python_implementation()} {platform.python_version()}',
        'system': f'{platform.system()} {platform.machine()}',
        'processor': processor(),
        'cores': os.cpu_count(),
        'gil': getattr(sys, '_is_gil_enabled', lambda: True)(),
        'switchInterval': sys.getswitchinterval() * 1e3,
        'figure': {name: sorted(values)[len(values) // 4] for name, values in found.items()},
        'spread': {name: [min(values), max(values)] for name, values in found.items()},
    }))


if __name__ == '__main__':
    main()
