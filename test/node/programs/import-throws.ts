/** A file that throws while it is loaded: there is nothing to step through. */

import { demo } from 'loopscope/node';

const ingredients: string[] = [];
if (ingredients.length === 0) throw new Error('the fridge is empty');

export default demo(import.meta, {
  title: 'Never',
  program: () => {},
  watch: ['Nothing.'],
  question: 'Why?',
});
