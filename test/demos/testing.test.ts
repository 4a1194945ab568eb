/** The worked tests: what each promises its reader. That they pass is told where they are. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../demos/testing/', import.meta.url));
const read = (file: string) => readFileSync(`${folder}${file}`, 'utf8');
const files = readdirSync(folder).sort();
const names = files.flatMap((file) => (file.endsWith('.test.ts') ? [file.slice(0, -'.test.ts'.length)] : []));

describe.each(names)('%s', (name) => {
  const text = read(`${name}.test.ts`);

  it('opens with its story, and is 60 to 120 lines', () => {
    const lines = text.trimEnd().split('\n');
    expect(lines[0]).toBe('/**');
    expect(text).toContain('* Watch: ');
    expect(lines.length).toBeGreaterThanOrEqual(60);
    expect(lines.length).toBeLessThanOrEqual(120);
  });

  it('has a run that passes, a mistake with its schedule and report, and a proof', () => {
    expect(text.match(/^(?:sim)?[tT]est\(/gm)).toHaveLength(3);
    expect(text).toMatch(/schedule: 'seed=/);
    expect(text).toContain(`toMatchFileSnapshot('${name}.report.txt')`);
    expect(text).toMatch(/toBeProved\(\);\n {2}expect\(proof\.schedules\)\.toBe\(\d+\);/);
  });

  it('has a report that fits on a terminal, but for the test to paste, and tells of nothing but the program', () => {
    const [told] = read(`${name}.report.txt`).split('\nas a test:\n');
    for (const line of told!.split('\n')) expect(line.length, line).toBeLessThanOrEqual(80);
    expect(told).not.toContain('the program asks');
  });

  it('is in the guide, with its report', () => {
    expect(read('README.md')).toContain(`(${name}.test.ts)`);
    expect(read('README.md')).toContain(`(${name}.report.txt)`);
  });
});

it('they are numbered from 01 on, each has its report beside it, and there is nothing else', () => {
  expect(names.map((name) => name.slice(0, 3))).toEqual(
    names.map((_, i) => `${String(i + 1).padStart(2, '0')}-`),
  );
  expect(files).toEqual(
    ['README.md', ...names.flatMap((name) => [`${name}.report.txt`, `${name}.test.ts`])].sort(),
  );
});
