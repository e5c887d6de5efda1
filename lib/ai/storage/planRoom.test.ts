import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { ModelState } from '../modelState';
import type { StoredItem, StoredKind } from './accountStorage';
import { planRoom, type RoomQuestion } from './planRoom';

const DAY_MS = 24 * 60 * 60 * 1000;
const NOW = 1000 * DAY_MS;

const item = (kind: StoredKind, name: string, usedBytes: number, since?: number): StoredItem => ({
  ...{ kind, path: kind === 'model' ? name : `.${kind}/${name}`, place: '', modelId: name, name },
  ...{ usedBytes, freedBytes: usedBytes, since },
});
const installed = (installedAt: number): ModelState => ({
  ...{ kind: 'installed', sizeBytes: 1, installedAt, files: [] },
});
const paused = (pausedAt?: number): ModelState => ({
  ...{ kind: 'paused', receivedBytes: 1, totalBytes: 2 },
  ...(pausedAt !== undefined && { pausedAt }),
});

const ITEMS = [
  item('model', 'old', 100, NOW - 90 * DAY_MS),
  item('model', 'selected', 100, NOW - 200 * DAY_MS),
  item('model', 'loved', 100, NOW - 300 * DAY_MS),
  item('model', 'fresh', 100),
  item('removed', 'gone', 30, NOW - 1000),
  item('earlier', 'old', 20, NOW - 2 * DAY_MS),
  item('download', 'long', 40),
  item('download', 'lately', 40),
  item('download', 'running', 40),
  item('leftover', 'half', 5),
  item('update', 'old', 50),
  item('import', 'x', 50),
  item('unknown', 'photos', 5000),
];
const STATES = {
  ...{ old: installed(1), selected: installed(1), loved: installed(1) },
  fresh: installed(NOW - DAY_MS),
  long: paused(NOW - 8 * DAY_MS),
  lately: paused(NOW - 6 * DAY_MS),
  running: paused(),
};

const plan = (wantedBytes: number, more: Partial<RoomQuestion> = {}) =>
  planRoom({
    ...{ items: ITEMS, states: STATES, wantedBytes, nowMs: NOW },
    keptIds: new Set(['selected', 'loved']),
    ...more,
  });

describe('a plan for more room', () => {
  it('offers in the order of what is missed least, and never what is selected, loved, new or unknown', () => {
    expect(plan(0).offered.map(({ item: { path }, reason }) => [path, reason])).toEqual([
      ['.leftover/half', 'leftover'],
      ['.earlier/old', 'earlier'],
      ['.removed/gone', 'removed'],
      ['.download/long', 'untouched'],
      ['old', 'unused'],
      ['fresh', 'unused'],
    ]);
  });

  it('says since when, and what can be taken back', () => {
    const facts = plan(0).offered.map(({ since, canComeBack }) => [since, canComeBack]);
    expect(facts.slice(3)).toEqual([
      [NOW - 8 * DAY_MS, false],
      [NOW - 90 * DAY_MS, true],
      // It was never used: its install counts.
      [NOW - DAY_MS, true],
    ]);
  });

  it('chooses as much as is needed', () => {
    expect(plan(0)).toMatchObject({ chosen: [], isEnough: true });
    expect(plan(5)).toMatchObject({ chosen: ['.leftover/half'], isEnough: true });
    expect(plan(50)).toMatchObject({ chosen: ['.earlier/old', '.removed/gone'], isEnough: true });
    expect(plan(1_000).isEnough).toBe(false);
    expect(plan(1_000).chosen).toHaveLength(6);
  });

  it('keeps a model wherever something else is enough', () => {
    const items = [item('model', 'old', 100, 1), item('download', 'long', 100)];
    expect(plan(100, { items }).chosen).toEqual(['.download/long']);
  });

  it('is enough or has everything, and needs each that it has', () => {
    const sizes = fc.array(fc.nat(50), { maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.nat(300), (bytes, wanted) => {
        const items = bytes.map((size, index) => item('earlier', String(index), size, index));
        const { chosen, isEnough, offered } = plan(wanted, { items });
        const sum = (paths: readonly string[]) =>
          offered
            .filter((each) => paths.includes(each.item.path))
            .reduce((total, each) => total + each.item.freedBytes, 0);
        expect(isEnough).toBe(sum(chosen) >= wanted);
        if (!isEnough) expect(sum(chosen)).toBe(bytes.reduce((one, other) => one + other, 0));
        for (const path of isEnough ? chosen : [])
          expect(sum(chosen.filter((each) => each !== path))).toBeLessThan(wanted);
      }),
    );
  });
});
