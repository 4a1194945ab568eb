import { type Awaitable, type Coroutine, closeCoroutine, named } from '../core/coroutine.ts';
import { ExceptionGroup, isCancelled, LoopExit, RuntimeError } from '../core/errors.ts';
import { tag } from '../core/format.ts';
import type { Future } from '../core/future.ts';
import type { EventLoop } from '../core/loop.ts';
import { running } from '../core/running.ts';
import { EXCEPTION } from '../core/states.ts';
import type { Task, TaskOptions } from '../core/task.ts';
import { WaitingFor } from './waiting-for.ts';

/** Which member of a group has thrown an error. */
const members = new WeakMap<object, string>();

/** The name of the task that brought an error into a group; undefined: none did. @internal */
export const memberOf = (error: Error): string | undefined => members.get(error);

/**
 * A group of tasks that ends together: the block is left when all of them are done. Mirrors `asyncio.TaskGroup`
 * (taskgroups.py).
 *
 * When one fails, the others and the body are cancelled, and all errors come out as one ExceptionGroup. A task that is
 * cancelled is no error. If the task that runs the group is cancelled from outside, the group's tasks are; errors among
 * them win over the cancellation. Tasks are cancelled in the order of their creation (asyncio keeps them in a set).
 *
 * @example
 * yield* TaskGroup.run(function* (group) {
 *   group.createTask(cook(), { name: 'rice' });
 *   group.createTask(wash(), { name: 'laundry' });
 * }); // both are done here
 */
export class TaskGroup {
  #loop: EventLoop | null;
  #parent: Task<unknown> | null;
  readonly #tasks: Set<Task<unknown>>;
  readonly #errors: unknown[];
  #exiting: boolean;
  #aborting: boolean;
  /** We have cancelled the parent, to end the body: it is on us to take that back. */
  #parentCancelRequested: boolean;
  #allDone: Future<void> | null;
  /** An error that ends the program; it is not grouped. */
  #exit: LoopExit | null;

  constructor() {
    this.#loop = null;
    this.#parent = null;
    this.#tasks = new Set();
    this.#errors = [];
    this.#exiting = false;
    this.#aborting = false;
    this.#parentCancelRequested = false;
    this.#allDone = null;
    this.#exit = null;
  }

  /** A new group around a body; gives the body's result when the body and all tasks are done. */
  static run<T>(body: (group: TaskGroup) => Awaitable<T>): Coroutine<T> {
    return new TaskGroup().run(body);
  }

  /** As Python's `repr`: `<TaskGroup tasks=2 entered>`. */
  toString(): string {
    const errors = this.#errors.length;
    const how = this.#aborting ? 'cancelling' : this.#parent === null ? '' : 'entered';
    return tag('TaskGroup', `tasks=${this.#tasks.size}`, errors > 0 ? `errors=${errors}` : '', how);
  }

  /** Makes a task in the group. Throws a RuntimeError, and closes the coroutine, if the group isn't open. */
  createTask<T>(coroutine: Coroutine<T>, options?: TaskOptions): Task<T> {
    const refusal = this.#refusal();
    if (refusal) {
      closeCoroutine(coroutine);
      throw new RuntimeError(`TaskGroup ${refusal}: no task can be added`);
    }
    const task = this.#loop!.createTask(coroutine, options);
    this.#tasks.add(task as Task<unknown>);
    const taskGroup = () => this.#taskDone(task as Task<unknown>); // its name is what a story calls the callback
    task.addDoneCallback(taskGroup);
    return task;
  }

  /** Runs a body in the group, then waits for all its tasks. Mirrors `async with`. */
  run<T>(body: (group: this) => Awaitable<T>): Coroutine<T> {
    return named('group.run()', this.#block(body));
  }

  *#block<T>(body: (group: this) => Awaitable<T>): Coroutine<T> {
    this.#enter();
    let thrown: { readonly error: unknown } | null = null;
    try {
      return yield* body(this);
    } catch (error) {
      thrown = { error };
      throw error;
    } finally {
      yield* this.#leave(thrown);
    }
  }

  #refusal(): string | null {
    if (this.#parent === null) return 'has not been entered';
    if (this.#exiting && this.#tasks.size === 0) return 'is finished';
    return this.#aborting ? 'is shutting down' : null;
  }

  #enter(): void {
    if (this.#parent !== null)
      throw new RuntimeError('TaskGroup has already been entered: make a new one for each block');
    if (running.turn.task === null)
      throw new RuntimeError('TaskGroup cannot determine the parent task: use it in a coroutine');
    this.#parent = running.turn.task;
    this.#loop = running.turn.task.loop;
  }

  /** Waits for the tasks, and throws what has to come out; else what the body threw goes on. */
  *#leave(thrown: { readonly error: unknown } | null): Coroutine<void> {
    this.#exiting = true;
    const parent = this.#parent!;
    if (thrown?.error instanceof LoopExit) this.#exit ??= thrown.error;
    let cancellation = thrown && isCancelled(thrown.error) ? thrown.error : null;
    if (thrown && !this.#aborting) this.#abort();

    // Again and again: the parent may be cancelled more than once while it waits.
    while (this.#tasks.size > 0) {
      this.#allDone ??= new WaitingFor<void>(this.#loop!, 'task group', this.#tasks);
      try {
        yield* this.#allDone;
      } catch (error) {
        if (!isCancelled(error)) throw error;
        if (!this.#aborting) {
          cancellation = error;
          this.#abort();
        }
      }
      this.#allDone = null;
    }

    if (this.#exit !== null) throw this.#exit;
    if (this.#parentCancelRequested && parent.uncancel() === 0) cancellation = null;
    if (cancellation !== null && this.#errors.length === 0) throw cancellation;
    if (thrown && !isCancelled(thrown.error)) this.#errors.push(thrown.error);
    if (this.#errors.length === 0) return;
    if (parent.cancelling() > 0) {
      // The parent is being cancelled from outside as well: it keeps that, to be thrown at its next await.
      parent.uncancel();
      parent.cancel();
    }
    throw new ExceptionGroup('unhandled errors in a TaskGroup', this.#errors);
  }

  #abort(): void {
    this.#aborting = true;
    for (const task of this.#tasks) if (!task.done()) task.cancel();
  }

  #taskDone(task: Task<unknown>): void {
    this.#tasks.delete(task);
    if (this.#tasks.size === 0 && this.#allDone?.done() === false) this.#allDone.setResult();
    if (task.state !== EXCEPTION) return;
    const error = task.exception();
    if (typeof error === 'object' && error !== null) members.set(error, task.getName());
    this.#errors.push(error);
    if (error instanceof LoopExit) this.#exit ??= error;
    const parent = this.#parent!;
    if (parent.done()) {
      this.#loop!.callExceptionHandler({
        message: `Task ${task.getName()} has errored out but its parent task ${parent.getName()} is already completed`,
        exception: error,
        task,
      });
    } else if (!this.#aborting && !this.#parentCancelRequested) {
      this.#abort();
      this.#parentCancelRequested = true;
      parent.cancel();
    }
  }
}
