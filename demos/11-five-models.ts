/**
 * The same chores under five models of execution.
 *
 * A machine cooks the rice for 40 minutes while nobody has to stand by (`blocked`), and two hobbies need attention
 * (`busy`). Written down once, run five times: what overlaps is what each model lets overlap.
 */
import { allModels, blocked, busy, compare, comparisonTable, minutes } from 'loopscope';
import { demo } from 'loopscope/node';

const chores = {
  rice: [blocked(minutes(40))],
  jogging: [busy(minutes(30))],
  games: [busy(minutes(40))],
};

/** Two cores, and patient threads: they ask for the GIL after ten minutes. */
const home = { cores: 2, switchInterval: minutes(10) };

export default demo(import.meta, {
  title: 'Rice by a machine, jogging and games by hand, under five models',
  parts: allModels(home).map((model) => {
    return { title: model.name, program: () => void model.run(chores) };
  }),
  figure: (view) => comparisonTable(compare(chores, allModels(home)), view),
  moments: () => false,
  watch: [
    'Coroutines and threads save the 40 min in which the rice needs nobody.',
    'The 70 min of work stay 70: there is one loop, or one GIL. Only two',
    'cores with no GIL between them make 40 of them.',
  ],
  question: 'Three cores and a third hobby of 40 minutes: which models gain?',
});
