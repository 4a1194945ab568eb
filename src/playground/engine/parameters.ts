/**
 * The parameters that a program declares, and the sliders make of them:
 *
 * ```ts
 * export const parameters = {
 *   tasks: { value: 3, min: 1, max: 10, label: 'how many tasks' },
 *   latency: { value: 100, min: 0, max: 500, step: 10, unit: 'ms' },
 * };
 * ```
 *
 * The program reads `parameters.tasks.value`, which is plain JavaScript: there is nothing to import and nothing to learn, and the
 * same file runs elsewhere, with the values that it declares. The worker only has to write the chosen values into that object, and
 * it does so in the moment in which it is exported, before the next statement of the program: so a value may be read anywhere
 * below, also outside of functions.
 */

import type { Parameter, Values } from './protocol.ts';

/** The declaration of a program's parameters makes no sense. */
export class ParameterError extends Error {
  override readonly name = 'ParameterError';
}

const MOST = 12;

/**
 * Reads declared parameters, and writes the chosen values into them, each brought into its range. Throws a `ParameterError` that
 * names the one which makes no sense.
 *
 * @example const parameters = { tasks: { value: 3, min: 1, max: 9 } }; setParameters(parameters, { tasks: 5 }); parameters.tasks.value // 5
 */
export function setParameters(declared: unknown, values: Values): Parameter[] {
  if (typeof declared !== 'object' || declared === null || Array.isArray(declared)) {
    throw new ParameterError(
      'parameters should be an object, such as { tasks: { value: 3, min: 1, max: 10 } }',
    );
  }
  const entries = Object.entries(declared);
  if (entries.length > MOST) {
    throw new ParameterError(`there are ${entries.length} parameters, and room for ${MOST} sliders`);
  }
  return entries.map(([name, one]) => {
    const parameter = read(name, one);
    const chosen = Object.hasOwn(values, name) ? values[name] : undefined;
    const value = chosen === undefined ? parameter.value : within(parameter, chosen);
    if (!Reflect.set(one as object, 'value', value)) {
      throw new ParameterError(`parameters.${name} is frozen, so its slider could not move it`);
    }
    return { ...parameter, value };
  });
}

function read(name: string, one: unknown): Parameter {
  const no = (what: string) => new ParameterError(`parameters.${name}${what}`);
  if (typeof one !== 'object' || one === null) {
    throw no(` should be an object, such as { value: 3, min: 1, max: 10 }, but it is ${String(one)}`);
  }
  const { value, min, max, step, label, unit } = one as Record<string, unknown>;
  const figure = (field: string, given: unknown): number => {
    if (typeof given === 'number' && Number.isFinite(given)) return given;
    throw no(`.${field} should be a number, but it is ${given === undefined ? 'missing' : String(given)}`);
  };
  const words = (field: string, given: unknown, otherwise: string): string => {
    if (given === undefined) return otherwise;
    if (typeof given === 'string') return given;
    throw no(`.${field} should be a text, but it is ${String(given)}`);
  };
  const parameter = {
    name,
    label: words('label', label, name),
    unit: words('unit', unit, ''),
    value: figure('value', value),
    min: figure('min', min),
    max: figure('max', max),
    step: step === undefined ? 1 : figure('step', step),
  };
  if (parameter.min >= parameter.max)
    throw no(` has its min, ${parameter.min}, not below its max, ${parameter.max}`);
  if (parameter.step <= 0) throw no(`.step should be above 0, but it is ${parameter.step}`);
  if (parameter.value < parameter.min || parameter.value > parameter.max) {
    throw no(`.value is ${parameter.value}, which is not from ${parameter.min} to ${parameter.max}`);
  }
  return parameter;
}

/** The value in a parameter's range, and on one of its steps. */
function within({ min, max, step }: Parameter, value: number): number {
  const steps = Math.round((Math.min(max, Math.max(min, value)) - min) / step);
  // Not 0.30000000000000004.
  return Math.min(max, Number((min + steps * step).toPrecision(12)));
}
