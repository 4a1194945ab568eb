/**
 * The command line: what each command says, to the letter, and which exit code it ends with. That it is the same as a real
 * program is in process.test.ts.
 */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { helpOf } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { picture, stripped } from '../views/log.ts';
import { loopscope } from './console.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loopscope-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const file = (name: string) => join(folder, name);
const save = (name: string, text: string) => {
  writeFileSync(file(name), text);
  return file(name);
};

describe('loopscope html', () => {
  it('makes a page of a program, with its source, and of saved traces', async () => {
    const page = file('chores.html');
    expect(await loopscope(`html @chores.ts -o ${page}`)).toEqual({
      code: 0,
      out: '',
      err: `saved ${page}\n`,
    });
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('<title>chores.ts</title>');
    expect(html).toContain('"sources":{"test/cli/programs/chores.ts":"');
    const trace = file('chores.json');
    await loopscope(`run @chores.ts --trace ${trace}`);
    const both = await loopscope(`html ${trace} @parts.ts --title Both -o -`);
    expect(both.code).toBe(0);
    expect(both.out).toContain('<title>Both</title>');
    expect(both.out).toContain('{"title":"chores.json","trace":{');
    expect(both.out).toContain('{"title":"parts.ts: ');
    const named = await loopscope(`html ${trace} @parts.ts -o -`);
    expect(named.out).toContain('<title>chores.json and parts.ts</title>');
  });

  it('takes no file into a page that is no program below this folder', async () => {
    const secret = save('secret.ts', 'a secret');
    const event = (line: object) =>
      JSON.stringify({ time: 0, iteration: 0, cause: 0, task: 0, thread: 0, ...line });
    const names = [secret, '../../etc/passwd', 'package.json', 'README.md', 'src/index.ts'];
    const events = names.map((name, i) => event({ seq: i + 1, kind: 'source:at', line: 1, file: name }));
    const trace = save(
      'evil.json',
      `{"format":"loopscope-trace","version":1,"meta":{},"events":[${events}]}`,
    );
    const { out } = await loopscope(`html ${trace} -o -`);
    expect(out).toContain('"sources":{"src/index.ts":"');
    expect(out.slice(out.indexOf('"sources":'))).not.toContain('a secret');
  });

  it('refuses a trace that is none, and asks where to', async () => {
    const trace = save('cut.json', '{"format":"loopscope-trace","version":1,');
    const { code, err } = await loopscope(`html ${trace} -o ${file('x.html')}`);
    expect(code).toBe(3);
    expect(err).toContain('cut off');
    expect(readdirSync(folder)).toEqual(['cut.json']);
    expect(await loopscope('html @chores.ts')).toEqual({
      code: 2,
      out: '',
      err: 'loopscope html: where to? -o PAGE names the file, -o - is the output; loopscope html --help says more\n',
    });
  });
});

describe('loopscope', () => {
  it('lists its commands', async () => {
    const { code, out } = await loopscope('--help');
    expect(code).toBe(0);
    expect(out).toBe(
      `${picture(`
      loopscope: a deterministic event loop you can stop, step and look into

      Usage: loopscope COMMAND …

        run       runs a program, and shows what it prints
        step      steps through what happened, forwards and backwards, in the terminal
        html      makes a page for the browser, to step through it and look at it there
        timeline  draws what every task and thread was doing, and when
        story     tells what happened and why, in sentences
        tasks     shows where the time of each task and thread went
        why       says why it took so long, who was late because of whom, or why something happened
        what-if   runs a program again with something in it taking longer or less
        compare   does the same work under several models of execution
        explore   runs a program under many schedules, and shows the shortest that fails
        export    makes a file of a trace: a picture, Markdown, or for another program
        demo      lists the demos, and plays one

      loopscope COMMAND --help says more, with examples.

      Exit codes: 0 fine; 1 the program failed or stands still in a deadlock; 2 the command line makes no sense;
      3 a file can't be read, isn't what it should be, or can't be written. Fine is also a run that is cut where --until or
      --max-events say, and a demo that fails as it is there to show.
    `)}\n`,
    );
    expect(await loopscope('')).toEqual({ code: 2, out: '', err: out });
    expect((await loopscope('--version')).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each(COMMANDS.map((command) => [command.name, command] as const))(
    '%s has a help with its options, examples that name it, and the exit codes',
    async (name, command) => {
      const help = await loopscope(`${name} --help`);
      expect(help).toEqual({ code: 0, out: helpOf(command), err: '' });
      expect(await loopscope(`help ${name}`)).toEqual(help);
      expect(help.out.startsWith(`loopscope ${name}: ${command.summary}\n\nUsage: loopscope ${name} `)).toBe(
        true,
      );
      for (const option of Object.keys(command.options)) expect(help.out).toContain(`--${option}`);
      expect(command.examples.length).toBeGreaterThan(0);
      for (const [line] of command.examples) expect(line).toContain(`loopscope ${name}`);
      expect(help.out).toContain('Exit codes: 0 fine; 1');
      for (const line of help.out.split('\n')) expect(line.length).toBeLessThanOrEqual(125);
    },
  );

  it('shows the help of a command like this', async () => {
    expect((await loopscope('story --help')).out).toBe(
      `${picture(`
      loopscope story: tells what happened and why, in sentences

      Usage: loopscope story FILE… [options]

      FILE is a program (.ts, .js) or a saved trace (.json); - is a trace on the standard input. A program file has as its
      default export a program (function*), a script (a function), or what demo(…) gives.

      Options:
        --key                the key moments only
        --events             number the events, which why --event asks for, and not the iterations
        --part NAME          only this part, by its title or number, where there are several
        --seed N             the seed of the random numbers; 0 by default
        --schedule LINE      decide what is left open as this line says; export schedule gives one
        --until TIME         end at this virtual time, as 10s or 40min; a bare number is in ms
        --max-events N       end after N events
        --debug              tell of a yield* forgotten before a call of the library, and of what holds the loop up
        --width N            draw for N columns; those of the terminal by default, 80 elsewhere
        --color, --no-color  with or without colours; by default with them on a terminal, unless NO_COLOR=1
        -h, --help           show this text

      Examples:
        loopscope story chores.ts
            everything that happens in chores.ts
        loopscope story chores.json --key
            the key moments of a saved trace

      Exit codes: 0 fine; 1 the program failed or stands still in a deadlock; 2 the command line makes no sense;
      3 a file can't be read, isn't what it should be, or can't be written. Fine is also a run that is cut where --until or
      --max-events say, and a demo that fails as it is there to show.
    `)}\n`,
    );
  });

  it.each([
    [
      'stroy @chores.ts',
      "loopscope: there is no command 'stroy', did you mean story?; loopscope --help lists them",
    ],
    ['x', "loopscope: there is no command 'x'; loopscope --help lists them"],
    ['timeline', 'loopscope timeline: which file? Give a program (.ts, .js) or a saved trace (.json)'],
    ['timeline @chores.ts --wide', "loopscope timeline: unknown option '--wide'"],
    ['timeline @chores.ts --no-turns', 'loopscope timeline: there is no option --no-turns'],
    [
      'timeline @chores.ts --width 12',
      "loopscope timeline: --width needs a whole number, 20 or more, got '12'",
    ],
    ['timeline @chores.ts --width', "loopscope timeline: option '--width <value>' argument missing"],
    ['timeline @chores.ts --rows 0', "loopscope timeline: --rows needs a whole number, 1 or more, got '0'"],
    [
      'timeline @chores.ts --seed 1.5',
      "loopscope timeline: --seed needs a whole number, 0 or more, got '1.5'",
    ],
    ['timeline - -', 'loopscope timeline: - can be given once: there is one standard input'],
    [
      'timeline @parts.ts --part 3',
      "loopscope timeline: there is no part '3': there are 1 (for a timer), 2 (for ever)",
    ],
    ['run', 'loopscope run: run takes one file, a program (.ts, .js)'],
    [
      'run a.json',
      'loopscope run: a.json is a saved trace, which has run already: loopscope timeline a.json',
    ],
    ['export', 'loopscope export: which format? svg, markdown, perfetto, json, schedule'],
    [
      'export png @chores.ts',
      "loopscope export: there is no format 'png': svg, markdown, perfetto, json, schedule",
    ],
    [
      'export svg @chores.ts --theme blue',
      "loopscope export: --theme is one of auto, light, dark, got 'blue'",
    ],
    [
      'export json @parts.ts',
      'loopscope export: json holds one trace: choose with --part from 1 (for a timer), 2 (for ever)',
    ],
    [
      'timeline @chores.ts --seed 1 --schedule seed=1',
      'loopscope timeline: --schedule has the seed in it: leave out --seed',
    ],
    [
      'story @parts.ts --schedule seed=0',
      'loopscope story: a schedule is that of one run: choose with --part from 1 (for a timer), 2 (for ever)',
    ],
    [
      'story a.json --schedule seed=0',
      'loopscope story: a.json is a saved trace, which has run already: --schedule is for programs',
    ],
    [
      'timeline a.json --until 10s',
      'loopscope timeline: a.json is a saved trace, which has run already: --until is for programs',
    ],
    [
      'run @beat.ts --until soon',
      "loopscope run: --until is a time, as 250, 250ms, 10s or '2 min 30 s', got 'soon'",
    ],
    [
      'story @beat.ts --max-events 0',
      "loopscope story: --max-events needs a whole number, 1 or more, got '0'",
    ],
    ['compare', 'loopscope compare: compare takes one file, with a workload'],
    [
      'compare @work.ts --models fibers',
      "loopscope compare: --models is a list of sequential, coroutines, threads, free-threads, processes, got 'fibers'",
    ],
    ['compare @work.ts --cores 0', "loopscope compare: --cores needs a whole number, 1 or more, got '0'"],
    ['demo 99', "loopscope demo: there is no demo '99': loopscope demo lists them"],
    ['demo cpu-in', null],
  ])('%s: exit code 2, and one line', async (line, message) => {
    const { code, out, err } = await loopscope(line);
    if (message === null) return expect(code).toBe(0);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    const name = line.split(' ')[0];
    expect(err).toBe(
      `${message}${message.startsWith('loopscope:') ? '' : `; loopscope ${name} --help says more`}\n`,
    );
  });
});

describe('what can’t be read', () => {
  it.each([
    ['run missing.ts', "can't read missing.ts: no such file or directory"],
    ['run .', "can't read .: it is no file"],
    ['timeline missing.json', "can't read missing.json: no such file or directory"],
    [
      'run @none.ts',
      'none.ts has no default export: write `export default main`, where main is the program (function*)',
    ],
    ['run @number.ts', 'the default export of number.ts is 42, and no program (function*)'],
    [
      'run @work.ts',
      'the default export of work.ts is an object, and no program (function*); if it is a workload: loopscope compare work.ts',
    ],
    [
      'compare @chores.ts',
      'the default export of chores.ts is a program, and no workload: loopscope run chores.ts',
    ],
    [
      'compare @parts.ts',
      'the default export of parts.ts is a demo, and no workload: loopscope run parts.ts',
    ],
    [
      'run @parts.ts --trace x.json',
      'parts.ts has 2 parts, and a file holds one trace: loopscope export json parts.ts --part 1',
    ],
    ['export svg @chores.ts -o missing/x.svg', "can't write missing/x.svg: no such file or directory"],
  ])('%s: exit code 3, and one line', async (line, message) => {
    const { code, out, err } = await loopscope(line);
    expect({ code, out, err }).toEqual({
      code: 3,
      out: '',
      err: `loopscope ${line.split(' ')[0]}: ${message}\n`,
    });
  });

  it('is told for a trace that is cut off, corrupt, newer or something else, by its place', async () => {
    const whole = (await loopscope('export json @chores.ts')).out;
    const errorOf = async (text: string) => {
      const { code, out, err } = await loopscope(['timeline', save('x.json', text)]);
      expect({ code, out }).toEqual({ code: 3, out: '' });
      expect(err.trimEnd().split('\n').length).toBe(1);
      return err.replaceAll(file('x.json'), 'x.json').trimEnd().replace('loopscope timeline: x.json: ', '');
    };
    expect(await errorOf(whole.slice(0, 500))).toMatch(
      /^this is not a saved trace, nor any JSON: it stops in line \d+, before its end/,
    );
    expect(await errorOf('')).toContain('this');
    expect(await errorOf('[]')).toContain('trace');
    expect(await errorOf('{"a": 1}')).toContain('format');
    expect(await errorOf(whole.replace('"version": 1', '"version": 2'))).toContain(
      'written by a newer loopscope: version 2',
    );
    expect(await errorOf(whole.replace('"seq":3', '"seq":7'))).toContain('event 3');
    const { code, err } = await loopscope('story -', { input: 'no trace' });
    expect(code).toBe(3);
    expect(err).toMatch(/^loopscope story: the standard input: /);
  });
});

describe('run', () => {
  it('shows what a program prints: a function*, a script, JavaScript', async () => {
    expect(await loopscope('run @chores.ts')).toEqual({
      code: 0,
      out: 'soup is done\nrice is done\n',
      err: '',
    });
    expect(await loopscope('run @script.ts')).toEqual({ code: 0, out: 'before\nafter\n', err: '' });
    expect(await loopscope('run @nap.js')).toEqual({ code: 0, out: 'by console.log\nby print\n', err: '' });
  });

  it('tells a demo as a demo; an error that it is there to show is fine, as the help says', async () => {
    const { code, out, err } = await loopscope('run @parts.ts --width 60');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.split('\n').slice(0, 2)).toEqual(['Two ways to wait', '────────────────']);
    expect((await loopscope('--help')).out).toContain('and a demo that fails as it is there to show.');
  });

  it('ends with 1 where the program fails, and says where; or names the deadlock', async () => {
    const failed = await loopscope('run @fail.ts');
    expect({ code: failed.code, out: failed.out }).toEqual({ code: 1, out: '' });
    expect(failed.err).toMatch(/^fail\.ts: ValueError: not like this\n {2}at fail\.ts:\d+:\d+\n$/);
    const stuck = await loopscope('run @deadlock.ts');
    expect(stuck.code).toBe(1);
    expect(stuck.err).toBe(
      `${picture(`
      deadlock.ts: DeadlockError: deadlock at 0 ms: nothing is ready, no timer is set, no request is in flight, and a task still waits
        main waits: lock.acquire door, held by main
        cycle: main → main
    `)}\n`,
    );
    const early = await loopscope('run @throws.ts');
    expect(early.code).toBe(1);
    expect(early.err).toMatch(
      /^loopscope run: throws\.ts fails while it is loaded\nthrows\.ts: Error: too early\n/,
    );
  });

  it('has one seed, from which all chance comes', async () => {
    const first = await loopscope('run @chance.ts');
    expect(await loopscope('run @chance.ts')).toEqual(first);
    expect(await loopscope('run @chance.ts --seed 0')).toEqual(first);
    expect((await loopscope('run @chance.ts --seed 7')).out).not.toBe(first.out);
  });

  it('runs by a schedule, which export schedule gives, and says where it does not fit', async () => {
    const line = (await loopscope('export schedule @ties.ts')).out.trim();
    expect(line).toBe('seed=0 latency timer/2');
    const run = (schedule: string) => loopscope(['run', '@ties.ts', '--schedule', schedule]);
    expect((await run('seed=0 latency=12.5 timer=1/2')).out).toBe('bob\nann\n');
    const { out } = await loopscope(['story', '@ties.ts', '--schedule', 'seed=0 latency=12.5 timer=1/2']);
    expect(out).toContain('2 timers are due at once: bob first, and not ann');
    expect(out).toContain('a latency is drawn by policy: 12.5, from 10 to 20');
    expect(await run('seed=0 timer=1/2')).toEqual({
      code: 1,
      out: '',
      err: "loopscope run: the schedule doesn't fit the program: decision 1 of 1 was timer=1/2, and the program asks to draw a latency\n",
    });
    const asked = await loopscope('export schedule -', {
      input: (await loopscope('export json @ties.ts')).out,
    });
    expect(asked).toEqual({
      code: 1,
      out: '',
      err: "loopscope export: this trace does not tell what was left open, as nobody was asked; a run by a schedule does: 'seed=0 ...' is the faithful one\n",
    });
  });

  it('saves the trace, also of a program that fails', async () => {
    const { code, err } = await loopscope(['run', '@fail.ts', '--trace', file('x.json'), '--seed', '3']);
    expect(code).toBe(1);
    expect(err).toContain(`saved ${file('x.json')}\n`);
    expect(JSON.parse(readFileSync(file('x.json'), 'utf8')).meta.seed).toBe(3);
    expect((await loopscope(['tasks', file('x.json')])).code).toBe(0);
  });
});

describe('what nobody else would see', () => {
  const lost = 'forgets.ts: Task boom exception was never retrieved: Error: lost\n  at forgets.ts:4:9\n';

  it('is told with its place in the program, and without the library’s', async () => {
    for (const command of ['run', 'tasks'])
      expect(await loopscope(`${command} @forgets.ts`)).toMatchObject({ code: 0, err: lost });
  });

  it('is a forgotten yield*, too, and a slow step, with --debug', async () => {
    for (const command of ['run', 'story', 'tasks', 'timeline', 'why', 'export json', 'html -o -'])
      expect((await loopscope(`${command} @forgets.ts --debug`)).err).toBe(
        'forgets.ts: Executing the task main took 200 ms at 1 ms; nobody was delayed\n' +
          lost +
          'forgets.ts: coroutine sleep(10) was never awaited: write yield* before it (programs/forgets.ts:8:3)\n',
      );
    expect((await loopscope('story a.json --debug')).err).toContain('--debug is for programs');
  });

  it('is the line of a yield without its star, with --debug', async () => {
    const { code, err } = await loopscope('run @starless.ts --debug');
    expect(code).toBe(1);
    expect(err).toBe(
      'starless.ts: coroutine sleep(10) was never awaited: write yield* before it (programs/starless.ts:4:9)\n' +
        'starless.ts: RuntimeError: yield was used instead of yield* in Task main with a Sleep: add the star\n',
    );
  });

  it('is in a group who failed, and where', async () => {
    expect(await loopscope('run @group.ts')).toEqual({
      code: 1,
      out: '',
      err: `${picture(`
        group.ts: ExceptionGroup: unhandled errors in a TaskGroup
          ann: Error: no answer
            at group.ts:5:9
          bob: Error: no answer
            at group.ts:5:9
      `)}\n`,
    });
  });
});

describe('a program that never ends', () => {
  const at250 =
    'beat.ts: cut at 250 ms, as --until says, and the program goes on: a later --until goes further\n';

  it('is run up to a time, or for so many events, and that is fine', async () => {
    for (const time of ['250', '250ms', '0.25s'])
      expect(await loopscope(`run @beat.ts --until ${time}`)).toEqual({
        code: 0,
        out: 'beat 1\nbeat 2\n',
        err: at250,
      });
    expect(await loopscope('run @beat.ts --max-events 20')).toEqual({
      code: 0,
      out: 'beat 1\n',
      err: 'beat.ts: cut after 20 events, at 200 ms, and the program goes on: --max-events N goes further, and --until TIME ends it at a time\n',
    });
    const replayed = await loopscope(['run', '@beat.ts', '--until', '250', '--schedule', 'seed=0 ...']);
    expect(replayed).toEqual({ code: 0, out: 'beat 1\nbeat 2\n', err: at250 });
    const saved = await loopscope(`run @beat.ts --until 250 --trace ${file('x.json')}`);
    expect(saved.err).toBe(`${at250}saved ${file('x.json')}\n`);
    expect((await loopscope(`story ${file('x.json')}`)).out).toContain('main prints: beat 2');
  });

  it('stands at that time in every picture, with nothing of its end', async () => {
    expect(await loopscope('timeline @beat.ts --until 250 --width 50')).toEqual({
      code: 0,
      out: `${picture(`
            0              100 ms                 250 ms
            ├────────────────┴────────────────┴────────┤
      main  ●─ sleep 100 ms ─●─ sleep 100 ms ─●─────────
      loop  ●················●················●·········

      ● step   ─ waiting   · loop idle
    `)}\n`,
      err: at250,
    });
    const told = await loopscope('story @beat.ts --key --until 250');
    expect(told.err).toBe(at250);
    expect(told.out.trimEnd().split('\n').at(-1)).toBe(
      '250 ms  #5  ready queue empty: the clock jumps 200 ms → 250 ms',
    );
    expect((await loopscope('tasks @beat.ts --until 250')).out).toMatch(/^loop {2}250 ms/m);
    expect((await loopscope('why @beat.ts --until 250')).out).toContain('critical path, 250 ms');
    for (const format of ['svg', 'markdown', 'perfetto', 'json', 'schedule'])
      expect(await loopscope(`export ${format} @beat.ts --until 250`)).toMatchObject({ code: 0, err: at250 });
    expect(await loopscope('html @beat.ts --until 250 -o -')).toMatchObject({ code: 0, err: at250 });
    expect((await loopscope('tasks @parts.ts --part 1 --until 5')).err).toBe(
      'parts.ts: cut at 5 ms, as --until says, and the program goes on: a later --until goes further\n',
    );
  });

  it('has a bound where it is shown', async () => {
    const { code, out, err } = await loopscope('tasks @beat.ts');
    expect(code).toBe(0);
    expect(out).toMatch(/^main {2}running/m);
    expect(err).toBe(
      'beat.ts: cut after 50000 events, at 7 min 34.5 s, and the program goes on: --max-events N goes further, and --until TIME ends it at a time\n',
    );
  });

  it('is told to go round in circles where the clock stands', async () => {
    const path = save(
      'circles.mjs',
      "import { sleep } from 'loopscope';\nexport default function* main() { yield* sleep(5); for (;;) yield* sleep(0); }\n",
    );
    const { code, err } = await loopscope(['tasks', path]);
    expect(code).toBe(0);
    expect(err).toBe(
      'circles.mjs: cut after 50000 events, at 5 ms, and the program goes on, but not the clock: something goes round in circles without ever sleeping; --max-events N goes further\n',
    );
  });

  it('ends with its threads', async () => {
    const { code, out } = await loopscope('run @pool.ts --until 190');
    expect({ code, out }).toEqual({ code: 0, out: 'at 100\n' });
    expect((await loopscope('tasks @pool.ts --until 190')).code).toBe(0);
  });

  it('is asked what if up to there', async () => {
    const { code, out, err } = await loopscope('what-if @beat.ts --set 50 --until 250');
    expect(code).toBe(0);
    expect(out).toContain('before 250 ms, after 250 ms: no difference');
    expect(err).toBe(
      ['before', 'after'].map((which) => at250.replace('beat.ts:', `beat.ts: ${which}:`)).join(''),
    );
  });
});

describe('timeline, story and tasks', () => {
  it('draw, tell and add up what a program does', async () => {
    expect((await loopscope('timeline @chores.ts --width 50')).out).toBe(
      `${picture(`
            0       10 min     20 min     30 min  40 min
            ├─────────┴──────────┴──────────┴──────────┤
      main  ●─ gather rice, soup ──────────────────────✓
      rice  ●─ sleep 40 min ───────────────────────────✓
      soup  ●─ sleep 30 min ────────────────✓
      loop  ●·······························●··········●

      ● step   ─ waiting   ✓ done   · loop idle
    `)}\n`,
    );
    expect((await loopscope('story @chores.ts --key')).out).toBe(
      `${picture(`
           0  #1  main starts
           0  #1  main waits: gather rice, soup
           0  #2  rice starts
           0  #2  rice waits: sleep 40 min
           0  #2  soup starts
           0  #2  soup waits: sleep 30 min
      30 min  #2  ready queue empty: the clock jumps 0 → 30 min, to the timer of soup
      30 min  #4  soup runs again: its sleep is over
      30 min  #4  soup prints: soup is done
      30 min  #4  soup is done
      40 min  #5  ready queue empty: the clock jumps 30 min → 40 min, to the timer of
                  rice
      40 min  #7  rice runs again: its sleep is over
      40 min  #7  rice prints: rice is done
      40 min  #7  rice is done
      40 min  #9  main runs again: rice is done
      40 min  #9  main is done
    `)}\n`,
    );
    expect((await loopscope('tasks @chores.ts --width 60')).out).toBe(
      `${picture(`
      task  state   busy  ready  waiting  steps  switches
      main  done       0      0   40 min      2         2
      rice  done       0      0   40 min      2         2
      soup  done       0      0   30 min      2         2
      ───────────────────────────────────────────────────
      loop  40 min     0          40 min      6         6
    `)}\n`,
    );
  });

  it('say the same of a saved trace, from a file or the standard input', async () => {
    const json = (await loopscope('export json @chores.ts')).out;
    for (const command of ['timeline', 'story', 'tasks']) {
      const direct = await loopscope(`${command} @chores.ts`);
      expect(direct.code).toBe(0);
      expect(await loopscope([command, save('x.json', json)])).toEqual(direct);
      expect(await loopscope(`${command} -`, { input: json })).toEqual(direct);
    }
  });

  it('show the parts of a demo, or one, and several files, on one axis', async () => {
    const titles = (out: string) => out.split('\n').filter((line) => /^[\w.]/.test(line));
    expect(titles((await loopscope('timeline @parts.ts')).out)).toEqual([
      'for a timer  20 ms',
      'for ever  0',
    ]);
    const only = await loopscope('timeline @parts.ts --part for-a-timer');
    expect(titles(only.out).map((line) => line.split(' ')[0])).toEqual(['main', 'loop']);
    expect(await loopscope('timeline @parts.ts --part 1')).toEqual(only);
    expect(titles((await loopscope('timeline @parts.ts @chores.ts')).out)).toEqual([
      'parts.ts: for a timer  20 ms',
      'parts.ts: for ever  0',
      'chores.ts  40 min',
    ]);
  });

  it('draw what there is of a program that fails, and end with 1', async () => {
    const { code, out, err } = await loopscope('timeline @deadlock.ts');
    expect(code).toBe(1);
    expect(out).toContain('main');
    expect(err).toMatch(/^deadlock\.ts: DeadlockError: deadlock at 0 ms/);
    expect((await loopscope('timeline @parts.ts')).code).toBe(0);
  });

  it('use the terminal’s width and colours; a pipe and NO_COLOR have none; options win', async () => {
    const isColored = async (line: string, how: Parameters<typeof loopscope>[1]) =>
      (await loopscope(line, how)).out.includes('\x1b[');
    expect(await isColored('timeline @chores.ts', { columns: 80 })).toBe(true);
    expect(await isColored('timeline @chores.ts', {})).toBe(false);
    expect(await isColored('timeline @chores.ts', { columns: 80, env: { NO_COLOR: '1' } })).toBe(false);
    expect(await isColored('timeline @chores.ts', { columns: 80, env: { TERM: 'dumb' } })).toBe(false);
    expect(await isColored('timeline @chores.ts --color', { env: { NO_COLOR: '1' } })).toBe(true);
    expect(await isColored('timeline @chores.ts --no-color', { columns: 80 })).toBe(false);
    for (const columns of [5, 20, 33, 200])
      for (const command of ['timeline', 'story', 'tasks', 'run']) {
        const { out } = await loopscope(`${command} @chores.ts`, { columns });
        const widest = Math.max(
          ...stripped(out)
            .split('\n')
            .map((line) => line.length),
        );
        expect(widest).toBeLessThanOrEqual(Math.max(20, columns));
      }
  });
});

describe('why', () => {
  it('shows the critical path, and who was late because of whom', async () => {
    const { code, out } = await loopscope('why @chores.ts');
    expect(code).toBe(0);
    expect(out).toContain('critical path, 40 min: 1 stretch');
    expect(out).toMatch(/0 {2}40 min {2}40 min {2}100 % {2}rice {2}sleeps/);
  });

  it('tells the causes of an event, or of what a task did at a time', async () => {
    const step = await loopscope('why @chores.ts --task rice --time 2400000');
    expect(step.code).toBe(0);
    expect(step.out.split('\n')[0]).toMatch(/^40 min {2}#\d+ {4}rice runs again: its sleep is over$/);
    expect(step.out.trimEnd().split('\n').at(-1)!.trim()).toBe('nothing caused this');
    const number = /#(\d+)/.exec(step.out)![1];
    expect((await loopscope(`why @chores.ts --event ${number}`)).out).toBe(step.out);
  });

  it('takes a time in words, and an event by the number that the story gives it', async () => {
    const step = await loopscope('why @chores.ts --task rice --time 40min');
    expect(step).toEqual(await loopscope('why @chores.ts --task rice --time 2400000'));
    const number = /#(\d+)/.exec(step.out)![1]!;
    const { out } = await loopscope('story @chores.ts --events');
    expect(out).toMatch(new RegExp(`^40 min +#${number}  rice runs again: its sleep is over$`, 'm'));
    expect(await loopscope('why @chores.ts --task rice --time soon')).toEqual({
      code: 2,
      out: '',
      err: "loopscope why: --time is a time, as 250, 250ms, 10s or '2 min 30 s', got 'soon'; loopscope why --help says more\n",
    });
  });

  it('refuses what is no question', async () => {
    const because = async (line: string) => (await loopscope(line)).err;
    expect(await because('why @chores.ts --event 9999')).toMatch(
      /^loopscope why: .*9999.*--help says more\n$/,
    );
    expect(await because('why @chores.ts --task rice')).toContain('--task and --time belong together');
    expect(await because('why @chores.ts --event 1 --task rice --time 0')).toContain('either --event');
    expect(await because('why @parts.ts')).toContain('--part takes one of 1 (for a timer), 2 (for ever)');
    expect((await loopscope('why @chores.ts --event 0')).code).toBe(2);
  });
});

describe('what-if', () => {
  it('draws both runs, and says by how much the end moves and where they part', async () => {
    const { code, out } = await loopscope('what-if @chores.ts --task rice --what sleep --scale 0.5');
    expect(code).toBe(0);
    expect(out).toContain('before 40 min, after 30 min: 10 min sooner');
    expect(out).toContain("what if { task: 'rice', what: 'sleep', scale: 0.5 }");
    expect(out).toContain('  before: the timer of rice is set to 40 min');
    expect(out).toContain('  after:  the timer of rice is set to 20 min');
  });

  it('starts the program from fresh state, whatever its module keeps', async () => {
    const { out } = await loopscope('what-if @state.ts --task main --add 1');
    expect(out.split('\n')[1]).toBe('before 10 ms, after 11 ms: 1 ms later');
  });

  it('holds chance: a request that isn’t named takes as long as before, though it is begun later', async () => {
    const { out } = await loopscope('what-if @asks.ts --task ann --what sleep --add 2');
    expect(out.split('\n')[1]).toMatch(/: 4 ms later$/);
  });

  it('adds less than nothing, and takes times in words', async () => {
    for (const less of ['--add -300000', '--add=-300000', '--add -5min'])
      expect((await loopscope(`what-if @chores.ts --task rice ${less}`)).out).toContain(
        'before 40 min, after 35 min: 5 min sooner',
      );
    expect((await loopscope('what-if @chores.ts --task rice --set 41min')).out).toContain('1 min later');
  });

  it('takes a part of a demo', async () => {
    expect((await loopscope('what-if @parts.ts --set 5')).out).toContain(
      'before 20 ms, after 5 ms: 15 ms sooner',
    );
    expect((await loopscope('what-if @parts.ts --part 3 --set 5')).code).toBe(3);
  });

  it('refuses a trace, and a change that means nothing', async () => {
    const because = async (line: string) => {
      const { code, err } = await loopscope(line);
      expect(code).toBe(2);
      return err;
    };
    expect(await because('what-if trace.json --set 5')).toContain('what-if takes the program itself');
    expect(await because('what-if @chores.ts --task pizza --set 5')).toContain('pizza');
    expect(await because('what-if @chores.ts --task rice')).toMatch(/^loopscope what-if: /);
    expect(await because('what-if @chores.ts --what dream --set 5')).toContain(
      '--what is one of sleep, compute, block, request, busy',
    );
    expect(await because('what-if @chores.ts --set soon')).toContain(
      "--set is a time, as 250, 250ms, 10s or '2 min 30 s', got 'soon'",
    );
    expect(await because('what-if @chores.ts --add -soon')).toMatch(/^loopscope what-if: /);
    expect(await because('what-if @chores.ts --scale half')).toContain("--scale needs a number, got 'half'");
  });
});

/** What is said where a latency comes from a range. */
const ENDS =
  'Of what comes from a range, a latency or a number, only both ends were tried:\n' +
  'random() draws from all of it, and fixed ones can be proved.\n';

/** What is said where there are more schedules than runs. */
const BOUND =
  'It has come to its bound, and there are more schedules. Those that differ at\n' +
  'their end come first: random() and pct() begin anywhere.\n';

describe('explore', () => {
  it('says that no schedule fails, and whether that were all of them', async () => {
    expect(await loopscope('explore @ties.ts')).toEqual({
      code: 0,
      out: `exhaustive: 4 runs, 4 different schedules: all with the ends of ranges\n${ENDS}no failure\n`,
      err: '',
    });
    expect((await loopscope('explore @ties.ts --runs 3')).out).toBe(
      `exhaustive: 3 runs, 3 different schedules\nno failure\n${BOUND}`,
    );
    expect((await loopscope('explore @parts.ts --part 1 --strategy pct --runs 2 --seed 4')).code).toBe(0);
  });

  it('shows the schedule that fails, by which the other commands run it, and a test that imports the file', async () => {
    const { code, out } = await loopscope('explore @relies.ts --strategy random');
    expect(code).toBe(1);
    const lines = out.split('\n');
    expect(lines[2]).toBe('Error: read before it was written');
    const [, schedule] = /^replay: '(.*)'$/.exec(lines[5]!)!;
    expect(schedule).toMatch(/^seed=\d+ timer=1\/2$/);
    const again = await loopscope(['run', '@relies.ts', '--schedule', schedule!]);
    expect(again.err).toMatch(/^relies.ts: Error: read before it was written\n/);
    expect(lines).toContain("import main from './test/cli/programs/relies.ts';");
    expect(lines.at(-2)).toBe(`step through it: loopscope step relies.ts --schedule '${schedule}'`);
  });

  it('fails by a schedule as the run did that it is of: by what is found where nothing is thrown', async () => {
    expect(await loopscope('run @races.ts')).toEqual({ code: 0, out: '', err: '' });
    expect(await loopscope(['run', '@races.ts', '--schedule', 'seed=0 ...'])).toEqual({
      code: 1,
      out: '',
      err: 'races.ts: Race: bob read count at 0 ms (event 18) and wrote it at 1 ms (event 38), and ann wrote it in between, at 1 ms (event 34)\n',
    });
  });

  it('shares the work among threads, or is one part of it; what comes of it is the same', async () => {
    const alone = await loopscope('explore @ties.ts');
    expect(await loopscope('explore @ties.ts --workers 2')).toEqual(alone);
    const parts = ['1/2', '2/2'].map((shard) => loopscope(`explore @ties.ts --shard ${shard}`));
    expect((await Promise.all(parts)).map(({ out }) => out)).toEqual([
      `exhaustive, part 1/2: 2 runs, 2 different schedules: all of this part\n${ENDS}no failure\n`,
      `exhaustive, part 2/2: 2 runs, 2 different schedules: all of this part\n${ENDS}no failure\n`,
    ]);
  });

  it.each([
    ['--reduced', 'exhaustive, reduced: 4 runs, 4 different schedules: all with the ends of ranges'],
    [
      '--strategy delay-bounded --bound 0',
      'delay-bounded: 1 run, 1 different schedule: all within the bound',
    ],
    [
      '--strategy delay-bounded --bound 1',
      'delay-bounded: 3 runs, 3 different schedules: all within the bound',
    ],
    [
      '--strategy preemption-bounded',
      'preemption-bounded: 4 runs, 4 different schedules: all within the bound',
    ],
    ['--strategy pct --depth 1 --seed 3 --runs 1', 'pct: 1 run, 1 different schedule'],
  ])('takes a strategy: %s', async (options, line) => {
    expect((await loopscope(`explore @ties.ts ${options}`)).out.split('\n')[0]).toBe(line);
  });

  it('finds what is wrong though nothing fails, within bounds, unless it is to be ignored', async () => {
    const starving = await loopscope('explore @queues-up.ts --wait 15 --all');
    expect(starving.code).toBe(1);
    expect(starving.out).toContain('Starvation: ');
    expect((await loopscope('explore @queues-up.ts --wait 15 --all --ignore starvation,race')).code).toBe(0);
    expect((await loopscope('explore @queues-up.ts --wait 25')).code).toBe(0);
    expect((await loopscope('explore @queues-up.ts --overtaken 5')).code).toBe(0);
  });

  it('saves what came of it as data, or prints that and nothing else', async () => {
    const path = file('explored.json');
    const { code, err } = await loopscope(`explore @relies.ts --json ${path}`);
    expect({ code, err }).toEqual({ code: 1, err: `saved ${path}\n` });
    const saved = readFileSync(path, 'utf8');
    expect(JSON.parse(saved)).toEqual({
      format: 'loopscope-exploration',
      version: 1,
      program: 'test/cli/programs/relies.ts',
      part: 1,
      strategy: { name: 'exhaustive' },
      shard: '1/1',
      adversarial: false,
      runs: 2,
      schedules: 2,
      isComplete: true,
      note: '',
      leavesOut: '',
      failures: [
        {
          kind: 'error',
          message: 'Error: read before it was written',
          schedule: 'seed=0 timer=1/2',
          passing: 'seed=0 timer/2',
          run: 2,
          departures: 1,
          isAdversarial: false,
          findings: [],
        },
      ],
    });
    expect(JSON.parse((await loopscope('explore @relies.ts --json -')).out)).toEqual(JSON.parse(saved));
  });

  it('tells of a file that can’t be written, of a program that isn’t the same each time, and of one that never ends', async () => {
    const unwritable = await loopscope(`explore @ties.ts --json ${file('no/such.json')}`);
    expect(unwritable.code).toBe(3);
    expect(unwritable.err).toMatch(
      /^loopscope explore: can't write .*such\.json: no such file or directory\n$/,
    );
    const path = save(
      'state.mjs',
      "let runs = 0;\nexport default function* main() { if (++runs === 1) throw new Error('once'); }\n",
    );
    expect(await loopscope(`explore ${path}`)).toEqual({
      code: 3,
      out: '',
      err: 'loopscope explore: the schedule seed=0 failed (Error: once), and did not when it was run again: the program keeps state from run to run (a variable outside of it, a lock that is made only once)\n',
    });
    const endless = save('endless.mjs', 'export default function* main() { for (;;); }\n');
    const stuck = await loopscope(`explore ${endless} --seconds 0.1`);
    expect(stuck).toMatchObject({ code: 1, err: '' });
    expect(stuck.out).toContain('LimitError: a step did not end, and was given up after 2 s of real time');
    expect(stuck.out).toContain("the schedule until there: 'seed=0 ...'");
    expect(stuck.out).not.toContain('loopscope step');
    expect(JSON.parse((await loopscope(`explore ${endless} --seconds 0.1 --json -`)).out)).toMatchObject({
      runs: 0,
      failures: [{ kind: 'no end', schedule: 'seed=0 ...', passing: null, run: 1 }],
    });
    const exiting = save('exit.mjs', 'export default function* main() { process.exit(0); }\n');
    expect(await loopscope(`explore ${exiting} --workers 1`)).toEqual({
      code: 1,
      out: '',
      err: 'loopscope explore: the worker ended with code 0 before its work was done: does the program call process.exit()?\n',
    });
  });

  it('draws on a terminal how far it has come, and takes that away at the end', async () => {
    const drawn: string[] = [];
    const screen = { columns: 60, write: (text: string) => void drawn.push(text) };
    const { out, err } = await loopscope('explore @many.ts --runs 2000 --no-color', { screen });
    expect(err).toBe('');
    expect(out).toBe(`exhaustive: 2000 runs, 2000 different schedules\nno failure\n${BOUND}`);
    expect(drawn.length).toBeGreaterThan(1);
    expect(drawn.pop()).toBe('\r\x1b[K');
    for (const text of drawn) {
      const line = text.slice('\r'.length, -'\x1b[K'.length);
      expect(text).toBe(`\r${line}\x1b[K`);
      expect(line).toMatch(/^▕[█▏▎▍▌▋▊▉ ]+▏ [\d,]+ runs? · .*0 failures/);
      expect(line.length).toBeLessThan(60);
    }
  });

  it.each([
    ['explore a.json', 'a trace can’t be run again: explore takes the program itself'],
    [
      'explore @ties.ts --strategy best',
      "--strategy is one of exhaustive, random, pct, delay-bounded, preemption-bounded, got 'best'",
    ],
    ['explore @ties.ts --runs 0', "--runs needs a whole number, 1 or more, got '0'"],
    ['explore @ties.ts --workers 0', "--workers needs a whole number, 1 or more, got '0'"],
    ['explore @ties.ts --seconds 0', "--seconds needs a number above 0, got '0'"],
    ['explore @ties.ts --depth 3', '--depth is not for the strategy exhaustive'],
    ['explore @ties.ts --strategy random --bound 3', '--bound is not for the strategy random'],
    ['explore @ties.ts --strategy pct --reduced', '--reduced is not for the strategy pct'],
    [
      'explore @ties.ts --reduced --workers 2',
      "the strategy exhaustive, reduced can't be divided among workers: leave them out",
    ],
    [
      'explore @ties.ts --reduced --shard 1/2',
      "the strategy exhaustive, reduced can't be divided into parts: leave the shard out",
    ],
    ['explore @ties.ts --shard 3/2', 'a shard is one part of several, as 1/4 to 4/4, got "3/2"'],
    [
      'explore @ties.ts --ignore leak,rice',
      "--ignore takes race, deadlock, leak, lost-wake-up, starvation, got 'rice'",
    ],
    ['explore @parts.ts', 'one program at a time: --part takes one of 1 (for a timer), 2 (for ever)'],
  ])('refuses %s', async (line, message) => {
    expect(await loopscope(line)).toEqual({
      code: 2,
      out: '',
      err: `loopscope explore: ${message}; loopscope explore --help says more\n`,
    });
  });
});

describe('step', () => {
  it('tells the story where nobody can press keys, with the lines where everybody stands', async () => {
    const { code, out } = await loopscope('step @chores.ts');
    expect(code).toBe(0);
    expect(out).toMatch(/rice is at \S*chores\.ts:4/);
  });

  it('takes one trace at a time', async () => {
    const { code, err } = await loopscope('step @parts.ts');
    expect(code).toBe(2);
    expect(err).toContain('one trace at a time: --part takes one of 1 (for a timer), 2 (for ever)');
    expect((await loopscope('step @parts.ts --part 1')).code).toBe(0);
  });
});

describe('compare', () => {
  it('has a row for each model', async () => {
    const { code, out, err } = await loopscope(
      'compare @work.ts --models sequential,coroutines,free-threads',
    );
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toBe(
      `${picture(`
                      time  faster   CPU    busy  switches
      sequential    70 min      1×  11 %  30 min         1
      coroutines    40 min   1.75×  19 %  30 min         2
      free threads  40 min   1.75×  19 %  30 min         2

      waiting for    sleep    join
      sequential    40 min       -
      coroutines    40 min  40 min
      free threads  40 min  40 min
    `)}\n`,
    );
  });

  it('draws each run above the table, on the cores there are', async () => {
    const { out } = await loopscope(
      'compare @work.ts --models processes --cores 1 --switch-interval 2.5 --timeline --width 60',
    );
    expect(
      out
        .split('\n')
        .map((line) => line.split(/\s/)[0])
        .filter(Boolean),
    ).toEqual(expect.arrayContaining(['processes', 'waiting']));
    expect(out).toContain('1 core');
  });

  it('ends with 1 where an activity fails, and says under which model', async () => {
    const { code, out, err } = await loopscope('compare @work-fails.ts --models sequential,threads');
    expect(code).toBe(1);
    expect(out).toContain('sequential');
    expect(err).toMatch(
      /^work-fails\.ts: sequential: ValueError: no paper\n.*\nwork-fails\.ts: threads: ValueError: no paper\n/,
    );
  });

  it('refuses what is no workload with what to write instead', async () => {
    const path = save('bad.js', 'export default { rice: 40 };');
    const { code, err } = await loopscope(['compare', path]);
    expect(code).toBe(3);
    expect(err.replace(path, 'bad.js')).toBe(
      'loopscope compare: bad.js: the activity rice is a list of segments or a function*, got 40\n',
    );
  });
});

describe('export', () => {
  it('makes a picture, with the title of the demo above its parts', async () => {
    const { code, out } = await loopscope('export svg @parts.ts --theme dark --width 640');
    expect(code).toBe(0);
    expect(out).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" class="lst-dark" viewBox="0 0 640 /);
    const texts = [...out.matchAll(/<text[^>]*>(.*?)<\/text>/g)].map(([, text]) =>
      text!.replace(/<[^>]*>/g, '|'),
    );
    expect(texts[0]).toBe('Two ways to wait');
    expect(texts.filter((text) => text.startsWith('|'))).toEqual(['|for a timer||20 ms|', '|for ever||0|']);
    expect((await loopscope(['export', 'svg', '@chores.ts', '--title', 'Mine & yours'])).out).toContain(
      '>Mine &#38; yours</text>',
    );
  });

  it('makes Markdown', async () => {
    expect((await loopscope('export markdown @chores.ts')).out).toBe(
      `${picture(`
      # chores.ts

      \`\`\`mermaid
      %%{init: {"gantt": {"leftPadding": 75, "rightPadding": 50}}}%%
      gantt
          dateFormat YYYY-MM-DD HH:mm:ss.SSS
          axisFormat %-M:%S min
          section main
          gather rice, soup :2000-01-01 00:00:00.000, 2000-01-01 00:40:00.000
          done :milestone, 2000-01-01 00:40:00.000, 0ms
          section rice
          sleep 40 min :2000-01-01 00:00:00.000, 2000-01-01 00:40:00.000
          done :milestone, 2000-01-01 00:40:00.000, 0ms
          section soup
          sleep 30 min :2000-01-01 00:00:00.000, 2000-01-01 00:30:00.000
          done :milestone, 2000-01-01 00:30:00.000, 0ms
      \`\`\`
    `)}\n`,
    );
  });

  it('makes a file for Perfetto, of one part', async () => {
    const { code, out } = await loopscope('export perfetto @parts.ts --part 1');
    expect(code).toBe(0);
    expect(JSON.parse(out).traceEvents[0]).toEqual({
      ph: 'M',
      pid: 1,
      name: 'process_name',
      args: { name: 'Two ways to wait: for a timer' },
    });
  });

  it('writes a file as a whole or not at all', async () => {
    const target = save('x.svg', 'old');
    expect(await loopscope(['export', 'svg', '@chores.ts', '-o', target])).toEqual({
      code: 0,
      out: '',
      err: `saved ${target}\n`,
    });
    expect(readFileSync(target, 'utf8')).toMatch(/^<svg.*<\/svg>\n$/s);
    const before = readdirSync(folder);
    expect((await loopscope(['export', 'svg', '@chores.ts', '-o', folder])).code).toBe(3);
    expect(readdirSync(folder)).toEqual(before);
    expect((await loopscope(['export', 'svg', '@number.ts', '-o', target])).code).toBe(3);
    expect(readFileSync(target, 'utf8')).toMatch(/^<svg/);
  });
});

describe('demo', () => {
  it('lists the demos of the repository, and plays one by number or name, with its own options', async () => {
    const list = await loopscope('demo');
    expect(list.code).toBe(0);
    expect(list.out.split('\n').slice(0, 2)).toEqual([
      '01-one-coroutine  One coroutine, step by step',
      '02-chores  Three things to do, by machines and attentively',
    ]);
    const second = await loopscope('demo 2');
    expect(second.out).toBe(readFileSync(new URL('../../demos/02-chores.out', import.meta.url), 'utf8'));
    expect(await loopscope('demo chores')).toEqual(second);
    expect((await loopscope('demo 2 --story')).out).toContain('The whole story');
    expect((await loopscope('demo 2 --help')).out).toContain('Usage: npx tsx demos/02-chores.ts [options]');
    expect((await loopscope('demo 2 --x')).code).toBe(2);
    expect((await loopscope('demo deadlock')).err).toBe(
      "loopscope demo: 'deadlock' may be 08-deadlock or 17-thread-deadlock; loopscope demo --help says more\n",
    );
  });
});
