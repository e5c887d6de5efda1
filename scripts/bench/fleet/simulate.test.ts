import { expect, it } from 'vitest';

import { simulate, type DeviceTraffic, type FleetPlan } from './simulate';

const traffic: DeviceTraffic = {
  ...{ catalogBytes: 100, signatureBytes: 50, installBytes: 1000, updateBytes: 10, indexBytes: 5 },
  pieceBytes: 300,
};
const plan: FleetPlan = { devices: 5_000, days: 4, places: 3, catalogSeconds: 60, seed: 1 };

it('gives each device its file once, and asks the origin once for each place', () => {
  const one = simulate({ ...plan, devices: 1, places: 1, days: 1 }, traffic);
  expect(one.updates).toBeLessThanOrEqual(1);
  expect(one.originBytes).toBe(one.deliveredBytes);
  const fleet = simulate(plan, traffic);
  expect(fleet.deliveredBytes).toBeGreaterThan(5_000 * 1000);
  const lists = 3 * (4 * 1440) * 150;
  expect(fleet.originBytes).toBeLessThanOrEqual(3 * 1015 + lists);
  expect(fleet.originBytes).toBeGreaterThan(3 * 1000);
});

it('updates the devices that had the first version, once each', () => {
  const { updates } = simulate(plan, traffic);
  // Those of the first half of the time, but for the few whose next check comes after the end.
  expect(updates).toBeGreaterThan(2_300);
  expect(updates).toBeLessThan(2_700);
});

it('is the same for the same seed, and counts each device’s busiest five minutes', () => {
  expect(simulate(plan, traffic)).toEqual(simulate(plan, traffic));
  expect(simulate({ ...plan, seed: 2 }, traffic)).not.toEqual(simulate(plan, traffic));
  expect(simulate(plan, traffic).mostRequests).toBe(2 + 4);
});

it('asks the origin less for a catalog that may be kept longer', () => {
  const long = simulate({ ...plan, catalogSeconds: 3600 }, traffic);
  expect(long.originBytes).toBeLessThan(simulate(plan, traffic).originBytes);
  expect(long.deliveredBytes).toBe(simulate(plan, traffic).deliveredBytes);
});
