/** The page: what is in it is read, and played. */

import { render } from 'preact';
import { App } from './app.tsx';
import { type PageData, readData } from './data.ts';
import { ErrorNote } from './error-note.tsx';

const place = document.getElementById('page')!;
place.replaceChildren(); // what stands there as long as this doesn't run
const text = document.getElementById('loopscope-data')?.textContent ?? '';

let data: PageData | null = null;
let failure: unknown = null;
try {
  data = readData(text);
} catch (error) {
  failure = error;
}
if (failure !== null) render(<ErrorNote what="This page can’t be shown" error={failure} />, place);
else if (data === null)
  render(<ErrorNote what="This page is empty" error="loopscope html FILE puts a trace into it" />, place);
else render(<App {...data} />, place);
