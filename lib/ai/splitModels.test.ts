import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { writeGguf } from '../../scripts/demoModel/gguf';
import { describeSpeakingModel } from '../../scripts/demoModel/speakingModel';
import { splitModels } from '../../tests/conformance/splitModels';
import { expectCode } from '../../tests/conformance/expectFailure';
import { createTab, ENDPOINT, MODEL, sha256 } from '../../tests/modelFixture';
import { createMemoryWorld, type MemoryWorld } from '../platform/memory/memoryPlatform';
import type { LlmModelConfig } from './modelConfig';
import { unavailableReason } from './registry/modelFiles';
import type { FileRole } from './runtimes/modelBuild';
import { withBuilds } from './runtimes/notation';

const { whole } = splitModels();
/** What llama.cpp's converter writes for the part that sees pictures: no vocabulary, no layers of its own. */
const PROJECTOR = writeGguf({
  metadata: new Map([['general.architecture', { type: 'string', value: 'clip' }]]),
  tensors: describeSpeakingModel({ sentence: 'Hi you.' }).tensors.slice(0, 1),
});

let world: MemoryWorld;
let close = () => Promise.resolve();
beforeEach(() => {
  world = createMemoryWorld();
});
afterEach(() => close());

function fileOf(fileName: string, role: FileRole, bytes: Uint8Array) {
  const url = `${ENDPOINT}/me/tiny/resolve/${'c'.repeat(40)}/${fileName}`;
  world.web.files.set(url, bytes);
  const digest = { sizeBytes: bytes.byteLength, sha256: sha256(bytes) };
  return { fileName, role, source: { kind: 'remote', url, ...digest } } as const;
}

function modelOf(files: readonly ReturnType<typeof fileOf>[]): LlmModelConfig {
  const build = { runtime: 'llama.cpp', quantization: 'F16', files } as const;
  return withBuilds(MODEL, [build]);
}

const parts = () => whole.map(({ fileName, bytes }) => fileOf(fileName, 'weights', bytes));

async function open(model: LlmModelConfig) {
  const tab = await createTab({ world, models: [model] });
  close = () => tab.platform.close();
  return tab.manager;
}

const installed = () => [...world.disk.files.keys()].filter((path) => path.startsWith('tiny/'));

describe('a build of several files', () => {
  it('comes, is checked, and goes as one', async () => {
    const model = modelOf([...parts(), fileOf('mmproj-F16.gguf', 'projector', PROJECTOR)]);
    const manager = await open(model);
    const names = [...whole.map(({ fileName }) => fileName), 'mmproj-F16.gguf'];
    expect(await manager.ensureModelPresent(model)).toEqual({
      ptePath: `tiny/${String(names[0])}`,
      moreWeightsPaths: names.slice(1, -1).map((name) => `tiny/${name}`),
      projectorPath: 'tiny/mmproj-F16.gguf',
    });
    expect(installed().sort()).toEqual(
      [...names, 'model.json'].map((name) => `tiny/${name}`).sort(),
    );
    await manager.verifyModel(model);
    await manager.deleteModel(model);
    expect(installed()).toEqual([]);
  });

  it('isn’t complete without one of its parts, and a wrong byte in any part is found', async () => {
    const model = modelOf(parts());
    const manager = await open(model);
    await manager.ensureModelPresent(model);
    const last = `tiny/${String(whole[2]?.fileName)}`;
    const bytes = Uint8Array.from(world.disk.files.get(last) ?? []);
    bytes[2_000] = ~(bytes[2_000] ?? 0);
    world.disk.files.set(last, bytes);
    await expectCode(Promise.resolve(manager.verifyModel(model)), 'HASH_MISMATCH');
  });

  it('says before the first byte that a part is missing, or that names don’t fit', () => {
    const [first, second, third] = parts();
    if (!first || !second || !third) throw new RangeError('Too few parts');
    const reason = (files: (typeof first)[]) => unavailableReason(modelOf(files), 'llama.cpp');
    expect(reason([first, second, third])).toBeUndefined();
    expect(reason([first, third])).toMatch(/parts of one model/);
    expect(reason([second, first, third])).toMatch(/parts of one model/);
    expect(reason([first])).toMatch(/one of 3 files/);
    expect(reason([{ ...first, fileName: 'model.gguf' }, second, third])).toMatch(/named/);
  });

  it('downloads no projector in the place of weights', async () => {
    const model = modelOf([fileOf('vision.gguf', 'weights', PROJECTOR)]);
    const manager = await open(model);
    await expectCode(manager.ensureModelPresent(model), 'MODEL_UNAVAILABLE');
  });
});
