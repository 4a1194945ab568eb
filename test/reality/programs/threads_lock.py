"""Threads that compute, and write what they have while holding a lock: with one lock for all against a lock for each.

Arguments: threads, rounds of each, ms of work, ms of writing.
"""

import sys
import time
from threading import Lock, Thread

from real import busy, report

count, rounds, work, write = map(int, sys.argv[1:])


def worker(lock):
    for _ in range(rounds):
        busy(work)
        with lock:
            time.sleep(write / 1e3)


def run(locks):
    threads = [Thread(target=worker, args=(lock,)) for lock in locks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


report(lambda: run([Lock() for _ in range(count)]), lambda: run([Lock()] * count))
