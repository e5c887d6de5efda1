/** Files that a person gives as one model: only the parts of one model, all of them, in its order, are ever taken in. */
import assert from 'node:assert/strict';

import fc from 'fast-check';
import { it } from 'vitest';

import { readAddition } from '../../lib/ai/added/addedRows';
import { checkPicked, type CheckedModel } from '../../lib/ai/imports/checkPicked';
import { groupParts } from '../../lib/ai/imports/groupParts';
import { identify } from '../../lib/ai/imports/identify';
import { unavailableReason } from '../../lib/ai/registry/modelFiles';
import { catalogEntryOf } from '../../lib/ai/registry/catalogText';
import { entrySchema } from '../../lib/ai/registry/catalogEntry';
import { createRegistry } from '../../lib/ai/registry/registry';
import { buildOf } from '../../lib/ai/runtimes/notation';
import { isPortableName } from '../../lib/platform/shared/storePath';
import type { PickedFile } from '../../lib/platform/types';
import { describeShards } from '../../scripts/demoModel/shards';
import { describeSpeakingModel } from '../../scripts/demoModel/speakingModel';
import { writeGguf, type GgufValue } from '../../scripts/demoModel/gguf';
import { splitModels } from '../conformance/splitModels';
import { ENDPOINT, sha256 } from '../modelFixture';
import { CASES, createHarmless } from './harmless';
import { hostileText } from './hostile';

const { whole, wrong } = splitModels();
const RIGHT = whole.map(({ bytes }) => sha256(bytes));
const KNOWN = new Set([...whole, ...Object.values(wrong).flat()].map((part) => sha256(part.bytes)));
const schema = entrySchema(2, ENDPOINT);
const shards = describeShards(describeSpeakingModel({ sentence: 'Hi you.' }), 5);

/** Of a part: its texts, and what it says about the others. */
const stated = fc.dictionary(
  fc.constantFrom(
    ...['split.no', 'split.count', 'split.tensors.count', 'general.name', 'general.license'],
    ...['general.license.name', 'general.size_label', 'general.repo_url', 'general.file_type'],
  ),
  fc.oneof(
    hostileText.map((text): GgufValue => ({ type: 'string', value: text.slice(0, 2_000) })),
    fc.constantFrom<GgufValue>(
      ...[0, 1, 2, 3, 199, 65_535].map((value) => ({ type: 'uint16', value }) as const),
      { type: 'int32', value: -1 },
      { type: 'float32', value: 2 },
    ),
  ),
  { maxKeys: 3, noNullPrototype: true },
);

const bytes = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...whole).map((part) => part.bytes) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...Object.values(wrong).flat()).map((part) => part.bytes),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom(...shards), stated)
      .map(([shard, texts]) =>
        writeGguf({ ...shard, metadata: new Map([...shard.metadata, ...Object.entries(texts)]) }),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...whole), fc.nat(4_000), fc.nat(255))
      .map(([part, at, value]) => {
        const changed = part.bytes.slice();
        changed[at] = value;
        return changed;
      }),
  },
);
const name = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...whole).map((part) => part.fileName) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...['split-00001-of-00003.GGUF', 'Split-00001-of-00003.gguf', 'split-00000-of-00003.gguf'],
      ...['split-00004-of-00003.gguf', 'split-00001-of-00001.gguf', 'split-99999-of-99999.gguf'],
      ...['split.gguf', '.hidden-00002-of-00003.gguf', 'a/b-00002-of-00003.gguf'],
    ),
  },
  { weight: 1, arbitrary: hostileText.map((text) => text.slice(0, 3_000)) },
);
interface Given {
  name: string;
  bytes: Uint8Array;
}

const inPlace = fc
  .tuple(fc.shuffledSubarray([0, 1, 2], { minLength: 1 }), fc.option(fc.record({ name, bytes })))
  .map(([indexes, more]) => {
    const given = indexes.map((index): Given => ({
      name: whole[index]?.fileName ?? '',
      bytes: whole[index]?.bytes ?? new Uint8Array(),
    }));
    return more === null ? given : [...given, more];
  });
const rewritten = fc
  .tuple(hostileText, fc.array(stated, { minLength: 3, maxLength: 3 }))
  .map(([stem, texts]): Given[] =>
    shards.map((shard, index, all) => ({
      name: `${stem.slice(0, 300)}-0000${String(index + 1)}-of-0000${String(all.length)}.gguf`,
      bytes: writeGguf({
        ...shard,
        metadata: new Map([
          ...shard.metadata,
          ...Object.entries(texts[index] ?? {}).filter(([key]) => !key.startsWith('split.')),
        ]),
      }),
    })),
  );
const files: fc.Arbitrary<readonly Given[]> = fc.oneof(
  { weight: 3, arbitrary: inPlace },
  { weight: 3, arbitrary: rewritten },
  { weight: 2, arbitrary: fc.array(fc.record({ name, bytes }), { minLength: 1, maxLength: 4 }) },
);

function picked(given: Given): PickedFile {
  return {
    name: given.name,
    sizeBytes: given.bytes.byteLength,
    read: (start, length) => Promise.resolve(given.bytes.slice(start, start + length)),
    bringTo: () => Promise.reject(new Error('nothing is copied here')),
  };
}

/** What is installed could be listed for good, and loaded. */
function expectIdentity(checked: CheckedModel, digests: readonly string[]): void {
  const { config } = identify(createRegistry([]), { checked, label: undefined, digests });
  const { reason } = readAddition(JSON.parse(JSON.stringify(catalogEntryOf(config))), schema);
  assert.equal(reason, undefined);
  const names = buildOf(config, 'llama.cpp')?.files.map(({ fileName }) => fileName) ?? [];
  assert.equal(names.length, digests.length);
  assert.ok(names.every(isPortableName));
  assert.match(unavailableReason(config, 'llama.cpp') ?? '', /taken in from a file of yours/);
}

it('takes in whole models only, in their order, and names each so that it can be kept', async ({
  task,
}) => {
  const harmless = createHarmless('givenFiles');
  const host = { runtimes: ['llama.cpp'], maxModelBytes: undefined } as const;
  const property = fc.asyncProperty(files, async (given) => {
    const groups = groupParts(given, (file) => file.name);
    assert.deepEqual(new Set(groups.flat()), new Set(given));
    const parts = given.map((file) => ({ file: picked(file), bytes: file.bytes }));
    const checked = await harmless.runAsync(() => checkPicked(parts, host));
    const isWhole = new Set(given.map((file) => sha256(file.bytes)));
    const namesFit = given.every((file) =>
      whole.some((part) => part.fileName === file.name && part.bytes === file.bytes),
    );
    if (namesFit && given.length === 3 && isWhole.size === 3) assert.ok(checked);
    if (!checked) return;
    const digests = checked.parts.map((part) => sha256((part as (typeof parts)[number]).bytes));
    // Other weights under a right header are seen only by their digests.
    const areKnown = digests.every((digest) => KNOWN.has(digest));
    if (areKnown && digests.length > 1) assert.deepEqual(digests, RIGHT);
    assert.equal(checked.parts.length, checked.model.shard?.count ?? 1);
    expectIdentity(checked, digests);
  });
  await fc.assert(property, { numRuns: CASES.givenFiles });
  harmless.finish(task);
}, 3_600_000);
