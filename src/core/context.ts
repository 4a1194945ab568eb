import { describeValue, RuntimeError } from './errors.ts';
import { tag } from './format.ts';
import { running as shared } from './running.ts';

// What is imported is looked up anew at each use; a constant of the module is compiled in. See running.ts.
const running = shared;

/**
 * Context variables: values that follow a task instead of a call.
 *
 * A task sees the variables as they were where it was created, and what it sets stays its own. Every handle, too,
 * captures the context in which it was scheduled. Mirrors `contextvars` and its use in asyncio (`Handle.__init__`,
 * `Task.__init__`).
 *
 * Most programs use none, so no context is the cheap case: `null` stands for an empty context that nobody has
 * written to, and the first `set` makes one. Copies share one immutable map until one of them is written to.
 */
export class Context {
  #values: ReadonlyMap<ContextVar<unknown>, unknown>;

  constructor(values: ReadonlyMap<ContextVar<unknown>, unknown> = new Map()) {
    this.#values = values;
  }

  /** A context with the same values, that goes its own way from here. */
  copy(): Context {
    return new Context(this.#values);
  }

  has(variable: ContextVar<never>): boolean {
    return this.#values.has(variable as ContextVar<unknown>);
  }

  get<T>(variable: ContextVar<T>): T | undefined {
    return this.#values.get(variable as ContextVar<unknown>) as T | undefined;
  }

  /** Runs a plain function in this context; what it sets stays in the context. Mirrors `Context.run`. */
  run<A extends unknown[], R>(fn: (...args: A) => R, ...args: A): R {
    const outer = running.context;
    running.context = this;
    try {
      return fn(...args);
    } finally {
      running.context = outer;
    }
  }

  /** @internal */
  assign(variable: ContextVar<unknown>, value: unknown): void {
    this.#values = new Map(this.#values).set(variable, value);
  }

  /** @internal */
  unassign(variable: ContextVar<unknown>): void {
    const values = new Map(this.#values);
    values.delete(variable);
    this.#values = values;
  }
}

/** What `ContextVar.set` returns, to undo it once with `reset`. Mirrors `contextvars.Token`. */
export class Token<T> {
  readonly variable: ContextVar<T>;
  readonly hadValue: boolean;
  readonly oldValue: T | undefined;
  /** @internal */ context: Context | null;

  constructor(variable: ContextVar<T>, context: Context) {
    this.variable = variable;
    this.hadValue = context.has(variable as ContextVar<never>);
    this.oldValue = context.get(variable);
    this.context = context;
  }
}

/**
 * A variable with one value for each task. Mirrors `contextvars.ContextVar`.
 *
 * @example
 * const request = new ContextVar('request', { default: 'none' });
 * request.set('r1'); yield* createTask(handler()); // handler sees 'r1', and what it sets stays its own
 */
export class ContextVar<T> {
  readonly name: string;
  readonly #default: { readonly value: T } | null;

  constructor(name: string, options: { readonly default?: T } = {}) {
    this.name = name;
    this.#default = 'default' in options ? { value: options.default as T } : null;
  }

  /** As Python's `repr`: `<ContextVar name='request'>`. */
  toString(): string {
    return tag('ContextVar', `name='${this.name}'`);
  }

  /** The value in the current context, else `fallback`, else the default; without any of them a RuntimeError. */
  get(...fallback: [] | [T]): T {
    const context = running.context;
    if (context?.has(this as unknown as ContextVar<never>)) return context.get(this) as T;
    if (fallback.length > 0) return fallback[0] as T;
    if (this.#default) return this.#default.value;
    throw new RuntimeError(
      `the context variable ${describeValue(this.name)} has no value here and no default`,
    );
  }

  /** Sets the value in the current context; returns a token for `reset`. */
  set(value: T): Token<T> {
    running.context ??= new Context();
    const token = new Token(this, running.context);
    running.context.assign(this as ContextVar<unknown>, value);
    return token;
  }

  /** Takes back what `set` did. Throws a RuntimeError for a token used twice, or in another context. */
  reset(token: Token<T>): void {
    if (token.variable !== this)
      throw new RuntimeError(`this token is of the variable ${describeValue(token.variable.name)}`);
    if (token.context === null) throw new RuntimeError('this token has been used once already');
    if (token.context !== running.context)
      throw new RuntimeError('this token was made in a different context');
    token.context = null;
    if (token.hadValue) running.context.assign(this as ContextVar<unknown>, token.oldValue);
    else running.context.unassign(this as ContextVar<unknown>);
  }
}

/** A copy of the current context. Mirrors `contextvars.copy_context`. */
export function copyContext(): Context {
  return running.context === null ? new Context() : running.context.copy();
}

/** What a new task or handle captures: a copy, or null where there is nothing to copy. @internal */
export function captureContext(): Context | null {
  return running.context === null ? null : running.context.copy();
}
