"""Work in plain Python: in threads against one after another. Arguments: threads, ms of each."""

import sys
from threading import Thread

from real import busy, report

count, ms = map(int, sys.argv[1:])


def one_after_another():
    for _ in range(count):
        busy(ms)


def in_threads():
    threads = [Thread(target=busy, args=(ms,)) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


report(one_after_another, in_threads)
