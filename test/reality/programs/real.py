"""What the programs beside this have in common: work of a set length, and a report of what two variants took."""

import json
import os
import time

TURNS = 100_000


def spin(turns):
    i = 0
    while i < turns:
        i += 1


def rate(work):
    """How many turns of it make a ms, alone: of ten tries, each of a fixed number of turns, the least disturbed."""
    tries = []
    for _ in range(10):
        start = time.perf_counter()
        work(TURNS)
        tries.append(time.perf_counter() - start)
    return TURNS / min(tries) / 1e3


RATE = 0
# For which part of their time processes had to wait for a core, if the program knows.
WAITED = 0
# Where the time of all cores went, in ms by parts, if the program knows.
ACCOUNT = {}


def busy(ms):
    """Computes for `ms`, if nobody else does: a number of turns that was measured right before the program began."""
    spin(int(ms * RATE))


def spent():
    """CPU seconds: of the whole machine, and of this process and its children; None where the system doesn't tell."""
    try:
        with open('/proc/stat') as lines:
            user, nice, system, _, _, irq, softirq, steal = map(int, lines.readline().split()[1:9])
    except OSError:
        return None
    own = os.times()
    machine = (user + nice + system + irq + softirq + steal) / os.sysconf('SC_CLK_TCK')
    return machine - (own.user + own.system + own.children_user + own.children_system)


def took(action):
    start = time.perf_counter()
    result = action()
    # A program that doesn't want its whole time measured returns what it wants.
    return (time.perf_counter() - start) * 1e3 if result is None else result


def report(base, other):
    """Measures both, three times in turn, and prints it: in ms, with how many cores others used meanwhile."""
    global RATE
    repetitions = []
    for _ in range(3):
        start, before = time.perf_counter(), spent()
        RATE = rate(spin)
        figures = {'base': took(base), 'other': took(other)}
        after = spent()
        others = 0 if after is None else (after - before) / (time.perf_counter() - start)
        repetitions.append({**figures, 'others': max(0, others), 'waited': WAITED, 'account': ACCOUNT})
    print(json.dumps(repetitions))
