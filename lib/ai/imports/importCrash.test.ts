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
import { splitModels } from '../../../tests/conformance/splitModels';
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

type Originals = ReadonlyMap<string, Uint8Array>;

const ONE: Originals = new Map([['/home/me/fox.gguf', STATED]]);
const SPLIT: Originals = new Map(
  splitModels().whole.map(({ fileName, bytes }) => [`/home/me/${fileName}`, bytes]),
);

function freshDevice(originals: Originals): Device {
  const device = createDevice();
  for (const [path, bytes] of originals) device.outside.set(path, bytes);
  return device;
}

interface Run {
  models: readonly LlmModelConfig[];
  originals: Originals;
  diesAt?: number;
}

/** Starts, imports where `imports`, and reports the installed models; undefined when the process died. */
async function start(device: Device, { models, originals, diesAt }: Run, imports: boolean) {
  const options = { database, served: new Map(), hubEndpoint: ENDPOINT, diesAt };
  const life = live(device, options);
  // The database is that of all lives.
  const platform = { ...life.platform, close: () => Promise.resolve() };
  const work = async () => {
    const settings = createUnkeptSettings();
    const shelf = await createShelf({ platform, models, settings, random: () => 0 });
    if (imports) {
      await shelf.importFile([...originals.keys()]).catch((error: unknown) => {
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
function checkNothingHalf(
  device: Device,
  { originals, installed }: { originals: Originals; installed: number },
  context: string,
) {
  const whole = [...originals.values()].map(sha256).sort();
  const weights = [...device.files].filter(([path]) => path.endsWith('.gguf'));
  const digests = weights.map(([, bytes]) => sha256(bytes)).sort();
  expect(digests, context).toEqual(installed === 0 ? [] : whole);
  const hidden = [...device.files.keys()].filter((path) => path.startsWith('.'));
  expect(hidden, context).toEqual([]);
  for (const [path, bytes] of originals) {
    expect(sha256(device.outside.get(path) ?? new Uint8Array()), context).toBe(sha256(bytes));
  }
}

describe.each([
  { of: 'a file that no list knows', models: [MODEL], originals: ONE },
  { of: 'a file of a listed model', models: [registered(STATED)], originals: ONE },
  { of: 'a model in three files', models: [MODEL], originals: SPLIT },
])('an import of $of', ({ models, originals }) => {
  const run = { models, originals };

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
      const device = freshDevice(originals);
      if ((await start(device, { ...run, diesAt }, true)) !== undefined) {
        expect(diesAt).toBeGreaterThan(20);
        // Some crashes come after the install was begun, and the next start finishes it.
        expect(finished).toBeGreaterThan(0);
        return;
      }
      const left = after(device, diesAt);
      const { length: installed } = (await start(left, run, false)) ?? [];
      checkNothingHalf(left, { originals, installed }, `died at ${String(diesAt)}`);
      finished += installed;
      const again = await start(left, run, true);
      expect(again, `died at ${String(diesAt)}`).toHaveLength(1);
      checkNothingHalf(left, { originals, installed: 1 }, `repeated after ${String(diesAt)}`);
    }
  });

  it('is whole or gone after a second kill, in the start that follows', async () => {
    for (let diesAt = 1; ; diesAt += 3) {
      const device = freshDevice(originals);
      if ((await start(device, { ...run, diesAt }, true)) !== undefined) return;
      for (let second = 1; ; second += 2) {
        const left = afterKill(device);
        if ((await start(left, { ...run, diesAt: second }, false)) !== undefined) break;
        const { length: installed } = (await start(left, run, false)) ?? [];
        const context = `died at ${String(diesAt)}, then at ${String(second)}`;
        checkNothingHalf(left, { originals, installed }, context);
      }
    }
  });
});
