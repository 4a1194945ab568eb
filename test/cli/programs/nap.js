import { print, sleep } from 'loopscope';

export default function* main() {
  yield* sleep(5);
  console.log('by console.log');
  print('by print');
}
