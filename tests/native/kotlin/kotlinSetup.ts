/** Before the tests of Kotlin code: the phone's own module, compiled. Fails where it doesn't compile without a warning. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { TestProject } from 'vitest/node';

import { PROJECT_ROOT } from '../../../scripts/build/projectRoot';
import { compile, findToolchain, type Toolchain } from './toolchain';

declare module 'vitest' {
  interface ProvidedContext {
    kotlin: { toolchain: Toolchain; moduleClasses: string } | { missing: string };
  }
}

const OWN_SOURCES = [
  'modules/model-files/android/src/main/java/dev/modelshelf/files',
  'tests/native/stubs',
  'tests/native/kotlin',
];

export async function setup(project: TestProject): Promise<void> {
  const toolchain = await findToolchain();
  if ('missing' in toolchain) {
    project.provide('kotlin', toolchain);
    return;
  }
  const files = await Promise.all(OWN_SOURCES.map(kotlinFiles));
  const moduleClasses = await compile(toolchain, { files: files.flat() });
  project.provide('kotlin', { toolchain, moduleClasses });
}

async function kotlinFiles(folder: string): Promise<string[]> {
  const names = await readdir(join(PROJECT_ROOT, folder));
  return names
    .filter((name) => name.endsWith('.kt'))
    .map((name) => join(PROJECT_ROOT, folder, name));
}
