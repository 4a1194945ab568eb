import { Device, type DeviceOptions } from './device.ts';

/**
 * A network: requests of 20 to 80 ms, any number at the same time, unless you say otherwise.
 *
 * @example
 * const net = network({ channels: 6, bandwidth: 1000 }); yield* net.request({ label: '/logo.png', size: 50_000 });
 */
export function network(options: DeviceOptions = {}): Device {
  return new Device({ name: 'network', latency: [20, 80], ...options });
}
