"""A thread that waits for IO again and again: beside one that computes against alone.

Arguments: how often, ms of each wait, switch interval in ms, and `plain` or `native`: what the other one computes in.
"""

import sys
import threading
import time

import real
from real import busy, rate, report, took

times, ms, interval = map(int, sys.argv[1:4])
kind = sys.argv[4]
sys.setswitchinterval(interval / 1e3)


def add_up(turns):
    """One call into C, which doesn't look for those who ask for the GIL."""
    sum(range(turns))


def io():
    for _ in range(times):
        time.sleep(ms / 1e3)


def beside_a_computing_thread():
    over = False
    turns = int(20 * rate(add_up)) if kind == 'native' else 0

    def compute():
        while not over:
            if kind == 'native':
                add_up(turns)
            else:
                busy(1)

    thread = threading.Thread(target=compute)
    thread.start()
    figure = took(io)
    over = True
    thread.join()
    return figure


report(io, beside_a_computing_thread)
