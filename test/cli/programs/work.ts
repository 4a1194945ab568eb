import { blocked, busy, minutes } from 'loopscope';

export default { rice: [blocked(minutes(40))], report: [busy(minutes(30))] };
