import {
  link,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { expectAbort, expectCode } from '../../../../tests/conformance/expectFailure';
import { createManualClock, type ManualClock } from '../../memory/manualClock';
import type { OwnFolder } from '../../types';
import { renewed } from './nodeOwner';
import { createNodePeers } from './nodePeers';

const LOCK = { name: 'model/tiny', folder: '.staging/tiny' };
/** Of a machine, a start of its system and a network that aren't this one's. */
const STRANGER = '00000001-00000002-00000003-0123456789abcdef';
const HOUR_S = 3600;

let root: string;
let clock: ManualClock;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'modelshelf-folders-'));
  clock = createManualClock();
});
afterEach(() => rm(root, { recursive: true }));

const peers = () =>
  createNodePeers({ modelsFolder: root, clock, closeBelow: () => Promise.resolve() });
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
const at = (...path: string[]) => join(root, ...path);

/** A place with one file, as an owner that ended without a word leaves it. */
async function leave(...place: string[]): Promise<string> {
  await mkdir(at(...place), { recursive: true });
  const file = at(...place, 'weights.part');
  await writeFile(file, 'bytes');
  return file;
}

/** The name of an owner within reach, who isn't there any more. */
async function dead(): Promise<string> {
  const takePath = async (own: OwnFolder) => (await own.take()).path;
  return renewed(basename(await peers().withFolder(LOCK, takePath)));
}

/** The record of a stranger's lease; `ageS` by the volume's own time. */
async function lease(ageS: number): Promise<void> {
  await mkdir(at('.runs/tiny'), { recursive: true });
  const place = at('.runs/tiny/lease');
  await writeFile(place, JSON.stringify({ owner: STRANGER }));
  const { mtimeMs } = await stat(place);
  await utimes(place, mtimeMs / 1000 - ageS, mtimeMs / 1000 - ageS);
}

async function takeWeights(own: OwnFolder) {
  const { path, isSound } = await own.take();
  const place = at(path, 'weights.part');
  return { isSound, place, text: await readFile(place, 'utf8'), ino: (await stat(place)).ino };
}

describe('a place', () => {
  it('lies at rest while nobody works there', async () => {
    await peers().withFolder(LOCK, async (own) => {
      const { path } = await own.take();
      expect(path).toMatch(/^\.runs\/tiny\/[0-9a-f-]+$/);
      await leave(path);
    });
    expect(await readFile(at('.staging/tiny/weights.part'), 'utf8')).toBe('bytes');
    expect(await readdir(root)).toEqual(['.staging']);
  });

  it('is taken as it is from where it rests, and from whoever died within reach', async () => {
    for (const place of ['.staging/tiny', `.runs/tiny/${await dead()}`]) {
      const { ino } = await stat(await leave(place));
      const taken = await peers().withFolder(LOCK, takeWeights);
      expect(taken).toMatchObject({ isSound: true, text: 'bytes', ino });
      await rm(at('.staging'), { recursive: true });
    }
  });

  it('is copied from an owner out of reach, who has no way to write to the copy', async () => {
    const file = await leave('.runs/tiny', STRANGER);
    const awake = await open(file, 'r+');
    await lease(HOUR_S);
    await peers().withFolder(LOCK, async (own) => {
      const { isSound, place, text } = await takeWeights(own);
      expect({ isSound, text }).toEqual({ isSound: false, text: 'bytes' });
      await awake.write('other', 0);
      expect(await readFile(place, 'utf8')).toBe('bytes');
      await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
    });
    await awake.close();
  });

  it('holds no file that has another name', async () => {
    const file = await leave('.staging/tiny');
    await link(file, at('elsewhere'));
    const { ino } = await peers().withFolder(LOCK, takeWeights);
    expect(ino).not.toBe((await stat(at('elsewhere'))).ino);
  });

  it('is whichever has most, and no other stays', async () => {
    const owner = await dead();
    await leave('.runs/tiny', STRANGER);
    const larger = await leave('.runs/tiny', owner);
    await writeFile(larger, 'x'.repeat(100_000));
    await leave('.runs/tiny', `${STRANGER}.copy`);
    const { text } = await peers().withFolder(LOCK, takeWeights);
    expect(text).toHaveLength(100_000);
    expect(await readdir(root)).toEqual(['.staging']);
  });
});

describe('a lease', () => {
  it('of an owner out of reach is waited for while it is renewed, for as long as asked', async () => {
    await lease(0);
    const stopping = new AbortController();
    let waits = 0;
    const onWait = () => {
      waits += 1;
      stopping.abort();
    };
    const never = () => Promise.reject(new Error('it is another owner’s'));
    const options = { onWait, signal: stopping.signal };
    await expectAbort(peers().withFolder(LOCK, never, options));
    expect(waits).toBe(1);
    expect(await readdir(at('.runs/tiny'))).toEqual(['lease']);
  });

  it('is over, on a volume that keeps no time, once it has stayed the same for long enough', async () => {
    await lease(-HOUR_S);
    const end = { isReached: false };
    const work = () => {
      end.isReached = true;
      return Promise.resolve();
    };
    let done: Promise<void> = Promise.resolve();
    await new Promise<void>((onWait) => {
      done = peers().withFolder(LOCK, work, { onWait });
    });
    while (!end.isReached) {
      clock.advance(500);
      await nextTurn();
    }
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(15_000);
    await done;
  });

  it('that another owner took is lost, and so is what is brought from then on', async () => {
    await peers().withFolder(LOCK, async (own) => {
      const { path } = await own.take();
      await own.confirm();
      await rm(at('.runs/tiny/lease'));
      await lease(0);
      await leave(path);
      await expectCode(own.confirm(), 'STORAGE_BUSY');
      expect(own.lost.aborted).toBe(true);
    });
    expect(await readdir(at('.runs/tiny'))).toEqual(['lease']);
  });

  it('is renewed while the work goes on, and noticed to be lost by that', async () => {
    await peers().withFolder(LOCK, async (own) => {
      await writeFile(at('.runs/tiny/lease'), 'somebody else’s');
      while (!own.lost.aborted) {
        clock.advance(1000);
        await nextTurn();
      }
    });
    expect(await readFile(at('.runs/tiny/lease'), 'utf8')).toBe('somebody else’s');
  });

  it('that can’t be written is done without', async () => {
    await writeFile(at('.runs'), 'not a folder');
    expect(await peers().withFolder(LOCK, () => Promise.resolve('done'))).toBe('done');
  });
});
