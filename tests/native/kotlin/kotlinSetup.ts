/**
 * Before the tests of Kotlin code: the phone's own module and the package that downloads on Android, compiled. Fails where
 * ours doesn't compile without a warning.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';

import type { TestProject } from 'vitest/node';

import { PROJECT_ROOT } from '../../../scripts/build/projectRoot';
import { CACHE, compile, findToolchain, type Toolchain } from './toolchain';

declare module 'vitest' {
  interface ProvidedContext {
    kotlin: Compiled | { missing: string };
  }
}

export interface Compiled {
  toolchain: Toolchain;
  moduleClasses: string;
  /** A class path. */
  downloaderClasses: string;
  arrivalsClasses: string;
}

const PACKAGE =
  'node_modules/@kesha-antonov/react-native-background-downloader/android/src/main/java/com/eko';

/** What transfers on Android 14 and newer, without what shows notifications and what talks to JavaScript. */
const PACKAGE_FILES = [
  ...['ResumableDownloader', 'DownloadResult', 'UIDTDownloadJobService'],
  ...['utils/HeaderUtils', 'utils/ProgressUtils', 'utils/NetworkRequestUtils'],
  ...['UIDTJobState', 'UIDTNotificationIds', 'UIDTJobIds', 'UIDTJobManager'].map(
    (name) => `uidt/${name}`,
  ),
];

/** How long the package waits for a silent connection: half a minute, which no test waits for. */
const PATIENCE = { found: 'READ_TIMEOUT_MS = 30_000', replaced: 'READ_TIMEOUT_MS = 2_000' };

export async function setup(project: TestProject): Promise<void> {
  const toolchain = await findToolchain();
  if ('missing' in toolchain) {
    project.provide('kotlin', toolchain);
    return;
  }
  const [moduleClasses, downloaderClasses, arrivalsClasses] = await Promise.all([
    compileModule(toolchain),
    compileDownloader(toolchain),
    compileArrivals(toolchain),
  ]);
  project.provide('kotlin', { toolchain, moduleClasses, downloaderClasses, arrivalsClasses });
}

async function compileModule(toolchain: Toolchain): Promise<string> {
  const folders = [
    'modules/model-files/android/src/main/java/dev/modelshelf/files',
    ...['tests/native/stubs/expo', 'tests/native/stubs/storage'],
    ...['tests/native/kotlin', 'tests/native/kotlin/modelFiles'],
  ];
  return compile(toolchain, { files: await kotlinFiles(folders) });
}

async function compileDownloader(toolchain: Toolchain): Promise<string> {
  const stubs = await kotlinFiles(['tests/native/stubs/android']);
  const theirs = PACKAGE_FILES.map((name) => join(PROJECT_ROOT, PACKAGE, `${name}.kt`));
  const files = [...stubs, ...theirs, await impatientConstants()];
  const packageClasses = await compile(toolchain, { files, allowsWarnings: true });
  const ours = await kotlinFiles([
    'modules/model-files/android/src/main/java/dev/modelshelf/transfers',
    ...['tests/native/kotlin', 'tests/native/kotlin/downloader'],
  ]);
  const ourClasses = await compile(toolchain, { files: ours, classPath: [packageClasses] });
  return [ourClasses, packageClasses].join(delimiter);
}

async function compileArrivals(toolchain: Toolchain): Promise<string> {
  const sources = 'modules/model-files/android/src/main/java/dev/modelshelf';
  const files = await kotlinFiles([
    ...[`${sources}/arrivals`, 'tests/native/stubs/intents'],
    ...['tests/native/kotlin', 'tests/native/kotlin/arrivals'],
  ]);
  return compile(toolchain, {
    files: [...files, join(PROJECT_ROOT, sources, 'files/ArrivedFiles.kt')],
  });
}

async function impatientConstants(): Promise<string> {
  const source = join(PROJECT_ROOT, PACKAGE, 'DownloadConstants.kt');
  const text = await readFile(source, 'utf8');
  if (!text.includes(PATIENCE.found)) throw new Error(`${source} has another time limit now.`);
  const copy = join(CACHE, basename(source));
  await mkdir(CACHE, { recursive: true });
  await writeFile(copy, text.replace(PATIENCE.found, PATIENCE.replaced));
  return copy;
}

async function kotlinFiles(folders: readonly string[]): Promise<string[]> {
  const found = folders.map(async (folder) => {
    const names = await readdir(join(PROJECT_ROOT, folder));
    const kotlin = names.filter((name) => name.endsWith('.kt'));
    return kotlin.map((name) => join(PROJECT_ROOT, folder, name));
  });
  return (await Promise.all(found)).flat();
}
