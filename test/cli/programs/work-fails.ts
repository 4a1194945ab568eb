import { busy, type Coroutine, ValueError } from 'loopscope';

export default () => ({
  *report(): Coroutine<void> {
    yield* busy(30);
    throw new ValueError('no paper');
  },
});
