import { describe, expect, it } from 'vitest';
import { story, timeline } from '../../src/index.ts';
import { picture, stripped } from './log.ts';
import { beat, kitchen, pool, rivals, script, stretch } from './thread-programs.ts';

describe('the story of threads', () => {
  it('tells who had to drop the GIL for whom, and how long the work took for want of it', () => {
    expect(story(rivals())).toBe(
      picture(`
          0  a machine with 4 cores takes over: time slice 4 ms, switch interval of the GIL 5 ms
          0  MainThread starts on core 0
          0  MainThread waits: join a, and gives up the GIL
          0  a starts on core 0
       5 ms  a has to drop the GIL: b waited 5 ms for it
       5 ms  b starts on core 0, after 5 ms without the GIL
      10 ms  b has to drop the GIL: a waited 5 ms for it
      10 ms  a runs again on core 0, after 5 ms without the GIL
      15 ms  a has to drop the GIL: b waited 5 ms for it
      15 ms  b runs again on core 0, after 5 ms without the GIL
      20 ms  b has to drop the GIL: a waited 5 ms for it
      20 ms  a runs again on core 0, after 5 ms without the GIL
      22 ms  a has had 12 ms of CPU (count), 0 → 22 ms: 10 ms of that without the GIL
      22 ms  a is done
      22 ms  b runs again on core 0, after 2 ms without the GIL
      24 ms  b has had 12 ms of CPU (count), 5 ms → 24 ms: 7 ms of that without the GIL
      24 ms  b is done
      24 ms  MainThread runs again on core 0: a is done, after 2 ms without the GIL
      24 ms  MainThread is done
    `),
    );
  });

  it('tells who woke whom, who holds a lock, and that a native call does not drop the GIL when it is asked to', () => {
    expect(story(kitchen())).toBe(
      picture(`
          0  a machine with 4 cores takes over: time slice 4 ms, switch interval of the GIL 5 ms
          0  chef starts on core 0
          0  chef waits: nap, and gives up the GIL
          0  ann starts on core 0
       3 ms  ann has had 3 ms of CPU (chop), 0 → 3 ms
       3 ms  ann waits: request oven pie, and gives up the GIL
       3 ms  bob starts on core 0, after 3 ms without the GIL
       3 ms  bob waits: thread lock.acquire stove, held by ann, and gives up the GIL
       3 ms  waiter starts on core 0, after 3 ms without the GIL
       3 ms  waiter waits: thread queue.get orders, and gives up the GIL
      10 ms  chef runs again on core 0: its wait of 10 ms is over
      10 ms  chef waits: join ann, and gives up the GIL
      10 ms  waiter runs again on core 0: chef woke it
      10 ms  waiter fails: Error: no rice
      10 ms  the exception handler is called: Exception in thread waiter: Error: no rice
      11 ms  ann runs again on core 0: oven is done with pie
      31 ms  ann has to drop the GIL: bob waited 20 ms for it, and asked for it 15 ms ago
      31 ms  bob runs again on core 0: ann woke it, after 20 ms without the GIL
      34 ms  bob has had 3 ms of CPU (chop), 31 ms → 34 ms
      34 ms  bob waits: request oven pie, and gives up the GIL
      34 ms  ann runs again on core 0, after 3 ms without the GIL
      34 ms  ann has had 20 ms of CPU (mince), 11 ms → 34 ms: 3 ms of that without the GIL
      34 ms  ann prints: served
      34 ms  ann is done
      34 ms  chef runs again on core 0: ann is done
      34 ms  chef waits: join bob, and gives up the GIL
      42 ms  bob runs again on core 0: oven is done with pie
      62 ms  bob has had 20 ms of CPU (mince), 42 ms → 62 ms
      62 ms  bob prints: served
      62 ms  bob is done
      62 ms  chef runs again on core 0: bob is done
      62 ms  chef is done
    `),
    );
  });

  it('leaves nothing out if asked: who is started by whom, what each lacks, who holds that', () => {
    expect(story(kitchen(), { detail: 'all' })).toBe(
      picture(`
          0  a machine with 4 cores takes over: time slice 4 ms, switch interval of the GIL 5 ms
          0  the process main begins, with a GIL of its own
          0  the thread chef is made
          0  chef starts on core 0
          0  chef makes the thread ann
          0  ann is started by chef, and lacks the GIL, which chef holds
          0  ann gets the GIL next: chef waits until it has begun
          0  chef makes the thread bob
          0  bob is started by chef, and lacks the GIL, which chef holds
          0  chef makes the thread waiter
          0  waiter is started by chef, and lacks the GIL, which chef holds
          0  chef waits: nap, and gives up the GIL
          0  ann takes the GIL, which chef gave up
          0  ann starts on core 0
          0  first use of thread lock stove
          0  ann now holds stove
          0  ann: acquire stove (now held)
       3 ms  ann has had 3 ms of CPU (chop), 0 → 3 ms
       3 ms  first use of device oven
       3 ms  ann asks oven: pie
       3 ms  oven takes up pie of ann, until 11 ms
       3 ms  ann waits: request oven pie, and gives up the GIL
       3 ms  bob takes the GIL, which ann gave up
       3 ms  bob starts on core 0, after 3 ms without the GIL
       3 ms  bob waits: thread lock.acquire stove, held by ann, and gives up the GIL
       3 ms  waiter takes the GIL, which bob gave up
       3 ms  waiter starts on core 0, after 3 ms without the GIL
       3 ms  first use of thread queue orders
       3 ms  waiter waits: thread queue.get orders, and gives up the GIL
      10 ms  chef runs again on core 0: its wait of 10 ms is over
      10 ms  chef: put orders (now 1 item)
      10 ms  waiter can go on (chef woke it), and lacks the GIL, which chef holds
      10 ms  chef waits: join ann, and gives up the GIL
      10 ms  waiter takes the GIL, which chef gave up
      10 ms  waiter runs again on core 0: chef woke it
      10 ms  waiter: get orders (now 0 items)
      10 ms  waiter fails: Error: no rice
      10 ms  the exception handler is called: Exception in thread waiter: Error: no rice
      11 ms  oven is done with pie of ann
      11 ms  ann runs again on core 0: oven is done with pie
      11 ms  ann no longer holds stove
      11 ms  ann: release stove (now free)
      11 ms  bob can go on (ann woke it), and lacks the GIL, which ann holds
      16 ms  bob has lacked the GIL for 5 ms, and asks ann to drop it
      31 ms  ann has to drop the GIL: bob waited 20 ms for it, and asked for it 15 ms ago
      31 ms  bob takes the GIL, which ann gave up
      31 ms  bob runs again on core 0: ann woke it, after 20 ms without the GIL
      31 ms  bob now holds stove
      31 ms  bob: acquire stove (now held)
      34 ms  bob has had 3 ms of CPU (chop), 31 ms → 34 ms
      34 ms  bob asks oven: pie
      34 ms  oven takes up pie of bob, until 42 ms
      34 ms  bob waits: request oven pie, and gives up the GIL
      34 ms  ann takes the GIL, which bob gave up
      34 ms  ann runs again on core 0, after 3 ms without the GIL
      34 ms  ann has had 20 ms of CPU (mince), 11 ms → 34 ms: 3 ms of that without the GIL
      34 ms  ann prints: served
      34 ms  ann is done
      34 ms  chef runs again on core 0: ann is done
      34 ms  chef waits: join bob, and gives up the GIL
      42 ms  oven is done with pie of bob
      42 ms  bob runs again on core 0: oven is done with pie
      42 ms  bob no longer holds stove
      42 ms  bob: release stove (now free)
      62 ms  bob has had 20 ms of CPU (mince), 42 ms → 62 ms
      62 ms  bob prints: served
      62 ms  bob is done
      62 ms  chef runs again on core 0: bob is done
      62 ms  chef is done
    `),
    );
  });
});

describe('the story of a loop with threads', () => {
  it('calls the loop’s thread the loop, and says what made it late', () => {
    expect(story(beat())).toBe(
      picture(`
          0   #1  main starts
          0   #1  a machine with 4 cores takes over: time slice 4 ms, switch interval of the GIL 5 ms
          0   #1  main waits: executor dig
          0   #2  heart starts
          0   #2  heart waits: sleep 10 ms
          0   #2  asyncio-0 starts on core 0
      10 ms   #2  the loop had nothing to do, 0 → 10 ms, up to the timer of heart
      15 ms   #2  asyncio-0 has to drop the GIL: the loop waited 5 ms for it
      15 ms   #2  the loop runs again on core 0, after 5 ms without the GIL
      15 ms   #4  heart runs again: its sleep is over, 5 ms late: the loop lacked the GIL
      20 ms   #4  the loop has to drop the GIL: asyncio-0 waited 5 ms for it
      20 ms   #4  asyncio-0 runs again on core 0, after 5 ms without the GIL
      25 ms   #4  asyncio-0 has to drop the GIL: the loop waited 5 ms for it
      25 ms   #4  the loop runs again on core 0, after 5 ms without the GIL
      25 ms   #4  heart computes (beat), 15 ms → 25 ms: the loop stands still for 10 ms, 5 ms of that without the GIL
      25 ms   #4  heart waits: sleep 10 ms
      25 ms   #4  asyncio-0 runs again on core 0
      35 ms   #4  asyncio-0 has had 30 ms of CPU (dig), 0 → 35 ms: 5 ms of that without the GIL
      35 ms   #4  asyncio-0 has no job, and gives up the GIL
      35 ms   #4  the loop had nothing to do, 25 ms → 35 ms, up to the timer of heart
      35 ms   #6  main runs again: asyncio-0 has done the job
      35 ms   #6  main waits: await task heart
      35 ms   #6  heart runs again: its sleep is over
      40 ms   #6  heart computes (beat), 35 ms → 40 ms: the loop stands still for 5 ms
      40 ms   #6  heart waits: sleep 10 ms
      50 ms   #6  the loop had nothing to do, 40 ms → 50 ms, up to the timer of heart
      50 ms   #8  heart runs again: its sleep is over
      55 ms   #8  heart computes (beat), 50 ms → 55 ms: the loop stands still for 5 ms
      55 ms   #8  heart is done
      55 ms   #9  main runs again: heart is done
      55 ms   #9  main is done
      55 ms  #10  asyncio-0 runs again on core 0: its wait is over (no job)
      55 ms  #10  asyncio-0 is done
    `),
    );
  });

  it('says how much of a computation was waiting for the GIL', () => {
    expect(story(stretch(), { width: 90 })).toBe(
      picture(`
          0  #1  main starts
          0  #1  a machine with 4 cores takes over: time slice 4 ms, switch interval of the GIL
                 5 ms
          0  #1  main waits: sleep 5 ms
          0  #1  asyncio-0 starts on core 0
       5 ms  #1  the loop had nothing to do, 0 → 5 ms, up to the timer of main
      10 ms  #1  asyncio-0 has to drop the GIL: the loop waited 5 ms for it
      10 ms  #1  the loop runs again on core 0, after 5 ms without the GIL
      10 ms  #3  main runs again: its sleep is over, 5 ms late: the loop lacked the GIL
      15 ms  #3  the loop has to drop the GIL: asyncio-0 waited 5 ms for it
      15 ms  #3  asyncio-0 runs again on core 0, after 5 ms without the GIL
      20 ms  #3  asyncio-0 has to drop the GIL: the loop waited 5 ms for it
      20 ms  #3  the loop runs again on core 0, after 5 ms without the GIL
      25 ms  #3  the loop has to drop the GIL: asyncio-0 waited 5 ms for it
      25 ms  #3  asyncio-0 runs again on core 0, after 5 ms without the GIL
      30 ms  #3  asyncio-0 has to drop the GIL: the loop waited 5 ms for it
      30 ms  #3  the loop runs again on core 0, after 5 ms without the GIL
      35 ms  #3  the loop has to drop the GIL: asyncio-0 waited 5 ms for it
      35 ms  #3  asyncio-0 runs again on core 0, after 5 ms without the GIL
      40 ms  #3  asyncio-0 has to drop the GIL: the loop waited 5 ms for it
      40 ms  #3  the loop runs again on core 0, after 5 ms without the GIL
      45 ms  #3  main computes (sort), 10 ms → 45 ms: the loop stands still for 35 ms, 15 ms of
                 that without the GIL
      45 ms  #3  main waits: executor dig
      45 ms  #3  asyncio-0 runs again on core 0, after 5 ms without the GIL
      50 ms  #3  asyncio-0 has had 30 ms of CPU (dig), 0 → 50 ms: 20 ms of that without the GIL
      50 ms  #3  asyncio-0 has no job, and gives up the GIL
      50 ms  #3  the loop had nothing to do, 45 ms → 50 ms: a thread woke it
      50 ms  #5  main runs again: asyncio-0 has done the job
      50 ms  #5  main is done
      50 ms  #6  asyncio-0 runs again on core 0: its wait is over (no job)
      50 ms  #6  asyncio-0 is done
    `),
    );
  });

  it('tells of time slices, cores and processes', () => {
    expect(story(pool(), { detail: 'all' }).split('\n').slice(0, 36).join('\n')).toBe(
      picture(`
          0  #0  the task main is created
          0  #0  main joins the ready queue, to start
          0  #0  the loop runs
          0  #1  iteration 1 runs 1: main
          0  #1  main starts
          0  #1  a machine with 2 cores takes over: time slice 4 ms, switch interval of the GIL 5 ms
          0  #1  the process main begins, with a GIL of its own
          0  #1  the thread MainThread is made
          0  #1  MainThread is the thread of the loop itself
          0  #1  the loop runs on core 0
          0  #1  the process pool-0 begins, with a GIL of its own
          0  #1  the loop makes the thread pool-0, in the process pool-0
          0  #1  pool-0 starts on core 1
          0  #1  the process pool-1 begins, with a GIL of its own
          0  #1  the loop makes the thread pool-1, in the process pool-1
          0  #1  pool-1 is started by main, and lacks a core, as all 2 are taken
          0  #1  the loop makes the thread asyncio-0
          0  #1  asyncio-0 is started by main, and lacks the GIL, which the loop holds
          0  #1  asyncio-0 gets the GIL next: the loop waits until it has begun
          0  #1  main waits: executor sum
          0  #1  the loop has nothing to do, and gives up the GIL
          0  #1  pool-1 starts on core 0
          0  #1  asyncio-0 takes the GIL, which the loop gave up
          0  #1  asyncio-0 has the GIL, and lacks a core, as all 2 are taken
       4 ms  #1  pool-0 loses its core: its time slice is over, and asyncio-0 waits for one
       4 ms  #1  asyncio-0 starts on core 1, after 4 ms without a core
       4 ms  #1  pool-1 loses its core: its time slice is over, and pool-0 waits for one
       4 ms  #1  pool-0 runs again on core 0
       8 ms  #1  asyncio-0 loses its core: its time slice is over, and pool-1 waits for one
       8 ms  #1  pool-1 runs again on core 1, after 4 ms without a core
       8 ms  #1  pool-0 loses its core: its time slice is over, and asyncio-0 waits for one
       8 ms  #1  asyncio-0 runs again on core 0
      12 ms  #1  pool-1 loses its core: its time slice is over, and pool-0 waits for one
      12 ms  #1  pool-0 runs again on core 1, after 4 ms without a core
      12 ms  #1  asyncio-0 loses its core: its time slice is over, and pool-1 waits for one
      12 ms  #1  pool-1 runs again on core 0
    `),
    );
  });

  it('calls the thread of a script the script', () => {
    expect(story(script())).toBe(
      picture(`
          0  a machine with 4 cores takes over: time slice 4 ms, switch interval of the GIL 5 ms
          0  the script gives up the GIL: digger begins
          0  digger starts on core 0
       5 ms  digger has to drop the GIL: the script waited 5 ms for it
       5 ms  the script runs again on core 0, after 5 ms without the GIL
      10 ms  the script has to drop the GIL: digger waited 5 ms for it
      10 ms  digger runs again on core 0, after 5 ms without the GIL
      15 ms  digger has to drop the GIL: the script waited 5 ms for it
      15 ms  the script runs again on core 0, after 5 ms without the GIL
      20 ms  the script computes (mine) for 20 ms, 0 → 20 ms: 10 ms of that without the GIL
      20 ms  the script is at its end, and waits for the other threads
      20 ms  digger runs again on core 0, after 5 ms without the GIL
      22 ms  digger has had 12 ms of CPU (dig), 0 → 22 ms: 10 ms of that without the GIL
      22 ms  digger is done
    `),
    );
  });

  it('says the same in colour', () => {
    for (const events of [rivals(), beat(), kitchen()]) {
      expect(stripped(story(events, { color: true }))).toBe(story(events));
      expect(timeline(events)).not.toContain('undefined');
    }
  });
});
