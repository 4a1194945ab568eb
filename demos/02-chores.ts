/**
 * Three things to do, and one person. Who does the work decides how long it takes.
 *
 * Rice, washing and dishes are chores for machines: I start them and wait. Watching tv, jogging and playing need me all
 * the time. Either way it is 100 minutes of work, in three tasks of the same loop; only the line that takes the time
 * differs.
 */
import { type Coroutine, compute, createTask, gather, minutes, now, print, sleep } from 'loopscope';
import { demo } from 'loopscope/node';

type Activity = (name: string, time: number) => Coroutine<void>;

const byMachine: Activity = function* (name, time) {
  yield* sleep(time); // the machine works, and I let the others run
  print(`${name}: done`);
};

const attentively: Activity = function* (name, time) {
  compute(time); // I work, and nobody else can
  print(`${name}: done`);
};

function* doAll(activity: Activity, times: Record<string, number>): Coroutine<void> {
  const tasks = Object.entries(times).map(([name, time]) =>
    createTask(activity(name, minutes(time)), { name }),
  );
  yield* gather(tasks);
  print(`all done after ${now() / minutes(1)} minutes`);
}

export default demo(import.meta, {
  title: 'Three things to do, by machines and attentively',
  parts: [
    { title: 'by machines', program: () => doAll(byMachine, { rice: 40, washing: 30, dishes: 30 }) },
    { title: 'attentively', program: () => doAll(attentively, { tv: 30, jogging: 30, games: 40 }) },
  ],
  moments: ['clock:jump', 'compute'],
  watch: [
    'By machines the waits lie side by side: 40 min, like the longest one.',
    'Attentively the work lies end to end: 30 + 30 + 40 = 100 min.',
  ],
  question: 'Play games while the machines run: does it matter what starts first?',
});
