#!/usr/bin/env node
/** The program `loopscope`. */

import { readFileSync } from 'node:fs';
import { processScreen } from '../node/live-line.ts';
import { processTerminal } from '../node/run-demo.ts';
import { runCli } from './cli.ts';

const terminal = { ...processTerminal(), input: () => readFileSync(0, 'utf8'), screen: processScreen() };
// Not process.exit: what was written to a pipe may still be on its way.
process.exitCode = await runCli(process.argv.slice(2), terminal);
