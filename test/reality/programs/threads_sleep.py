"""Blocking calls: in threads against one after another. Arguments: threads, ms of each."""

import sys
import time
from threading import Thread

from real import report

count, ms = map(int, sys.argv[1:])


def one_after_another():
    for _ in range(count):
        time.sleep(ms / 1e3)


def in_threads():
    threads = [Thread(target=time.sleep, args=(ms / 1e3,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


report(one_after_another, in_threads)
