/** An import that is cut off at each of its operations, and the start after it. */
import { beforeAll, describe, expect, it } from 'vitest';

import { createDatabase } from '../../../tests/crash/crashScenario';
import {
  afterKill,
  afterPowerCut,
  afterZeroingPowerCut,
  createDevice,
  createRandom,
  live,
  type Device,
} from '../../../tests/crash/crashWorld';
import { registered, STATED } from '../../../tests/importFixture';
import { ENDPOINT, MODEL, sha256 } from '../../../tests/modelFixture';
import { createUnkeptSettings } from '../../db/unkeptSettings';
import { isModelError } from '../../errors';
import type { SqlDatabase } from '../../platform/types';
import { createShelf } from '../createShelf';
import type { LlmModelConfig } from '../modelConfig';

let database: SqlDatabase;
beforeAll(async () => {
  database = await createDatabase();
});

const PATH = '/home/me/fox.gguf';

function freshDevice(): Device {
  const device = createDevice();
  device.outside.set(PATH, STATED);
  return device;
}

interface Run {
  models: readonly LlmModelConfig[];
  diesAt?: number;
}

/** Starts, imports where `imports`, and reports the installed models; undefined when the process died. */
async function start(device: Device, { models, diesAt }: Run, imports: boolean) {
  const options = { database, served: new Map(), hubEndpoint: ENDPOINT, diesAt };
  const life = live(device, options);
  // The database is that of all lives.
  const platform = { ...life.platform, close: () => Promise.resolve() };
  const work = async () => {
    const settings = createUnkeptSettings();
    const shelf = await createShelf({ platform, models, settings, random: () => 0 });
    if (imports) {
      await shelf.importFile(PATH).catch((error: unknown) => {
        if (!isModelError(error) || error.code !== 'IMPORT_KNOWN') throw error;
      });
    }
    const list = shelf.list();
    await shelf.close();
    return list.filter(({ state }) => state.kind === 'installed');
  };
  return Promise.race([work(), life.died.then(() => undefined)]);
}

/** Nothing but whole models: no part of a file, and no place of the import. */
function checkNothingHalf(device: Device, installed: number, context: string) {
  const weights = [...device.files].filter(([path]) => path.endsWith('.gguf'));
  expect(weights, context).toHaveLength(installed);
  for (const [path, bytes] of weights)
    expect(sha256(bytes), `${context} ${path}`).toBe(sha256(STATED));
  const hidden = [...device.files.keys()].filter((path) => path.startsWith('.'));
  expect(hidden, context).toEqual([]);
  expect(sha256(device.outside.get(PATH) ?? new Uint8Array()), context).toBe(sha256(STATED));
}

describe.each([
  { of: 'a file that no list knows', models: [MODEL] },
  { of: 'a file of a listed model', models: [registered(STATED)] },
])('an import of $of', ({ models }) => {
  it.each([
    { end: 'kill -9', after: (device: Device) => afterKill(device) },
    {
      end: 'a power cut',
      after: (device: Device, at: number) => afterPowerCut(device, createRandom(at)),
    },
    {
      end: 'a power cut that leaves zeros',
      after: (device: Device) => afterZeroingPowerCut(device),
    },
  ])('is whole or gone after $end at any operation, and can be repeated', async ({ after }) => {
    let finished = 0;
    for (let diesAt = 1; ; diesAt += 1) {
      const device = freshDevice();
      if ((await start(device, { models, diesAt }, true)) !== undefined) {
        expect(diesAt).toBeGreaterThan(20);
        // Some crashes come after the install was begun, and the next start finishes it.
        expect(finished).toBeGreaterThan(0);
        return;
      }
      const left = after(device, diesAt);
      const found = (await start(left, { models }, false)) ?? [];
      checkNothingHalf(left, found.length, `died at ${String(diesAt)}`);
      finished += found.length;
      const again = await start(left, { models }, true);
      expect(again, `died at ${String(diesAt)}`).toHaveLength(1);
      checkNothingHalf(left, 1, `repeated after ${String(diesAt)}`);
    }
  });

  it('is whole or gone after a second kill, in the start that follows', async () => {
    for (let diesAt = 1; ; diesAt += 3) {
      const device = freshDevice();
      if ((await start(device, { models, diesAt }, true)) !== undefined) return;
      for (let second = 1; ; second += 2) {
        const left = afterKill(device);
        if ((await start(left, { models, diesAt: second }, false)) !== undefined) break;
        const found = (await start(left, { models }, false)) ?? [];
        checkNothingHalf(
          left,
          found.length,
          `died at ${String(diesAt)}, then at ${String(second)}`,
        );
      }
    }
  });
});
