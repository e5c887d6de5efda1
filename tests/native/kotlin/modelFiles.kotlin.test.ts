/** The Kotlin of `modules/model-files`, compiled, and driven on a JVM through the ports that rest on it. */
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';

import { createNativeDigester } from '../../../lib/platform/native/files/nativeDigester';
import { createNativeFileRanges } from '../../../lib/platform/native/files/nativeFileRanges';
import { createNativeFileStore } from '../../../lib/platform/native/files/nativeFileStore';
import type { ModelFilesModule } from '../../../modules/model-files';
import { PROJECT_ROOT } from '../../../scripts/build/projectRoot';
import { describeDigester } from '../../conformance/digester';
import { describeFileRanges } from '../../conformance/fileRanges';
import { describeFileStore } from '../../conformance/fileStore';
import { phone } from '../fakes/phone';
import { describeModelFiles } from '../modelFilesSuite';
import { startJvm, type Jvm } from './jvm';

const kotlin = inject('kotlin');
const isMissing = 'missing' in kotlin;

function start(): Jvm & { modelFiles: ModelFilesModule } {
  if ('missing' in kotlin) throw new Error(kotlin.missing);
  const { toolchain, moduleClasses: classes } = kotlin;
  const jvm = startJvm({ toolchain, classes, main: 'dev.modelshelf.proof.ModelFilesMainKt' });
  // The module as JavaScript sees it: the functions that its definition registers, by their names.
  const modelFiles = new Proxy({} as ModelFilesModule, {
    get:
      (_, name) =>
      (...args: (string | number)[]) =>
        jvm.call(String(name), ...args),
  });
  return { ...jvm, modelFiles };
}

const EXPO = 'node_modules/expo-modules-core/android/src/main/java/expo/modules/kotlin';

/** Where the declarations of each stub come from. */
const ORIGINALS: Record<string, string[]> = {
  'CodedException.kt': ['exception/CodedException.kt'],
  'AsyncFunctionComponent.kt': ['functions/BaseAsyncFunctionComponent.kt'],
  'Module.kt': [
    'modules/Module.kt',
    'modules/ModuleDefinitionBuilder.kt',
    'modules/DefinitionMarker.kt',
    'objects/ObjectDefinitionBuilder.kt',
  ],
};

/** What the module compiles against: public functions and constructors up to their bodies, on one line. */
function declarationsOf(source: string): string[] {
  const found = source.matchAll(/^ *(?:inline fun|abstract fun|fun|constructor)\b[^{}=]*/gm);
  return [...found].map(([text]) => text.replace(/\s+/g, ' ').trim());
}

it('compiles against functions that the installed expo-modules-core declares', async ({ task }) => {
  if (isMissing) Object.assign(task.meta, { note: `no Kotlin was run: ${kotlin.missing}` });
  const stubs = await readdir(join(PROJECT_ROOT, 'tests/native/stubs/expo'));
  expect(stubs.sort()).toEqual(Object.keys(ORIGINALS).sort());
  const OWN = ['fun call(', 'fun buildModule()'];
  for (const [stub, originals] of Object.entries(ORIGINALS)) {
    const declared = declarationsOf(
      await readFile(join(PROJECT_ROOT, 'tests/native/stubs/expo', stub), 'utf8'),
    ).filter((text) => !OWN.some((own) => text.startsWith(own)));
    const sources = originals.map((path) => readFileSync(join(PROJECT_ROOT, EXPO, path), 'utf8'));
    expect(declared).not.toEqual([]);
    expect(sources.flatMap(declarationsOf)).toEqual(expect.arrayContaining(declared));
  }
});

describe.skipIf(isMissing)(`Kotlin on a JVM${isMissing ? `, but ${kotlin.missing}` : ''}`, () => {
  let jvm: ReturnType<typeof start>;
  beforeAll(() => {
    jvm = start();
  });
  beforeEach(() => {
    phone.reset();
  });
  afterAll(async () => {
    // One that a failed test left running would outlive the tests.
    await jvm.kill();
    phone.dispose();
  });

  const parts = () => ({
    files: createNativeFileStore({
      modelFiles: jvm.modelFiles,
      beforeRemove: () => Promise.resolve(),
    }),
    digester: createNativeDigester(jvm.modelFiles),
    ranges: createNativeFileRanges(jvm.modelFiles),
    dispose: () => Promise.resolve(),
  });
  describeFileStore('phone, Kotlin', () => Promise.resolve(parts()));
  describeDigester('phone, Kotlin', () => Promise.resolve(parts()));
  describeFileRanges('phone, Kotlin', () => Promise.resolve(parts()));
  describeModelFiles('Kotlin', () => jvm.modelFiles);

  it('does everything on a thread of its own, which ends with the module', async ({ task }) => {
    if (isMissing) return;
    expect(await jvm.close()).toBe(0);
    expect([...jvm.threads]).toEqual(['dev.modelshelf.files']);
    const { javaVersion, kotlinVersion } = kotlin.toolchain;
    Object.assign(task.meta, { note: `Kotlin ${kotlinVersion} on Java ${javaVersion}` });
  });
});

describe.skipIf(isMissing)('a kill while one file is added to another', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'modelshelf-kill-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('leaves the added file whole, and nothing behind the other but its bytes', async () => {
    const ADDED_BYTES = 256 * 1024 * 1024;
    const [from, to] = [join(folder, 'range'), join(folder, 'file')];
    writeFileSync(from, Buffer.alloc(ADDED_BYTES, 'r'));
    writeFileSync(to, 'beginning');
    const { modelFiles, kill } = start();
    const watching = watch(to);
    const growing = new Promise<void>((resolve) => {
      watching.on('change', () => {
        if (statSync(to).size > 'beginning'.length) resolve();
      });
    });
    const outcome = modelFiles.append(from, to).then(
      () => 'done',
      () => 'cut off',
    );
    await growing;
    await kill();
    watching.close();
    expect(await outcome).toBe('cut off');
    expect(existsSync(from) && statSync(from).size).toBe(ADDED_BYTES);
    const bytes = readFileSync(to);
    expect(bytes.length).toBeLessThanOrEqual('beginning'.length + ADDED_BYTES);
    expect(bytes.subarray(0, 9).toString()).toBe('beginning');
    expect(bytes.subarray(9).every((byte) => byte === 'r'.charCodeAt(0))).toBe(true);
  });
});
