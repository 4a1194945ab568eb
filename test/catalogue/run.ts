import { runScript } from 'loopscope';
import { CATALOGUE } from './catalogue.ts';
import { type Found, measure } from './measure.ts';

const only = process.argv[2];
const seeds = [1_000_003, 7_654_321, 40_000_000];
for (const entry of CATALOGUE) {
  if (only && !entry.name.includes(only) && !entry.kind.includes(only)) continue;
  const t = performance.now();
  const m = measure(entry, seeds);
  const r = (fs: readonly Found[]) => fs.map((f) => f.run).join('/');
  let plain = 'ok';
  try {
    runScript(entry.buggy as () => unknown, {
      exceptionHandler: (_, c) => {
        plain = 'FAILS ' + c.message;
      },
      print: () => {},
      limits: { iterations: 100000 },
    });
  } catch (e) {
    plain = 'FAILS';
  }
  console.log(
    entry.name.padEnd(34),
    'seed0',
    plain,
    'ex',
    m.exhaustive.run,
    'rnd',
    r(m.random),
    'pct',
    r(m.pct),
    'dep',
    m.departures,
    m.twin.isProved ? 'proved ' + m.twin.schedules : 'open',
    m.twin.runs,
    (performance.now() - t).toFixed(0) + 'ms',
    m.exhaustive.exploration.failures[0] ? '' : 'NONE',
  );
  for (const c of new Set(m.complaints)) console.log('    !', c);
}
