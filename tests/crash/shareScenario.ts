/** Two models with equal weights, on a disk that has hard links: one of them as before, and its twin. */
import { expect } from 'vitest';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { nameCount } from '../../lib/platform/memory/memoryLinks';
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
import { NEWER_MODEL, SERVED } from './versionsScenario';

const TWIN_FILES: Readonly<Record<string, Uint8Array>> = {
  'weights.pte': CRASH_FILES['weights.pte'],
  'tokenizer.json': noise(900, 'tokenizer of the twin'),
  'tokenizer_config.json': noise(300, 'config of the twin'),
};

const twinSource = (name: string) => crashSource(`twin/${name}`, TWIN_FILES[name] ?? noise(1, ''));

export const TWIN_MODEL: LlmModelConfig = {
  ...CRASH_MODEL,
  ...{ modelId: 'twin', folderName: 'twin' },
  pteSource: twinSource('weights.pte'),
  tokenizerSource: twinSource('tokenizer.json'),
  tokenizerConfigSource: twinSource('tokenizer_config.json'),
};

const ALL_SERVED = new Map([
  ...SERVED,
  ...Object.entries(TWIN_FILES).map(([name, bytes]) => [twinSource(name).url, bytes] as const),
]);

export const BOTH = [CRASH_MODEL, TWIN_MODEL];
/** As a newer list states them. */
export const BOTH_NEWER = [NEWER_MODEL, TWIN_MODEL];

export function runBoth(device: Device, database: SqlDatabase, options: RunOptions = {}): Running {
  return run(device, database, { models: BOTH, served: ALL_SERVED, hasLinks: true, ...options });
}

export const twinKind = ({ manager }: Pick<Running, 'manager'>) =>
  manager.getSnapshot().states[TWIN_MODEL.modelId]?.kind;

/** Whether the weights of both are one file. */
export function isShared({ files }: Device): boolean {
  const weights = files.get('twin/weights.pte');
  return nameCount(files, weights) > 1 && weights === files.get('crash/weights.pte');
}

/** The twin loads: it is installed, each of its files is as it is published, and the engine gets a path that is there. */
export async function checkTwin(device: Device, running: Running): Promise<void> {
  expect(twinKind(running), 'the other model is installed').toBe('installed');
  for (const [name, bytes] of Object.entries(TWIN_FILES)) {
    expect(sha256(device.files.get(`twin/${name}`) ?? noise(1, '')), name).toBe(sha256(bytes));
  }
  const { ptePath } = await running.manager.ensureModelPresent(TWIN_MODEL);
  expect(device.files.has(ptePath)).toBe(true);
}
