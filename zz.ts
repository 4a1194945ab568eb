import { largeTrace, threadsTrace } from './test/page/traces.ts';
import { livesOf } from './src/page/canvas/lives.ts';
for (const t of [largeTrace(170_000, 40), largeTrace(140_000, 10_000), threadsTrace(50, 800)]) {
  const out = [];
  for (let i = 0; i < 6; i++) { const a = performance.now(); const l = livesOf(t); out.push((performance.now() - a).toFixed(0)); }
  const a = performance.now(); for (let i = 0; i< t.length;i++) t.at(i); console.log(t.length,'lives',out.join(' '),'read', (performance.now() - a).toFixed(0));
}
