import { compute, print, run, sleep } from 'loopscope';

export default function script(): void {
  print('before');
  run(() => sleep(10), { name: 'nap' });
  compute(5);
  print('after');
}
