import { Device, type DeviceOptions } from './device.ts';

/**
 * A disk: requests of 4 to 12 ms, one at a time, unless you say otherwise.
 *
 * @example
 * const ssd = disk({ latency: 0.1, channels: 32 }); yield* ssd.request({ label: 'users.db' });
 */
export function disk(options: DeviceOptions = {}): Device {
  return new Device({ name: 'disk', latency: [4, 12], channels: 1, ...options });
}
