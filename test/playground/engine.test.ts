import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { declaredParameters } from '../../src/playground/engine/declared.ts';
import { hints } from '../../src/playground/engine/hints.ts';
import { leftBehind } from '../../src/playground/engine/left-behind.ts';
import { ReplyError, readReply } from '../../src/playground/engine/protocol.ts';
import { transform } from '../../src/playground/engine/transform.ts';
import { LESSONS } from '../../src/playground/lessons/index.ts';
import { printedLines } from '../../src/testing/simulation.ts';
import { runInNode } from './run-in-node.ts';

const DEMOS = fileURLToPath(new URL('../../demos', import.meta.url));

const program = (
  body: string,
  before = '',
) => `import { type Coroutine, compute, createTask, print, run, sleep } from 'loopscope';
${before}
export default function* main(): Coroutine<void> {
${body}
}
`;

const output = (source: string, values = {}) =>
  runInNode(source, values).parts.map(({ trace }) => printedLines(trace).map(([, , text]) => text));

/** The problem of a program of one part, or of what comes before it. */
function problem(source: string) {
  const run = runInNode(source);
  return run.problem ?? run.parts[0]?.problem;
}

describe('a program', () => {
  it('is run: TypeScript, its output, and a trace that names its lines', () => {
    const source = program("  yield* sleep(<number>5);\n  print('tea' satisfies string);");
    const [part] = runInNode(source).parts;
    expect(printedLines(part!.trace)).toEqual([[5, 'main', 'tea']]);
    expect([...part!.trace].find(({ kind }) => kind === 'source:at')).toMatchObject({
      line: 4,
      file: 'program.ts',
    });
  });

  it('keeps what is printed while it is loaded', () => {
    const source =
      "import { print } from 'loopscope';\nprint('early', { a: 1 });\nconsole.log('too');\nexport default () => print('late');";
    expect(runInNode(source).early).toEqual(['early {a: 1}', 'too']);
    expect(output(source)).toEqual([['late']]);
  });

  it('has all lines of those shown, up to 500', () => {
    const source =
      "import { print } from 'loopscope';\nfor (let i = 1; i <= 1_000; i++) print(i);\nexport default () => {};";
    expect(runInNode(source).early).toEqual(Array.from({ length: 500 }, (_, i) => `${i + 1}`));
  });

  it('may run all of it at once, and print, without anything to export', () => {
    const source = `import { print, Recorder, run, sleep, timeline } from 'loopscope';
const recorder = new Recorder();
run(sleep(3), { trace: recorder, name: 'main' });
console.log(timeline(recorder.toTrace()));`;
    const run = runInNode(source);
    expect(run.problem).toBeNull();
    expect(run.early.join('\n')).toContain('main  ●─ sleep 3 ms');
  });

  it('may run its main by itself, as in Python, and is there to be stepped through', () => {
    const source = `import { print, run, sleep } from 'loopscope';
function* main() { yield* sleep(3); print('done'); }
print('first');
run(main());`;
    const { parts, early, problem } = runInNode(source);
    expect([early, problem]).toEqual([[], null]);
    expect(printedLines(parts[0]!.trace)).toEqual([
      [0, '', 'first'],
      [3, 'Task-1', 'done'],
    ]);
    expect([...parts[0]!.trace].filter(({ kind }) => kind === 'source:at')).toMatchObject([
      { line: 3, task: 0 },
      { line: 2, task: 1 },
    ]);
  });

  it('tells its lines while it runs', () => {
    const lines: string[] = [];
    runInNode(program("  print('a');\n  console.log('b');"), {}, (line) => lines.push(line));
    expect(lines).toEqual(['a', 'b']);
  });

  it('may be a script, or a demo whose parts are run one after another', () => {
    expect(
      output(
        "import { print, run, sleep } from 'loopscope';\nexport default () => { run(sleep(3)); print('over'); };",
      ),
    ).toEqual([['over']]);
    const demo = `import { demo } from 'loopscope/node';
import { print } from 'loopscope';
const say = (text: string) => () => print(text);
export default demo(import.meta, {
  title: 'import.meta', watch: ['look'], question: 'why?',
  parts: [{ title: 'one', program: say('a') }, { title: 'two', program: say('b') }],
});`;
    expect(output(demo)).toEqual([['a'], ['b']]);
    expect(runInNode(demo)).toMatchObject({ title: 'import.meta', watch: ['look'], question: 'why?' });
    expect(runInNode(demo).parts.map(({ title }) => title)).toEqual(['one', 'two']);
  });

  it('starts afresh each time: nothing of the run before is left in its variables', () => {
    const source = program('  print(++count);', 'let count = 0;');
    expect(output(source)).toEqual([['1']]);
    expect(output(source)).toEqual([['1']]);
  });

  it('is told of coroutines that nobody awaited, and not of long computations', () => {
    const [part] = runInNode(program('  sleep(3);\n  compute(60_000);')).parts;
    const told = [...part!.trace].flatMap((event) => (event.kind === 'error' ? [event.message] : []));
    expect(told).toEqual([expect.stringContaining('never awaited')]);
  });
});

describe('every demo of the repository', () => {
  const files = readdirSync(DEMOS).filter((name) => name.endsWith('.ts'));

  it.each(files)('%s runs as it is written', (name) => {
    const run = runInNode(readFileSync(join(DEMOS, name), 'utf8'));
    expect(run.problem).toBeNull();
    expect(run.parts.length > 0 || run.figure !== '').toBe(true);
    for (const part of run.parts) expect(part.problem === null || part.isExpected).toBe(true);
    expect(run.question.endsWith('?')).toBe(true);
  });
});

describe('what goes wrong', () => {
  it('is shown at its line and column: what the program throws, and what the library throws at it', () => {
    expect(problem(program("  const cup: number = 1;\n  throw new Error('too hot');"))).toEqual({
      message: 'Error: too hot',
      place: { line: 5, column: 9 },
    });
    expect(problem(program('  const x: string = <any>3; yield* sleep(Number.NaN);'))).toMatchObject({
      place: { line: 4, column: expect.any(Number) },
    });
  });

  it.each(['yield 3;', 'yield sleep(1) as never;', 'yield Promise.resolve(1) as never;'])(
    'is a bad yield, shown at its line: %s',
    (line) => {
      const found = problem(program(`  yield* sleep(1);\n  yield;\n  ${line}`));
      expect(found?.message).toMatch(/^RuntimeError: /);
      expect(found?.place).toEqual({ line: 6, column: 3 });
    },
  );

  it('is found within what a group of errors holds', () => {
    const found = problem(`import { TaskGroup, sleep } from 'loopscope';
export default function* () {
  yield* TaskGroup.run(function* (group) {
    group.createTask((function* () {
      yield* sleep(1);
      throw new TypeError('spilt');
    })());
  });
}`);
    expect(found?.message).toContain('TypeError: spilt');
    expect(found?.place?.line).toBe(6);
  });

  it.each([
    ['let x = ;', 1, 9],
    ["import { x } from 'loopscope';\n\nfoo(", 3, 5],
    ["print('tea", 1, 7],
    ['export default', 1, 15],
  ])('is a mistake of syntax: %s', (source, line, column) => {
    const { problem } = transform(source);
    expect(problem?.message).toMatch(/^SyntaxError: /);
    expect(problem?.place?.line).toBe(line);
    expect(Math.abs(problem!.place!.column - column)).toBeLessThanOrEqual(1);
  });

  it.each([
    ["import { readFile } from 'node:fs';", 'a part of Node'],
    ["import lodash from 'lodash';", "there is no 'lodash' here"],
    ["export * from './other.ts';", "there is no file './other.ts' here"],
    ["import { simTest } from 'loopscope/vitest';", 'for tests'],
    ["const x = import('https://example.org/x.js');", 'import() is not known here'],
  ])('is an import of what there is not: %s', (line, said) => {
    const { problem } = transform(`// a program\n${line}\nexport default function* () {}`);
    expect(problem?.message).toContain(said);
    expect(problem?.place?.line).toBe(2);
  });

  it('lets words in strings and comments be', () => {
    expect(output(program("  print(\"import x from 'y'\", 'import.meta'); // import('z')"))).toEqual([
      ["import x from 'y' import.meta"],
    ]);
  });

  it('is a name that the library does not have, with the one that was probably meant', () => {
    const found = problem(
      "import { slep } from 'loopscope';\nexport default function* () {\n  yield* slep(3);\n}",
    );
    expect(found).toEqual({
      message: "TypeError: 'loopscope' has no 'slep': did you mean sleep?",
      place: { line: 3, column: 10 },
    });
  });

  it.each([
    ['const x = 3;', 'no default export'],
    ['export default 3;', 'a number'],
    ['export default (function* () {})();', 'made already'],
    ['export default async () => {};', 'async'],
  ])('is no program: %s', (source, said) => {
    expect(problem(source)?.message).toContain(said);
  });

  it('is a deadlock, and what was done before can be looked at', () => {
    const run = runInNode(
      "import { Lock } from 'loopscope';\nexport default function* () {\n  const lock = new Lock('pot');\n  yield* lock.acquire();\n  yield* lock.acquire();\n}",
    );
    expect(run.parts[0]!.problem?.message).toContain('DeadlockError');
    expect(run.parts[0]!.trace.length).toBeGreaterThan(5);
  });

  it.each([
    [
      'a clock that goes on for ever',
      '  for (;;) yield* sleep(1);',
      'Stopped after 20,000 events. The clock is at 1.818 s, and the program has not come to its end.',
    ],
    [
      'a loop that goes round in one moment',
      '  for (;;) yield* sleep(0);',
      'Stopped after 20,000 events. The clock stands still at 0, and the program goes on and on.',
    ],
    [
      'a loop that only prints',
      "  for (;;) print('x');",
      'Stopped after 20,000 events. The clock stands still at 0, and the program goes on and on.',
    ],
    [
      'awaits that never wait',
      '  const done = createTask(sleep(0));yield* done;for (;;) yield* done;',
      'LimitError: the task main awaited 100000 times in one step without ever suspending: awaiting what is there already gives nobody else a turn. Put a sleep(0) into its loop',
    ],
  ])('is a program without an end, at its line and with its trace: %s', (_, body, said) => {
    const [part] = runInNode(program(body)).parts;
    expect(part!.problem!.message.startsWith(said), part!.problem!.message).toBe(true);
    expect(part!.problem!.place?.line).toBe(4);
    expect(part!.trace.length).toBeGreaterThan(10);
    expect(part!.trace.length).toBeLessThanOrEqual(20_000);
  });
});

describe('a loop that never awaits', () => {
  /** A clock that goes on by a second whenever it is looked at. */
  const clock = () => {
    let now = 0;
    return () => {
      now += 1_000;
      return now;
    };
  };
  const stopped = (source: string) => runInNode(source, {}, () => {}, clock());

  it.each([
    ['while', '  while (true) {}'],
    ['a single statement', '  let i = 0; for (;;) i++;'],
    ['do', '  let i = 0;   do i++; while (i > 0)'],
    ['a loop within a loop', '  for (const x of [1, 2]) { for (;;) {} }'],
    ['one that catches what stops it', '  for (;;) try { for (;;) {} } catch { continue; }'],
    ['a generator without an end', '  const f = function* () { for (;;) yield 1; }; [...f()];'],
  ])('is stopped at its line, and all before it is there to be seen: %s', (_, body) => {
    const [part] = stopped(program(`  yield* sleep(7);\n  print('before');\n${body}`)).parts;
    expect(part!.problem!.message).toMatch(/^Stopped: this loop has gone round for \d s, and never waits/);
    expect(part!.problem!.place!.line).toBe(6);
    expect(printedLines(part!.trace)).toEqual([[7, 'main', 'before']]);
    expect(part!.trace.endTime).toBe(7);
  });

  it('is stopped outside of all functions as well', () => {
    expect(stopped('let i = 0;\nwhile (true) i++;\n').problem).toMatchObject({
      message: expect.stringContaining('this loop has gone round'),
      place: { line: 2 },
    });
  });

  it('is not stopped as soon where the program runs loops of its own, of which nobody else knows', () => {
    const source = (rounds: number) => `import { run, sleep } from 'loopscope';
let n = 0;
for (let i = 0; i < ${rounds}; i++) n++;
run(sleep(1));
export default () => {};`;
    expect(stopped(source(3 * 256)).problem).toBeNull();
    expect(stopped(source(5 * 256)).problem?.message).toMatch(/gone round for 5 s/);
  });

  it('is no loop that ends, or that awaits', () => {
    const body =
      '  let n = 0;for (let i = 0; i < 100_000; i++) n++;for (let i = 0; i < 1_000; i++) yield* sleep(1);print(n);';
    const [part] = runInNode(
      program(body),
      {},
      () => {},
      () => 0,
    ).parts;
    expect(part!.problem).toBeNull();
    expect(printedLines(part!.trace)).toEqual([[1_000, 'main', '100000']]);
  });

  it('leaves places as they were written, on lines that have loops', () => {
    const body = "  for (const x of [1]) for (const y of [2]) if (x < y) throw new Error('here');";
    expect(problem(program(body))).toEqual({
      message: 'Error: here',
      place: { line: 4, column: body.indexOf('new Error') + 1 },
    });
    expect(transform('for (const x of [1]) { let y = ; }').problem?.place).toEqual({ line: 1, column: 32 });
  });
});

describe('a coroutine that nobody awaits', () => {
  it('is hinted at: one of the program’s own, or of the library', () => {
    const source = `import { sleep, gather } from 'loopscope';
function* nap() { yield* sleep(1); }
export default function* main() {
  nap();
  sleep(3);
  yield* nap();
  const later = nap();
  yield* gather(later);
}`;
    expect(hints(source)).toEqual([
      { message: expect.stringContaining('nap() only makes a coroutine'), place: { line: 4, column: 3 } },
      { message: expect.stringContaining('did you mean yield* sleep(…)?'), place: { line: 5, column: 3 } },
    ]);
  });

  it('is hinted at where it is kept, and only printed', () => {
    const source = (use: string) => `import { print, createTask } from 'loopscope';
function* nap() {}
export default function* main() {
  const later = nap();
  ${use}
}`;
    const lost = [
      {
        message: 'later is a coroutine that nobody awaits: did you mean later = yield* nap(…)?',
        place: { line: 4, column: 3 },
      },
    ];
    expect(hints(source(`print(later, \`\${later}\`);`))).toEqual(lost);
    expect(hints(source(''))).toEqual(lost);
    for (const use of ['yield* later;', 'createTask(later);', 'return later;', 'const all = [later];'])
      expect(hints(source(use)), use).toEqual([]);
  });

  it('is told to be exported where nobody could await it, outside of all functions', () => {
    expect(hints('function* main() {}\nmain();')).toEqual([
      {
        message:
          'main() only makes a coroutine, and nothing runs it: end the program with export default main;',
        place: { line: 2, column: 1 },
      },
    ]);
  });

  it('is not seen in what a nameless main does', () => {
    expect(
      hints(
        "import { Lock } from 'loopscope';\nexport default function* () {\n  yield* new Lock('pot').acquire();\n  [].push(1);\n}",
      ),
    ).toEqual([]);
  });

  it('is found in no demo and no lesson', () => {
    const demos = readdirSync(DEMOS).filter((name) => name.endsWith('.ts'));
    const sources = [
      ...demos.map((name) => readFileSync(join(DEMOS, name), 'utf8')),
      ...LESSONS.map((one) => one.program),
    ];
    expect(sources.flatMap(hints)).toEqual([]);
  });
});

describe('what is awaited in the wrong way', () => {
  it.each([
    ['  yield sleep(3);', 5, 'the star is missing: write yield* sleep(…)'],
    ['  const cup = yield gather();', 5, 'the star is missing: write yield* gather(…)'],
    ['  gather(sleep(1), sleep(2));', 5, 'did you mean yield* gather(…)?'],
    ['  await sleep(3);', 5, 'await is written yield* here'],
    ['  const f = async () => { await sleep(3); };', 5, 'write function* instead of async function'],
  ])('is hinted at: %s', (line, at, said) => {
    const source = `import { gather, sleep } from 'loopscope';

function* numbers() { yield 1; yield; }
export default function* main() {
${line}
}`;
    expect(hints(source)).toEqual([
      { message: expect.stringContaining(said), place: { line: at, column: expect.any(Number) } },
    ]);
  });
});

describe('a yield* where there is no coroutine', () => {
  it.each([
    [
      'export default function main() {\n  yield* sleep(10);\n}',
      3,
      'add the star: function* main() in line 2',
    ],
    ['export default function () { yield* sleep(10); }', 2, 'add the star: function* () in line 2'],
    [
      'const main = () => {\n  const cup = yield* sleep(10);\n};\nexport default main;',
      3,
      'an arrow function can’t be one: write function* () { … } in line 2',
    ],
    ['export default async function main() { yield* sleep(10); }', 2, 'write function* main() in line 2'],
    [
      'const pot = { boil() { yield* sleep(1); } };\nexport default () => {};',
      2,
      'the star: *boil() in line 2',
    ],
    ['class Pot { boil() { yield* sleep(1); } }\nexport default () => {};', 2, 'the star: *boil() in line 2'],
    ['yield* sleep(1);', 2, 'outside of all functions'],
    ['export default function main() { yield sleep(10); }', 2, 'add the star: function* main() in line 2'],
    [
      'export default function* main() {\n  [1].forEach((ms) => yield* sleep(ms));\n}',
      3,
      'an arrow function can’t be one: write function* (ms) { … } in line 3',
    ],
  ])('is said at its line, before anything runs, and what to write: %s', (source, line, said) => {
    const whole = `import { sleep } from 'loopscope';\n${source}`;
    const found = transform(whole).problem;
    expect(found?.message).toMatch(/^yield\*? works only in a function\*/);
    expect(found?.message).toContain(said);
    expect(found?.place?.line).toBe(line);
    expect(hints(whole)).toContainEqual(found);
  });

  it('is none where the function has its star, or where the word is only a name of something', () => {
    const source = `import { sleep } from 'loopscope';
const pot = { *boil() { yield* sleep(1); }, yield: 3 };
class Kettle { *boil() { yield* sleep(pot.yield); } }
export default function* () { yield* (function* () { yield* sleep(1); })(); }`;
    expect(transform(source).problem).toBeNull();
  });
});

describe('a name of the library that is not imported', () => {
  it('is told with the line that imports it', () => {
    expect(
      problem("import { print } from 'loopscope';\nexport default function* () {\n  yield* sleep(3);\n}"),
    ).toEqual({
      message:
        "ReferenceError: sleep is not defined: it is not imported. Add this line at the top:\nimport { sleep } from 'loopscope';",
      place: { line: 3, column: 3 },
    });
    expect(problem('export default () => explore(3);')?.message).toContain(
      "\nimport { explore } from 'loopscope/explore';",
    );
  });

  it('is told as well where it is an error among others', () => {
    const found = problem(`import { TaskGroup } from 'loopscope';
export default function* () {
  yield* TaskGroup.run(function* (group) {
    group.createTask((function* () { print('x'); })());
  });
}`);
    expect(found?.message).toContain("\nimport { print } from 'loopscope';");
  });

  it('is told of asyncio, too, and of nothing else', () => {
    expect(problem('export default () => asyncio.sleep(1);')?.message).toBe(
      "ReferenceError: asyncio is not defined: what Python has in asyncio is imported from loopscope here, in camelCase:\nimport { createTask, sleep } from 'loopscope';",
    );
    expect(problem('export default () => teapot;')?.message).toBe('ReferenceError: teapot is not defined');
  });
});

describe('Python', () => {
  it.each([
    [
      "import asyncio\n\nasync def main():\n    print('x')\n    await asyncio.sleep(1)\n\nasyncio.run(main())",
      1,
    ],
    ['async def main():\n    await asyncio.sleep(1)', 1],
    ["# tea\nfrom asyncio import sleep\nprint('x')", 2],
    ['for i in range(3):\n    print(i)', 1],
    ['x = 3\nif x > 2:\n    print("x")\nelse:\n    print(\'y\')', 2],
    ['function* main() {}\nasync with lock:\n    pass', 2],
    ["class Tea:\n    def pour(self):\n        return 'x'", 1],
  ])('is told to be Python, and how the same is written here: %s', (source, line) => {
    const said = {
      message:
        "This is Python, and what runs here is JavaScript or TypeScript:\nfor async def main(): write function* main() { … }\nfor await asyncio.sleep(1) write yield* sleep(1000); times are milliseconds\nfor import asyncio write import { print, sleep } from 'loopscope';\nand for asyncio.run(main()) write export default main;",
      place: { line, column: expect.any(Number) },
    };
    expect(transform(source).problem).toEqual(said);
    expect(hints(source)).toEqual([said]);
  });

  it.each([
    ['a label, and a switch', 'outer: for (;;) break outer;\nswitch (3) {\n  case 3:\n  default:\n}'],
    ['words in a comment', '/*\nimport asyncio\ndef main():\n*/'],
    ['words in a text', 'const text = `\nasync def main():\n`;'],
  ])('is not seen in %s', (_, source) => {
    expect(transform(source).problem).toBeNull();
  });

  it('is not seen in what is only a mistake', () => {
    expect(transform('const x = ;\nif (x) { y: 3 }').problem?.message).toMatch(/^SyntaxError/);
  });
});

describe('a task that is cancelled because main is over', () => {
  const source = (start: string, wait = 'yield* sleep(1);') => `import { createTask, sleep } from 'loopscope';
function* tea() { yield* sleep(10); }
export default function* main() {
  ${start}
  ${wait}
}`;
  const left = (text: string) => runInNode(text).parts.map(({ trace }) => leftBehind(trace, text));

  it('is told of where nobody could wait for it, at its line', () => {
    expect(left(source("createTask(tea(), { name: 'tea' });"))).toEqual([
      [
        {
          message:
            'tea was cancelled: main ended at 1 ms, and nobody waits for it. asyncio.run does the same. Keep the task, and wait for it: const task = createTask(…), and yield* task at the end.',
          place: { line: 4, column: 3 },
        },
      ],
    ]);
  });

  it('is told of once for several, and at no line if it may be one of several', () => {
    expect(left(source("createTask(tea(), { name: 'a' });\n  createTask(tea(), { name: 'b' });"))).toEqual([
      [
        {
          message: expect.stringContaining(
            'a and b were cancelled: main ended at 1 ms, and nobody waits for them.',
          ),
          place: null,
        },
      ],
    ]);
  });

  it.each([
    ['the task is kept', source('const task = createTask(tea());')],
    ['it is done before', source('createTask(tea());', 'yield* sleep(10);')],
    [
      'the program cancels it',
      source('createTask(tea());\n  const task = createTask(tea()); task.cancel();', 'yield* sleep(10);'),
    ],
  ])('is not told of where %s', (_, text) => {
    expect(left(text)).toEqual([[]]);
  });

  it('is in no demo and no lesson', () => {
    const demos = readdirSync(DEMOS).filter((name) => name.endsWith('.ts'));
    const sources = [
      ...demos.map((name) => readFileSync(join(DEMOS, name), 'utf8')),
      ...LESSONS.map((one) => one.program),
    ];
    expect(sources.flatMap((one) => left(one).flat())).toEqual([]);
  });
});

describe('parameters', () => {
  const source = (declared: string) => `import { print } from 'loopscope';
export const parameters = ${declared};
const early = parameters.tasks.value;
export default function* () { print(early, parameters.tasks.value); }`;
  const TASKS = "{ tasks: { value: 3, min: 1, max: 10, label: 'how many' } }";

  it('are what the program declares, unless they are chosen', () => {
    expect(output(source(TASKS))).toEqual([['3 3']]);
    expect(output(source(TASKS), { tasks: 7, other: 1 })).toEqual([['7 7']]);
    expect(runInNode(source(TASKS), { tasks: 7 }).parameters).toEqual([
      { name: 'tasks', label: 'how many', unit: '', value: 7, min: 1, max: 10, step: 1 },
    ]);
  });

  it('stay in their range, and on their steps', () => {
    expect(output(source(TASKS), { tasks: 99 })).toEqual([['10 10']]);
    expect(output(source('{ tasks: { value: 0.3, min: 0, max: 1, step: 0.1 } }'), { tasks: 0.31 })).toEqual([
      ['0.3 0.3'],
    ]);
  });

  it.each([
    ['[3]', 'should be an object'],
    ['{ tasks: 3 }', 'parameters.tasks should be an object'],
    ['{ tasks: { value: 3, min: 1 } }', 'parameters.tasks.max should be a number, but it is missing'],
    ['{ tasks: { value: 30, min: 1, max: 10 } }', 'which is not from 1 to 10'],
    ['{ tasks: { value: 1, min: 1, max: 1 } }', 'not below its max'],
    ['{ tasks: Object.freeze({ value: 1, min: 1, max: 2 }) }', 'is frozen'],
  ])('are refused where they make no sense: %s', (declared, said) => {
    expect(problem(source(declared))?.message).toContain(said);
    expect(problem(source(declared))?.place?.line).toBe(2);
  });
});

describe('parameters that are read from the text', () => {
  const read = (declared: string) =>
    declaredParameters(`// a program\nexport const parameters = ${declared};\nexport default () => {};`);

  it.each([
    "{ tasks: { value: 3, min: -1, max: 1_0, label: 'how many', unit: `ms` } }",
    "{ 'tasks': { value: 3, min: -1, max: 10, label: \"how many\", 'unit': 'ms' } } as const",
    "{\n  // a comment\n  tasks: { value: 3, /* low */ min: -1, max: 1e1, label: 'how many', unit: 'ms', },\n} satisfies object",
  ])('are those of a run: %s', (declared) => {
    const tasks = { name: 'tasks', label: 'how many', unit: 'ms', value: 3, min: -1, max: 10, step: 1 };
    expect(read(declared)).toEqual([tasks]);
    const source = `export const parameters = ${declared};\nexport default () => {};`;
    expect(runInNode(source).parameters).toEqual([tasks]);
  });

  it('are those of a run in every lesson', () => {
    for (const { program } of LESSONS)
      expect(declaredParameters(program) ?? []).toEqual(runInNode(program).parameters);
  });

  it.each([
    '{ tasks: { value: 3, min: 1, max: LIMIT } }',
    '{ tasks: { value: 3, min: 1, max: 2 * 5 } }',
    '{ tasks: { value: 3, min: 1, max: f() } }',
    '{ ...others, tasks: { value: 3, min: 1, max: 4 } }',
    '{ [name]: { value: 3, min: 1, max: 4 } }',
    '{ tasks }',
    '{ tasks() {} }',
    '{ tasks: { value: 30, min: 1, max: 10 } }',
    '{ tasks: { value: 3, min:',
    '3',
  ])('are known only after a run, or make no sense: %s', (declared) => {
    expect(read(declared)).toBeNull();
  });
});

describe('a reply of a worker', () => {
  it.each([
    [null],
    ['run'],
    [{ kind: 'eval' }],
    [{ kind: 'run', parts: 3 }],
    [{ kind: 'run', parts: [{ trace: 3 }], early: [], watch: [], parameters: [], problem: null }],
    [{ kind: 'run', parts: [], early: [], watch: [], parameters: [{ value: '<b>' }], problem: null }],
    [
      {
        kind: 'run',
        parts: [],
        watch: [],
        parameters: [],
        problem: { message: '', place: { line: '1', column: 1 } },
      },
    ],
  ])('is refused if it makes no sense: %j', (posted) => {
    expect(() => readReply(posted)).toThrow(ReplyError);
  });

  it('has traces that are read as any saved trace is', () => {
    const parts = [{ title: '', trace: '{ "format": "other" }', problem: null, isExpected: false }];
    const run = { kind: 'run', parts, early: [], watch: [], parameters: [], problem: null };
    expect(() => readReply(run)).toThrow('format');
  });
});
