/**
 * Python's exception types, in terms of the errors this library throws.
 *
 * A program may raise a `ValueError` of its own and catch one raised by the library under the same name, so types
 * that the library has are the library's classes here; the others (`KeyError`, `AppError`, ...) are declared below.
 * JavaScript has no split between `Exception` and `BaseException`: here it is drawn by a predicate.
 *
 * Two things are asked of an exception: is it an instance of a type (`isInstance`), and how does Python print it
 * (`formatException`). For the second one must know with which argument it was made. Programs' own exceptions keep
 * theirs in a side table; those of the library have CPython's, which makes some of them without any.
 */
import {
  BrokenBarrierError,
  CancelledError,
  ExceptionGroup,
  InvalidStateError,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  RuntimeError,
  TimeoutError,
  ValueError,
} from '../../src/index.ts';
import type { ExceptionDescription, ExceptionName } from './ir.ts';

class BaseException extends Error {}
class Exception extends Error {}
class KeyError extends Error {}
class AppError extends Error {}
/** A BaseException that is no Exception, as CancelledError is. */
class AppBase extends Error {}

type GroupName = 'ExceptionGroup' | 'BaseExceptionGroup';
type PlainName = Exclude<ExceptionName, GroupName>;

const CLASSES: Record<PlainName, new (message?: string) => Error> = {
  BaseException,
  Exception,
  CancelledError,
  TimeoutError,
  InvalidStateError,
  ValueError,
  TypeError,
  KeyError,
  RuntimeError,
  AppError,
  AppBase,
  QueueEmpty,
  QueueFull,
  QueueShutDown,
  BrokenBarrierError,
};

/** CPython raises these without an argument, where this library gives them a message that explains. */
const BARE = [TimeoutError, QueueEmpty, QueueFull, QueueShutDown];

/** The arguments of the exceptions that programs made themselves. */
const ownArguments = new WeakMap<Error, string | undefined>();

/** A new exception as described; groups refuse what Python's refuse. */
export function createException({ exc, msg, subs }: ExceptionDescription): Error {
  if (exc === 'ExceptionGroup' || exc === 'BaseExceptionGroup') {
    const members = (subs ?? []).map(createException);
    if (members.length === 0)
      throw new ValueError('second argument (exceptions) must be a non-empty sequence');
    if (exc === 'ExceptionGroup' && !members.every(isException)) {
      throw new TypeError('Cannot nest BaseExceptions in an ExceptionGroup');
    }
    return new ExceptionGroup(msg ?? '', members);
  }
  const exception = new CLASSES[exc](msg);
  ownArguments.set(exception, msg);
  return exception;
}

/** Python's `isinstance(error, type)`. */
export function isInstance(error: unknown, type: ExceptionName): boolean {
  switch (type) {
    case 'BaseException':
      return true;
    case 'Exception':
      return isException(error);
    case 'BaseExceptionGroup':
      return error instanceof ExceptionGroup;
    case 'ExceptionGroup':
      return error instanceof ExceptionGroup && isException(error);
    default:
      return error instanceof CLASSES[type];
  }
}

/** Whether `except Exception` would catch it: all but cancellation, the bare BaseExceptions, and groups of these. */
export function isException(error: unknown): boolean {
  if (error instanceof ExceptionGroup) return error.errors.every(isException);
  return !(error instanceof CancelledError || error instanceof AppBase || error instanceof BaseException);
}

/** `Type()`, `Type("argument")`, or `Type("message",[members])` for a group. */
export function formatException(error: unknown): string {
  if (error instanceof ExceptionGroup) {
    const type = isException(error) ? 'ExceptionGroup' : 'BaseExceptionGroup';
    return `${type}(${JSON.stringify(error.message)},[${error.errors.map(formatException).join(',')}])`;
  }
  if (!(error instanceof Error)) return `${error}`;
  const argument = argumentOf(error);
  // After `<` CPython prints an object: an address, nothing that two runs could share.
  const shown = argument === undefined ? '' : JSON.stringify(argument.split('<')[0]);
  return `${typeName(error)}(${shown})`;
}

function argumentOf(error: Error): string | undefined {
  if (ownArguments.has(error)) return ownArguments.get(error);
  if (error instanceof CancelledError) return error.cancelMessage;
  return BARE.some((bare) => error instanceof bare) ? undefined : error.message;
}

function typeName(error: Error): string {
  const known = Object.entries(CLASSES).find(([, type]) => error.constructor === type);
  return known ? known[0] : error.name;
}
