/** Transfers in memory, in pieces so small that a test sees several: what an earlier run left, and what was sent. */
import type { ByteRange } from '../lib/download/journal/byteRanges';
import { formatJournal } from '../lib/download/journal/journalText';
import { draftPlan, formatPlan } from '../lib/download/plan/plan';
import { createMemoryWorld, type MemoryWorld } from '../lib/platform/memory/memoryPlatform';
import { ENDPOINT, MODEL, WEIGHTS, createTab, sha256 } from './modelFixture';

const KIBIBYTE = 1024;
export const SIZES = {
  firstPieceBytes: 8 * KIBIBYTE,
  largestPieceBytes: 16 * KIBIBYTE,
  smallestPieceBytes: 4 * KIBIBYTE,
  unwrittenBytes: 4 * KIBIBYTE,
  blockBytes: 32 * KIBIBYTE,
};
export const CDN_URL = 'https://cdn.example/signed?expires=soon';
export const PART = '.staging/tiny/tiny.gguf.part';
export const FINAL = 'tiny/tiny.gguf';
export const SIZE = WEIGHTS.byteLength;
export const digestAt = ({ disk }: MemoryWorld, path: string) =>
  sha256(disk.files.get(path) ?? new Uint8Array());
export const sentBytes = ({ web }: MemoryWorld) =>
  web.log.reduce((sum, entry) => sum + entry.sentBytes, 0);

/** The running digests of the weights, as a journal remembers them. */
export const DIGESTS = Array.from({ length: Math.ceil(SIZE / SIZES.blockBytes) }, (_, block) =>
  sha256(WEIGHTS.subarray(0, Math.min(SIZE, (block + 1) * SIZES.blockBytes))),
);

export async function start(world = createMemoryWorld()) {
  const tab = await createTab({ world, sizes: SIZES });
  await tab.manager.start();
  return tab;
}

interface Seed {
  part: Uint8Array;
  synced?: readonly ByteRange[];
  written?: readonly ByteRange[];
  digests?: readonly string[];
  bootId?: string;
}

/** A world in which an earlier run left this. */
export function leftBehind(seed: Seed, config = MODEL) {
  const { part, synced = [], written = [], digests = [], bootId = 'boot' } = seed;
  const world = createMemoryWorld();
  const encode = (text: string) => new TextEncoder().encode(text);
  const journal = formatJournal(
    { synced, written, digests, versions: [] },
    { totalBytes: SIZE, bootId },
  );
  world.disk.files.set(PART, part);
  world.disk.files.set(`${PART}.journal`, encode(journal));
  const plan = formatPlan(draftPlan(config, 'llama.cpp', ENDPOINT));
  world.disk.files.set('.staging/tiny/plan.json', encode(plan));
  return world;
}

export const whole = { startBytes: 0, endBytes: SIZE };
