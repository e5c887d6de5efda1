import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';

import type { KnownModels, ModelId } from '../../../lib/ai/modelId';
import { ended, PROJECT_ROOT } from '../../../tests/command';
import { formatKnownModels } from './knownModels';

const MODEL_ID = fileURLToPath(new URL('../../../lib/ai/modelId', import.meta.url));
const COMPILER = join(PROJECT_ROOT, 'node_modules/typescript/bin/tsc');
const LOCKED = ['local.model-1', 'qwen-3-0.6b'];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-types-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The messages of the compiler about an app with these lines and these declarations. */
async function compile(lines: string, declarations?: string): Promise<string[]> {
  const write = async (name: string, text: string) => {
    await writeFile(join(folder, name), text);
    return join(folder, name);
  };
  // As the package’s entry does: a list of names, which the declarations have to reach through.
  const entry = await write('entry.ts', `export type { KnownModels, ModelId } from '${MODEL_ID}';`);
  await write('app.ts', `import type { ModelId } from 'modelshelf';\n${lines}`);
  if (declarations !== undefined) await write('models.lock.d.ts', declarations);
  const compilerOptions = {
    ...{ strict: true, noEmit: true, types: [], lib: ['es2022'], module: 'esnext' },
    ...{ moduleResolution: 'bundler', paths: { modelshelf: [entry] } },
  };
  const include = ['app.ts', '*.d.ts'];
  await write('tsconfig.json', JSON.stringify({ compilerOptions, include }));
  const child = spawn(process.execPath, [COMPILER, '-p', folder], { stdio: 'pipe' });
  const { out } = await ended(child);
  return out
    .trim()
    .split('\n')
    .filter((line) => line !== '');
}

describe('the ids of the models as a type', () => {
  it('are any text while there is no lock file', async () => {
    expectTypeOf<ModelId>().toEqualTypeOf<string>();
    expectTypeOf<keyof KnownModels>().toEqualTypeOf<never>();
    expect(await compile("export const id: ModelId = 'any';")).toEqual([]);
    expect(await compile("export const id: ModelId = 'any';", formatKnownModels([]))).toEqual([]);
  });

  it('are those of the lock file, and a mistyped one is an error', async () => {
    const declarations = formatKnownModels(LOCKED);
    expect(await compile("export const id: ModelId = 'qwen-3-0.6b';", declarations)).toEqual([]);
    expect(await compile("export const id: ModelId = 'qwen-3-0.6B';", declarations)).toEqual([
      expect.stringContaining('"qwen-3-0.6B"'),
    ]);
  });
});
