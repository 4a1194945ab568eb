"""The workloads on Python's asyncio, with a virtual clock; prints one JSON object: ns per operation by workload.

    python3 asyncio_loop.py '{"W1": {"tasks": 1000, "turns": 20}}'

The clock jumps to the next deadline instead of waiting: the selector "waits" by moving it. That takes the system call
out, too, so that what is measured is the loop itself. (The file is not called asyncio.py, because then `import asyncio`
would import this file.)
"""

import asyncio
import json
import selectors
import sys
import time
import tracemalloc

BATCH = 100
ROUNDS = 3


class JumpingSelector(selectors.SelectSelector):
    """Never waits: moves the loop's clock by as much as it was asked to wait."""

    def __init__(self):
        super().__init__()
        self.now = 0.0

    def select(self, timeout=None):
        if timeout is None:
            raise RuntimeError("every task waits, and no timer is set")
        if timeout > 0:
            self.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self):
        self.virtual = JumpingSelector()
        super().__init__(self.virtual)

    def time(self):
        return self.virtual.now


def next_random(state):
    return (state * 1_664_525 + 1_013_904_223) & 0xFFFFFFFF


def delay_of(state):
    return state * 2.0**-22 / 1_000


def seed_of(task):
    return next_random((task + 1) * 0x9E3779B1)


class Meter:
    def __init__(self):
        self.total = 0

    def start(self):
        self.begin = time.process_time_ns()

    def stop(self):
        self.total += time.process_time_ns() - self.begin


class MemoryMeter:
    def __init__(self):
        self.total = 0

    def start(self):
        tracemalloc.start()

    def stop(self):
        self.total = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()


def yield_times(levels):
    async def bottom(turns):
        for _ in range(turns):
            await asyncio.sleep(0)

    async def below(levels, turns):
        if levels > 0:
            await below(levels - 1, turns)
        else:
            await bottom(turns)

    body = bottom if levels == 0 else lambda turns: below(levels, turns)

    async def main(tasks, turns, meter):
        everyone = [asyncio.create_task(body(turns)) for _ in range(tasks)]
        await asyncio.sleep(0)
        meter.start()
        for task in everyone:
            await task
        meter.stop()

    return main


async def sleeps(tasks, turns, meter):
    async def sleep_times(state):
        for _ in range(turns):
            state = next_random(state)
            await asyncio.sleep(delay_of(state))

    everyone = [asyncio.create_task(sleep_times(seed_of(task))) for task in range(tasks)]
    await asyncio.sleep(0)
    meter.start()
    for task in everyone:
        await task
    meter.stop()


async def gathered(tasks, _turns, meter):
    async def sleep_once(task):
        await asyncio.sleep(delay_of(seed_of(task)))
        return task

    meter.start()
    await asyncio.gather(*[sleep_once(task) for task in range(tasks)])
    meter.stop()


def through_queue(capacity):
    async def main(_tasks, turns, meter):
        async def produce():
            for item in range(turns):
                await queue.put(item)

        async def consume():
            total = 0
            for _ in range(turns):
                total += await queue.get()
            return total

        meter.start()
        queue = asyncio.Queue(capacity)
        producer = asyncio.create_task(produce())
        await asyncio.create_task(consume())
        await producer
        meter.stop()

    return main


async def lock_turns(tasks, turns, meter):
    lock = asyncio.Lock()

    async def hold_times():
        for _ in range(turns):
            async with lock:
                await asyncio.sleep(0)

    everyone = [asyncio.create_task(hold_times()) for _ in range(tasks)]
    await asyncio.sleep(0)
    meter.start()
    for task in everyone:
        await task
    meter.stop()


async def create_and_await(tasks, _turns, meter):
    async def trivial(value):
        return value

    meter.start()
    total = 0
    for task in range(tasks):
        total += await asyncio.create_task(trivial(task))
    meter.stop()


async def calls_soon(tasks, turns, meter):
    loop = asyncio.get_running_loop()
    finished = loop.create_future()
    calls = 0

    def step(left):
        nonlocal calls
        calls += 1
        if calls == tasks * turns:
            finished.set_result(None)
        if left > 1:
            loop.call_soon(step, left - 1)

    for _ in range(tasks):
        loop.call_soon(step, turns)
    meter.start()
    await finished
    meter.stop()


async def calls_later(tasks, turns, meter):
    loop = asyncio.get_running_loop()
    finished = loop.create_future()
    calls = 0

    def step(state):
        nonlocal calls
        calls += 1
        if calls == tasks * turns:
            finished.set_result(None)
        state = next_random(state)
        loop.call_later(delay_of(state), step, state)

    for task in range(tasks):
        loop.call_later(delay_of(seed_of(task)), step, seed_of(task))
    meter.start()
    await finished
    meter.stop()


async def arm_and_cancel(tasks, turns, meter):
    loop = asyncio.get_running_loop()
    finished = loop.create_future()
    for task in range(tasks):
        loop.call_later(delay_of(seed_of(task)), print, "a pending timer ran")

    def batch(left, state):
        for _ in range(BATCH):
            state = next_random(state)
            loop.call_later(delay_of(state), print, "a cancelled timer ran").cancel()
        if left > BATCH:
            loop.call_soon(batch, left - BATCH, state)
        else:
            finished.set_result(None)

    loop.call_soon(batch, tasks * turns, seed_of(tasks))
    meter.start()
    await finished
    meter.stop()


async def sleeping(tasks, _turns, meter):
    meter.start()
    everyone = [asyncio.create_task(asyncio.sleep(1 + task)) for task in range(tasks)]
    await asyncio.sleep(0)
    meter.stop()
    for task in everyone:
        task.cancel()


WORKLOADS = {
    "W1": yield_times(0),
    "W2": sleeps,
    "W3": gathered,
    "W4-1": through_queue(1),
    "W4-64": through_queue(64),
    "W5": lock_turns,
    "W6": create_and_await,
    "W7s": calls_soon,
    "W7l": calls_later,
    "W7c": arm_and_cancel,
    "W8-1": yield_times(1),
    "W8-10": yield_times(10),
    "MEM": sleeping,
}


def measure(name, size):
    tasks, turns = size["tasks"], size["turns"]
    costs = []
    for _ in range(1 if name == "MEM" else ROUNDS):
        meter = MemoryMeter() if name == "MEM" else Meter()
        loop = VirtualLoop()
        loop.run_until_complete(WORKLOADS[name](tasks, turns, meter))
        loop.close()
        costs.append(meter.total / (tasks * turns))
    return sorted(costs)[len(costs) // 2]


if __name__ == "__main__":
    sizes = json.loads(sys.argv[1])
    numbers = {name: measure(name, size) for name, size in sizes.items() if name in WORKLOADS}
    print(json.dumps({"version": sys.version.split()[0], "numbers": numbers}))
