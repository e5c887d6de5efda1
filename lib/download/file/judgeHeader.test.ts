import { beforeAll, describe, expect, it } from 'vitest';

import { writeGguf } from '../../../scripts/demoModel/gguf';
import { describeSpeakingModel } from '../../../scripts/demoModel/speakingModel';
import { SPOKEN_SENTENCE } from '../../../tests/conformance/spokenSentence';
import {
  createTab,
  GGUF_URL,
  MODEL,
  noise,
  sha256,
  stateOf,
  untilState,
} from '../../../tests/modelFixture';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { script } from '../../platform/memory/memoryWeb';

const SIZES = {
  ...{ firstPieceBytes: 64 * 1024, largestPieceBytes: 64 * 1024, smallestPieceBytes: 32 * 1024 },
  ...{ unwrittenBytes: 64 * 1024, blockBytes: 1024 * 1024 },
};
/** A network in memory brings a mebibyte while a header is read. */
const SIZE = 4 * 1024 * 1024;

/** A file of this beginning that goes on for four mebibytes. */
function fileOf(start: Uint8Array): Uint8Array {
  const file = noise(SIZE, 'rest');
  file.set(start);
  return file;
}

const demo = describeSpeakingModel({ sentence: SPOKEN_SENTENCE, loop: false });
const changed = (key: string, value: number) =>
  writeGguf({ ...demo, metadata: new Map(demo.metadata).set(key, { type: 'uint32', value }) });
const text = (letters: string) => new TextEncoder().encode(letters);
const good = fileOf(writeGguf(demo));

async function open(served: Uint8Array, stated = served) {
  const { ggufSource } = MODEL;
  if (ggufSource.kind !== 'remote') throw new Error('the fixture is remote');
  const config: LlmModelConfig = {
    ...MODEL,
    ggufSource: { ...ggufSource, sizeBytes: stated.length, sha256: sha256(stated) },
  };
  const tab = await createTab({ models: [config], sizes: SIZES });
  tab.world.web.files.set(GGUF_URL, served);
  await tab.manager.start();
  const sentBytes = () => tab.world.web.log.reduce((sum, entry) => sum + entry.sentBytes, 0);
  return { ...tab, config, sentBytes };
}

/** The first download loads the check, for longer than a network in memory takes to bring a whole file. */
beforeAll(async () => {
  const { manager, config } = await open(good);
  await manager.ensureModelPresent(config);
});

describe('weights whose beginning already says that they can’t be loaded', () => {
  it.each([
    ['a part of a split model', changed('split.count', 3), 'split into several files'],
    ['a header that lies about its layers', changed('llama.block_count', 0), 'no sane'],
    ['a version that no engine reads', text('GGUF\0\0\0\x03').slice(), 'isn’t supported'],
    ['a pointer of Git LFS', text('version https://git-lfs.github.com/spec/v1\n'), 'Git LFS'],
    ['a checkpoint of PyTorch', text('PK\x03\x04'), 'PyTorch'],
  ])('are not fetched on, and kept by nobody: %s', async (_, start, reason) => {
    const { manager, config, world, sentBytes } = await open(fileOf(start));
    world.web.maxConnections = 1;
    const failure = {
      code: 'MODEL_UNAVAILABLE',
      details: { reason: expect.stringContaining(reason) },
    };
    await expect(manager.ensureModelPresent(config)).rejects.toMatchObject(failure);
    expect(stateOf(manager)).toMatchObject({ kind: 'failed', failure });
    // Two tries together cost less than the file.
    expect(sentBytes()).toBeLessThan(SIZE);
    expect([...world.disk.files.keys()]).toEqual(['.staging/tiny/plan.json']);
  });

  it('are judged before they are installed, when they are small enough to be here at once', async () => {
    const small = noise(10_000, 'small');
    small.set(text('PK\x03\x04'));
    const { manager, config } = await open(small);
    const failure = { code: 'MODEL_UNAVAILABLE' };
    await expect(manager.ensureModelPresent(config)).rejects.toMatchObject(failure);
    expect(stateOf(manager).kind).toBe('failed');
  });

  it('come once more: the answer may have been a wrong one', async () => {
    const { manager, config, world } = await open(good);
    script(world.web, GGUF_URL, { kind: 'bytes', bytes: fileOf(text('PK\x03\x04')) });
    await manager.ensureModelPresent(config);
    expect(sha256(world.disk.files.get('tiny/tiny.gguf') ?? new Uint8Array())).toBe(sha256(good));
  });
});

it.each([
  ['whose header is right', good],
  ['of which nobody knows what they are', noise(SIZE, 'unknown')],
])('weights %s are fetched to the end', async (_, file) => {
  const { manager, config, sentBytes } = await open(file);
  await manager.ensureModelPresent(config);
  await untilState(manager, 'installed');
  expect(sentBytes()).toBe(SIZE);
});
