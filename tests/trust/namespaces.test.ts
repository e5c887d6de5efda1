import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, vi } from 'vitest';

import { noiseContent, type Content } from '../hub/content';
import { MODEL } from '../modelFixture';
import { canUnshare, startMachine, type Machine, type Run } from './namespaces';
import { needs } from './volumes';

const SIZE_BYTES = 3 * 1024 * 1024;
/** Of what one answer brings, so much before it waits. */
const HELD_AFTER = 64 * 1024;
/** 40 by hand: each costs the start of two processes. */
const ROUNDS = Number(process.env['NAMESPACE_ROUNDS'] ?? '3');

vi.setConfig({ testTimeout: 60_000 * (ROUNDS + 1) });

interface Volume {
  base: string;
  folder: string;
  machines: readonly [Machine, Machine];
}

async function onOneVolume(work: (volume: Volume) => Promise<void>): Promise<void> {
  const base = await mkdtemp(join(tmpdir(), 'modelshelf-namespaces-'));
  const machines = [await startMachine(base, 'one'), await startMachine(base, 'two')] as const;
  try {
    await work({ base, folder: join(base, 'models'), machines });
  } finally {
    await Promise.all(machines.map((machine) => machine.close()));
    await rm(base, { recursive: true });
  }
}

/** A catalog whose file has no published digest, at an address that isn't a hub's. */
async function begin({ base, folder }: Volume, machine: Machine, content: Content): Promise<Run> {
  machine.content = content;
  const catalog = join(base, `catalog-${content.digest('sha256').slice(0, 8)}.json`);
  const ggufSource = {
    kind: 'remote',
    url: machine.address('shared.gguf'),
    sizeBytes: SIZE_BYTES,
  };
  const model = {
    ...{ ...MODEL, modelId: 'shared', displayName: 'Shared', folderName: 'shared' },
    ...{ ggufFileName: 'shared.gguf', ggufSource },
  };
  await writeFile(catalog, JSON.stringify({ version: 1, models: [model] }));
  return machine.start(['--dir', folder, '--catalog', catalog, '--model', 'shared']);
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** What lies in the model's folder is one of these, from its first byte to its last, and its record says so. */
function expectWhole({ folder }: Volume, contents: readonly Content[]): void {
  const hex = sha256(readFileSync(join(folder, 'shared/shared.gguf')));
  const record = JSON.parse(readFileSync(join(folder, 'shared/model.json'), 'utf8')) as {
    files: { sha256: string }[];
  };
  expect(contents.map((content) => content.digest('sha256'))).toContain(hex);
  expect(record.files[0]?.sha256).toBe(hex);
}

/** Two contents of one size, as if the file had been changed upstream between two starts. */
const contentsOf = (round: string) =>
  [noiseContent(`${round} one`, SIZE_BYTES), noiseContent(`${round} two`, SIZE_BYTES)] as const;

const NEEDS = needs(canUnshare, 'a right to make network namespaces');

// Most of what they take is waiting for a lease to be over.
describe.concurrent('two machines on one volume', () => {
  it.skipIf(!canUnshare)(`bring one model once, whichever they would have brought${NEEDS}`, () =>
    onOneVolume(async (volume) => {
      const [one, two] = volume.machines;
      for (let round = 1; round <= ROUNDS; round += 1) {
        const [old, changed] = contentsOf(String(round));
        one.holdAfter = HELD_AFTER;
        const hasBegun = one.hasSent();
        const first = await begin(volume, one, old);
        await hasBegun;
        const second = await begin(volume, two, changed);
        await second.until(/other-owner|"downloading"/);
        one.holdAfter = undefined;
        one.release();
        expect([await first.ended, await second.ended], second.printed()).toEqual([0, 0]);
        expectWhole(volume, [old, changed]);
        await rm(volume.folder, { recursive: true });
      }
    }),
  );

  it.skipIf(!canUnshare)(
    `never mix what a killed one brought with what the next one brings${NEEDS}`,
    () =>
      onOneVolume(async (volume) => {
        const [one, two] = volume.machines;
        const [old] = contentsOf('killed');
        one.holdAfter = HELD_AFTER;
        const hasBegun = one.hasSent();
        const first = await begin(volume, one, old);
        await hasBegun;
        const second = await begin(volume, two, old);
        await second.until(/other-owner/);
        first.child.kill('SIGKILL');
        await first.ended;
        one.holdAfter = undefined;
        one.release();
        expect(await second.ended, second.printed()).toBe(0);
        expectWhole(volume, [old]);
      }),
  );

  it.skipIf(!canUnshare)(
    `leave it to the other when one sleeps for longer than it may, and says so when it wakes up${NEEDS}`,
    () =>
      onOneVolume(async (volume) => {
        const [one, two] = volume.machines;
        const [old, changed] = contentsOf('asleep');
        one.holdAfter = HELD_AFTER;
        const hasBegun = one.hasSent();
        const first = await begin(volume, one, old);
        await hasBegun;
        first.child.kill('SIGSTOP');
        two.holdAfter = HELD_AFTER;
        const isTaken = two.hasSent();
        const second = await begin(volume, two, changed);
        await isTaken;
        one.holdAfter = undefined;
        one.release();
        first.child.kill('SIGCONT');
        await first.until(/other-owner/);
        two.holdAfter = undefined;
        two.release();
        expect([await first.ended, await second.ended], first.printed()).toEqual([0, 0]);
        expectWhole(volume, [old, changed]);
      }),
  );
});
