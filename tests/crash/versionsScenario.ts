/** Two versions of one model: the second has other weights under another name, an equal tokenizer and another config. */
import { expect } from 'vitest';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import type { ModelManager } from '../../lib/ai/modelManager';
import { homesOf, keyOf, prefixOf } from '../../lib/platform/memory/memoryDisk';
import { STORE } from '../../lib/platform/shared/homes';
import type { SqlDatabase } from '../../lib/platform/types';
import { noise, sha256 } from '../modelFixture';
import {
  CRASH_FILES,
  CRASH_MODEL,
  crashSource,
  run,
  type Running,
  type RunOptions,
} from './crashScenario';
import type { Device } from './crashWorld';

export const OLD_FILES: Readonly<Record<string, Uint8Array>> = CRASH_FILES;
export const NEW_FILES: Readonly<Record<string, Uint8Array>> = {
  'weights-2.pte': noise(17_000, 'newer weights'),
  'tokenizer.json': CRASH_FILES['tokenizer.json'],
  'tokenizer_config.json': noise(900, 'newer config'),
};

const sourceOf = (name: string) => crashSource(`v2/${name}`, NEW_FILES[name] ?? new Uint8Array());

/** The same model as a newer list states it. */
export const NEWER_MODEL: LlmModelConfig = {
  ...CRASH_MODEL,
  pteFileName: 'weights-2.pte',
  pteSource: sourceOf('weights-2.pte'),
  tokenizerSource: sourceOf('tokenizer.json'),
  tokenizerConfigSource: sourceOf('tokenizer_config.json'),
};

export const SERVED = new Map([
  ...Object.entries(OLD_FILES).map(
    ([name, bytes]) => [crashSource(name, bytes).url, bytes] as const,
  ),
  ...Object.entries(NEW_FILES).map(([name, bytes]) => [sourceOf(name).url, bytes] as const),
]);

export function runNewer(device: Device, database: SqlDatabase, options: RunOptions = {}): Running {
  return run(device, database, { models: [NEWER_MODEL], served: SERVED, ...options });
}

/** Leaves the first version installed. */
export async function installOld(device: Device, database: SqlDatabase): Promise<void> {
  const { manager } = run(device, database, { served: SERVED });
  await manager.start();
  await manager.ensureModelPresent(CRASH_MODEL);
  await manager.close();
}

export async function update(manager: ModelManager): Promise<void> {
  const { signal } = new AbortController();
  await manager.versions.bring(NEWER_MODEL, { show: () => undefined }, signal);
  await manager.versions.takeOver(NEWER_MODEL);
}

/** Leaves the second version installed and the first one kept. */
export async function installBoth(device: Device, database: SqlDatabase): Promise<void> {
  await installOld(device, database);
  const { manager } = runNewer(device, database);
  await manager.start();
  await update(manager);
  await manager.close();
}

/** A version that loads is installed: every file of it, and none of the other. Answers which one. */
export async function versionOn(
  device: Device,
  { manager, world }: Running,
): Promise<'old' | 'new'> {
  const state = manager.getSnapshot().states[NEWER_MODEL.modelId];
  expect(state?.kind, 'the model is installed').toBe('installed');
  const isOld = state?.kind === 'installed' && state.isEarlier === true;
  const files = isOld ? OLD_FILES : NEW_FILES;
  const folder = `${prefixOf(homesOf(world.disk)['crash']?.at ?? STORE)}crash/`;
  const inFolder = [...device.files.keys()].filter((key) => key.startsWith(folder)).sort();
  const expected = [...Object.keys(files), 'model.executorch.json'].map((name) => folder + name);
  expect(inFolder, 'files of one version').toEqual(expected.sort());
  for (const [name, bytes] of Object.entries(files)) {
    expect(sha256(device.files.get(folder + name) ?? new Uint8Array()), name).toBe(sha256(bytes));
  }
  const { ptePath } = await manager.ensureModelPresent(NEWER_MODEL);
  expect(device.files.has(keyOf(world.disk, ptePath)), 'the path that the engine gets').toBe(true);
  return isOld ? 'old' : 'new';
}
