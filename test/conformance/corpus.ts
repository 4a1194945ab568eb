/**
 * Reading programs: a `.json` file holds one program, a list of them, or `{"programs": [...]}`; a `.jsonl` file one
 * program a line; a folder any number of such files. What is no program is refused with the file and the reason,
 * before anything runs.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LogLine, Program } from './ir.ts';
import { faultOf as faultInForm, isRecord } from './validate.ts';

/** The programs that belong to the project. */
export const CORPUS = fileURLToPath(new URL('./programs', import.meta.url));

/** A file that cannot be read, or does not hold programs. */
export class InvalidCorpus extends Error {}

/** The files with programs at this path, which may be one file or a folder of them, in the order of their names. */
export function programFiles(path: string): string[] {
  if (!attempt(path, () => statSync(path).isDirectory())) return [path];
  const files = attempt(path, () => readdirSync(path)).filter((name) => /\.jsonl?$/.test(name));
  if (files.length === 0) throw new InvalidCorpus(`${path}: a folder without any .json or .jsonl file`);
  return files.sort().map((name) => join(path, name));
}

/** The programs of one file; those without a category or name get the file's. */
export function loadPrograms(file: string): Program[] {
  const text = attempt(file, () => readFileSync(file, 'utf8'));
  const data = file.endsWith('.jsonl')
    ? text
        .split('\n')
        .flatMap((line, i) => (line.trim() ? [attempt(`${file}:${i + 1}`, () => parse(line))] : []))
    : attempt(file, () => parse(text));
  const list = isRecord(data) && Array.isArray(data.programs) ? data.programs : data;
  const category = basename(file, extname(file));
  return (Array.isArray(list) ? list : [list]).map((item, i) => {
    const program = isRecord(item) ? { name: `${category}/${i + 1}`, category, ...item } : item;
    const fault = faultOf(program);
    const title = isRecord(program) ? `program ${i + 1} (${program.name})` : `program ${i + 1}`;
    if (fault) throw new InvalidCorpus(`${file}: ${title}: ${fault}`);
    return program as Program;
  });
}

function faultOf(program: unknown): string | undefined {
  if (!isRecord(program)) return 'expected a JSON object';
  const { name, category, rule = '', expect } = program;
  if (![name, category, rule].every((text) => typeof text === 'string')) {
    return 'name, category and rule must be strings';
  }
  if (expect !== undefined && !isExpectation(expect)) {
    return '"expect" must be {"log": [[time, task, text], ...], "deadlock"?: [label, ...]}';
  }
  return faultInForm(program);
}

function isExpectation(value: unknown): boolean {
  if (!isRecord(value) || !Array.isArray(value.log) || !value.log.every(isLogLine)) return false;
  const { deadlock = [] } = value;
  return Array.isArray(deadlock) && deadlock.every((label) => typeof label === 'string');
}

function isLogLine(value: unknown): value is LogLine {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [time, task, text] = value;
  return typeof time === 'number' && (task === null || typeof task === 'string') && typeof text === 'string';
}

function parse(text: string): unknown {
  return JSON.parse(text);
}

function attempt<T>(where: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw new InvalidCorpus(`${where}: ${error instanceof Error ? error.message : error}`);
  }
}
