import { describe, expect, it } from 'vitest';
import { type Wait, waitLabel, waitWord } from '../../src/views/waits.ts';

const words = (on: Wait['on'], reason: string, name = '', length?: number) => {
  const wait = { on, reason, name };
  return [waitLabel(wait, length), waitWord(wait)];
};

describe('the words of a wait', () => {
  it('are why and for what, and why alone where there is no room', () => {
    expect(words('task', 'gather', 'rice, washing')).toEqual(['gather rice, washing', 'gather']);
    expect(words('resource', 'queue.get', 'orders')).toEqual(['queue.get orders', 'queue.get']);
    expect(words('thread', 'join', 'cook')).toEqual(['join cook', 'join']);
  });

  it('say how long a wait for the clock is, if that is known; without it such a word says nothing', () => {
    expect(words('timer', 'sleep', '', 2_400_000)).toEqual(['sleep 40 min', '']);
    expect(words('timer', 'sleep')).toEqual(['sleep', '']);
    expect(words('task', 'await task', 'rice', 5)).toEqual(['await task rice', 'await task']);
  });

  it('have names of their own for a thread that has nothing to do, or is at its end', () => {
    expect(words('future', 'job')).toEqual(['no job', '']);
    expect(words('timer', 'exit', '', 5)).toEqual(['the other threads', '']);
  });

  it('are never empty', () => {
    expect(words('future', '')).toEqual(['future', '']);
  });

  it('are printable', () => {
    expect(words('task', 'await task', 'a\nb')).toEqual(['await task a␤b', 'await task']);
  });
});
