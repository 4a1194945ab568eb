"""What executors and call_soon_threadsafe do, in which order: the logs to which test/cpu/executor.test.ts holds loopscope.

Run it to see them. Times are far enough apart for the order not to depend on the machine.
"""

import asyncio
import contextvars
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

SCENES = {}
LOG = []


def log(*words):
    LOG.append(' '.join(map(str, words)))


def scene(main):
    SCENES[main.__name__] = main
    return main


class Iterations:
    """Counts the iterations of the running loop, each from where its select returns."""

    def __init__(self):
        loop = asyncio.get_running_loop()
        self.count = 0
        process_events = loop._process_events

        def counted(events):
            self.count += 1
            process_events(events)

        loop._process_events = counted

    def __str__(self):
        return str(self.count)


def tell_reads(iterations):
    """Logs each read of the pipe that wakes the loop."""
    loop = asyncio.get_running_loop()
    read = loop._read_from_self

    def told():
        log('reads the pipe in', iterations)
        read()

    loop._remove_reader(loop._ssock.fileno())
    loop._add_reader(loop._ssock.fileno(), told)


@scene
async def way_of_a_result():
    iteration = Iterations()

    def job():
        time.sleep(0.03)
        log('job ends in', iteration)

    future = asyncio.get_running_loop().run_in_executor(None, job)
    log('run_in_executor in', iteration)
    await future
    log('resumes in', iteration)
    await asyncio.to_thread(job)
    log('to_thread resumes in', iteration)
    await asyncio.create_task(asyncio.to_thread(job))
    log('task resumes in', iteration)


@scene
async def threadsafe_while_idle():
    iteration = Iterations()
    loop = asyncio.get_running_loop()
    tell_reads(iteration)

    def first():
        log('first in', iteration)
        loop.call_soon(lambda: log('soon after first in', iteration))

    def calls():
        time.sleep(0.02)
        log('thread calls in', iteration)
        loop.call_soon_threadsafe(first)
        loop.call_soon_threadsafe(lambda: log('second in', iteration))

    thread = threading.Thread(target=calls)
    thread.start()
    await asyncio.sleep(0.06)
    log('wakes in', iteration)
    thread.join()


@scene
async def threadsafe_while_busy():
    iteration = Iterations()
    loop = asyncio.get_running_loop()
    tell_reads(iteration)

    def calls():
        time.sleep(0.02)
        log('thread calls in', iteration)
        loop.call_soon_threadsafe(log, 'first')
        loop.call_soon_threadsafe(log, 'second')

    def long():
        log('long begins in', iteration)
        loop.call_soon(log, 'soon before')
        time.sleep(0.05)
        loop.call_soon(log, 'soon after')
        log('long ends in', iteration)

    thread = threading.Thread(target=calls)
    thread.start()
    loop.call_later(0.03, log, 'timer')
    loop.call_soon(long)
    await asyncio.sleep(0.1)
    log('wakes in', iteration)
    thread.join()


@scene
async def call_soon_from_a_thread():
    loop = asyncio.get_running_loop()

    def calls():
        time.sleep(0.02)
        log('thread calls')
        loop.call_soon(log, 'soon')

    thread = threading.Thread(target=calls)
    thread.start()
    await asyncio.sleep(0.06)
    log('wakes')
    thread.join()


def job(name, seconds):
    log(name, 'begins')
    time.sleep(seconds)
    log(name, 'ends')
    return name


@scene
async def cancel_jobs():
    loop = asyncio.get_running_loop()
    pool = ThreadPoolExecutor(1)
    a = loop.run_in_executor(pool, job, 'a', 0.05)
    b = loop.run_in_executor(pool, job, 'b', 0.02)
    c = loop.run_in_executor(pool, job, 'c', 0.02)
    await asyncio.sleep(0.02)
    log('cancels', a.cancel(), b.cancel(), a.cancelled(), b.cancelled())
    try:
        await a
    except asyncio.CancelledError:
        log('a is cancelled')
    log('result', await c)
    pool.shutdown()


@scene
async def cancel_task():
    task = asyncio.create_task(asyncio.to_thread(job, 'job', 0.05))
    await asyncio.sleep(0.02)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log('task is cancelled')
    log('main ends')


@scene
async def end_with_queued_jobs():
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(2))
    for name, seconds in ('a', 0.03), ('b', 0.05), ('c', 0.03):
        loop.run_in_executor(None, job, name, seconds)
    await asyncio.sleep(0.01)
    log('main ends')


@scene
async def end_with_a_pool_of_ones_own():
    loop = asyncio.get_running_loop()
    loop.run_in_executor(ThreadPoolExecutor(1), job, 'job', 0.3)
    await asyncio.sleep(0.01)
    log('main ends')


@scene
async def errors():
    async def told(error):
        def fails():
            raise error

        try:
            await asyncio.to_thread(fails)
        except BaseException as caught:
            log('caught', type(caught).__name__, caught is error)

    await told(KeyError('x'))
    await told(SystemExit(3))
    await told(asyncio.CancelledError('from the job'))

    def cancelled():
        raise asyncio.CancelledError

    future = asyncio.get_running_loop().run_in_executor(None, cancelled)
    try:
        await future
    except asyncio.CancelledError:
        log('cancelled', future.cancelled())


@scene
async def context():
    variable = contextvars.ContextVar('variable', default='nothing')
    variable.set('main')

    def sets():
        seen = variable.get()
        time.sleep(0.01)
        variable.set('job')
        time.sleep(0.01)
        return f'{seen} {variable.get()}'

    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(1))
    log('to_thread', await asyncio.to_thread(sets), variable.get())
    log('to_thread', await asyncio.to_thread(sets), variable.get())
    log('run_in_executor', await loop.run_in_executor(None, sets), variable.get())
    log('run_in_executor', await loop.run_in_executor(None, sets), variable.get())


def run(main):
    LOG.clear()
    asyncio.run(main())
    log('run returns')
    time.sleep(0.4)  # for a pool that nobody shut down
    return LOG.copy()


if __name__ == '__main__':
    print(json.dumps({name: run(main) for name, main in SCENES.items()}, indent=2))
