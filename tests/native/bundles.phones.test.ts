import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { PROJECT_ROOT } from '../../scripts/build/projectRoot';
import { PHONE_DEMO_FILES } from '../../scripts/proof/executorch/phoneDemo';
import type { PhoneSystem } from './linkedPackages';
import { buildPhoneBundles } from './phoneBundles';
import type { PhoneBundle } from './phoneBundles';

/** The most that the app's own code may weigh on each system, in bytes of Hermes bytecode. */
// Of which 0.6 MB are eight languages and the plural rules that Hermes lacks.
const BUDGET_BYTES: Record<PhoneSystem, number> = { ios: 7_100_000, android: 7_300_000 };

const HERMES_MAGIC = Buffer.from('c61fbc03c103191f', 'hex');

let bundles: Record<PhoneSystem, PhoneBundle>;

beforeAll(async () => {
  bundles = await buildPhoneBundles(['ios', 'android']);
}, 600_000);

/** By its package, what the bundle has of an engine and of nothing else. */
const ENGINES = { 'react-native-executorch': 'createLLMRunner', 'llama.rn': 'llamaInitContext' };

describe.each([
  ['ios', 'react-native-executorch'],
  ['android', 'llama.rn'],
] as const)('the bundle for %s on a computer without %s', (system, left) => {
  test(
    'is built all the same, with the other engine alone',
    { timeout: 600_000 },
    async ({ task }) => {
      const { code } = (await buildPhoneBundles([system], left))[system];
      for (const [name, mark] of Object.entries(ENGINES)) {
        expect(code.includes(mark), mark).toBe(name !== left);
      }
      Object.assign(task.meta, { note: `${system} bytecode without ${left} ${code.length} bytes` });
    },
  );
});

describe.each(['ios', 'android'] as const)('the bundle for %s', (system) => {
  test('is bytecode for Hermes', () => {
    expect(bundles[system].code.subarray(0, HERMES_MAGIC.length)).toEqual(HERMES_MAGIC);
  });

  test('stays within its budget', ({ task }) => {
    const { length } = bundles[system].code;
    const percent = Math.round((100 * length) / BUDGET_BYTES[system]);
    Object.assign(task.meta, {
      note: `${system} bytecode ${length} of ${BUDGET_BYTES[system]} bytes (${percent} %)`,
    });
    expect(length).toBeLessThanOrEqual(BUDGET_BYTES[system]);
  });

  test('holds the adapters for phones and none for browsers', () => {
    const { code } = bundles[system];
    for (const mark of Object.values(ENGINES)) expect(code.includes(mark), mark).toBe(true);
    expect(code.includes('createSyncAccessHandle')).toBe(false);
  });

  test.each(Object.values(PHONE_DEMO_FILES))('packages %s as it is', async (name) => {
    const { code, demoFiles } = bundles[system];
    const file = await readFile(join(PROJECT_ROOT, 'assets', 'bundled', name));
    expect(code.includes(name)).toBe(true);
    expect(demoFiles.some((content) => content.equals(file))).toBe(true);
    expect(demoFiles).toHaveLength(Object.keys(PHONE_DEMO_FILES).length);
  });

  test('packages pictures, and no model that only browsers run', () => {
    expect(bundles[system].assetTypes).not.toContain('gguf');
  });
});
