/** An update that begins with bytes of the installed version, cut off at each of its operations. */
import { beforeAll, describe, expect, it } from 'vitest';

import type { SqlDatabase } from '../../lib/platform/types';
import {
  bringUpdate,
  INDEX_URL,
  indexText,
  installedFile,
  madeVersion,
  NEW_PART,
  NEW_URL,
  versionConfig,
} from '../deltaFixture';
import { ENDPOINT, sha256 } from '../modelFixture';
import { createDatabase } from './crashScenario';
import {
  afterKill,
  afterPowerCut,
  afterZeroingPowerCut,
  createDevice,
  createRandom,
  live,
  type Device,
} from './crashWorld';

const SMALL = { tensors: 3, floats: 30_000 };
const OLD = madeVersion(SMALL);
const NEW = madeVersion({ ...SMALL, template: 'other '.repeat(50), changed: { 1: 'other' } });
const SIZES = {
  firstPieceBytes: 32 * 1024,
  largestPieceBytes: 64 * 1024,
  smallestPieceBytes: 16 * 1024,
  unwrittenBytes: 16 * 1024,
  blockBytes: 64 * 1024,
};

let database: SqlDatabase;
let index: string;
beforeAll(async () => {
  database = await createDatabase();
  index = await indexText(NEW);
});

function installed(): Device {
  const device = createDevice();
  device.files.set('tiny/tiny.gguf', OLD.slice());
  device.durable.set('tiny/tiny.gguf', OLD.slice());
  return device;
}

function run(device: Device, diesAt?: number) {
  const life = live(device, {
    ...{ database, served: new Map([[NEW_URL, NEW]]), hubEndpoint: ENDPOINT, diesAt },
    script(world) {
      world.web.answerText = ({ url }) =>
        url === INDEX_URL
          ? { status: 200, text: index, headers: {} }
          : { status: 404, text: '', headers: {} };
    },
  });
  const { platform, died, clock, world } = life;
  const update = async (): Promise<boolean> => {
    let isOver = false;
    const ended = bringUpdate(platform, {
      ...{ config: versionConfig(NEW, index), installed: [installedFile(OLD)], sizes: SIZES },
    }).then(() => true);
    const outcome = Promise.race([ended, died.then(() => false)]).finally(() => {
      isOver = true;
    });
    const tick = () => {
      if (isOver) return;
      clock.advance(500);
      setImmediate(tick);
    };
    setImmediate(tick);
    return outcome;
  };
  const fetchedBytes = () => world.web.log.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  return { update, fetchedBytes };
}

const contentOf = (device: Device, path: string) =>
  sha256(device.files.get(path) ?? new Uint8Array());

const ENDS = [
  { end: 'kill -9', after: (device: Device) => afterKill(device) },
  {
    end: 'a power cut',
    after: (device: Device, at: number) => afterPowerCut(device, createRandom(at)),
  },
  { end: 'a power cut that leaves zeros', after: (device: Device) => afterZeroingPowerCut(device) },
] as const;

describe('an update that reuses bytes', () => {
  it.each(ENDS)(
    'X1: is right after $end at any operation, and reuses anew what was lost',
    async ({ after }) => {
      for (let diesAt = 1; ; diesAt += 1) {
        const device = installed();
        const first = run(device, diesAt);
        if (await first.update()) {
          expect(diesAt).toBeGreaterThan(20);
          return;
        }
        const left = after(device, diesAt);
        const next = run(left);
        expect(await next.update()).toBe(true);
        expect(contentOf(left, NEW_PART)).toBe(sha256(NEW));
        expect(contentOf(left, 'tiny/tiny.gguf')).toBe(sha256(OLD));
        // One tensor and the template: the rest came from the installed file, whatever was lost.
        expect(next.fetchedBytes()).toBeLessThan(NEW.byteLength / 2);
      }
    },
  );
});
