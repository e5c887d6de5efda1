/** Files that a person chose: what every host that opens them does with them. */
import { sha256 } from 'hash-wasm';
import { describe, expect, it } from 'vitest';

import type { Digester, FileStore, GivenFile, PickedFiles } from '../../lib/platform/types';
import { expectAbort, expectCode } from './expectFailure';

export interface PickedFilesSubject {
  pickedFiles: PickedFiles;
  files: FileStore;
  digester: Digester;
  /** Writes a file outside of the store, and returns what a picker gives for it. */
  write(name: string, bytes: Uint8Array): Promise<GivenFile>;
  /** Replaces its content; absent where a picked file can’t change. */
  change?(name: string, bytes: Uint8Array): Promise<void>;
  dispose(): Promise<void>;
}

const PLACE = '.importing/arriving';
const BYTES = noise(3 * 1024 * 1024 + 17, 1);

/** Also runs in a browser, where Node’s functions for this are missing. */
function noise(sizeBytes: number, seed: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(sizeBytes / 4));
  let state = seed;
  for (let index = 0; index < words.length; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    words[index] = state;
  }
  return new Uint8Array(words.buffer, 0, sizeBytes);
}

export function describePickedFiles(name: string, open: () => Promise<PickedFilesSubject>): void {
  async function within(work: (subject: PickedFilesSubject) => Promise<void>): Promise<void> {
    const subject = await open();
    try {
      await work(subject);
    } finally {
      await subject.dispose();
    }
  }

  const unhurried = () => new AbortController().signal;
  const request = { path: PLACE, mayShare: false, onProgress: () => undefined };

  describe(`files that a person chose on ${name}`, () => {
    it.each(['model.gguf', 'two words, 100% #1?.gguf', 'é 模.gguf'])('are opened: %s', (fileName) =>
      within(async ({ pickedFiles, write }) => {
        const file = await pickedFiles.open(await write(fileName, BYTES));
        expect(file.name).toBe(fileName);
        expect(file.sizeBytes).toBe(BYTES.byteLength);
        expect([...(await file.read(5, 1000))]).toEqual([...BYTES.subarray(5, 1005)]);
        const end = await file.read(BYTES.byteLength - 10, 64);
        expect([...end]).toEqual([...BYTES.subarray(-10)]);
      }),
    );

    it('are copied with progress, and hashed meanwhile', () =>
      within(async ({ pickedFiles, files, digester, write }) => {
        const file = await pickedFiles.open(await write('model.gguf', BYTES));
        const seen: number[] = [];
        const onProgress = (copiedBytes: number) => seen.push(copiedBytes);
        const brought = await file.bringTo({ ...request, onProgress }, unhurried());
        expect(brought).toEqual({ how: 'copied', sha256: await sha256(BYTES) });
        expect(seen.length).toBeGreaterThan(1);
        expect(seen.at(-1)).toBe(BYTES.byteLength);
        expect([...seen].sort((one, other) => one - other)).toEqual(seen);
        const digest = await digester.open({ path: PLACE, algorithm: 'sha256' });
        expect(await digest.readTo([BYTES.byteLength])).toEqual([await sha256(BYTES)]);
        await digest.close();
        expect((await files.list('')).map(({ path }) => path)).toEqual([PLACE]);
      }));

    it('leave nothing when the copy is called off in its middle', () =>
      within(async ({ pickedFiles, files, write }) => {
        const file = await pickedFiles.open(await write('model.gguf', BYTES));
        const controller = new AbortController();
        const onProgress = () => {
          controller.abort();
        };
        await expectAbort(file.bringTo({ ...request, onProgress }, controller.signal));
        expect(await files.list('')).toEqual([]);
      }));

    it('have their neighbours opened by name where the host can look beside them', () =>
      within(async ({ pickedFiles, write }) => {
        if (!pickedFiles.openBeside) return;
        const given = await write('fox-00001-of-00002.gguf', BYTES);
        const name = 'fox-00002-of-00002.gguf';
        expect(await pickedFiles.openBeside(given, name)).toBeUndefined();
        await write(name, BYTES.slice(0, 100));
        expect(await pickedFiles.openBeside(given, name)).toMatchObject({ name, sizeBytes: 100 });
      }));

    it('go only into the store', () =>
      within(async ({ pickedFiles, write }) => {
        const file = await pickedFiles.open(await write('model.gguf', BYTES));
        const outside = { ...request, path: '../outside' };
        await expectCode(file.bringTo(outside, unhurried()), 'NAME_INVALID');
      }));

    it('are refused when they changed since they were opened', () =>
      within(async ({ pickedFiles, files, write, change }) => {
        if (!change) return;
        const file = await pickedFiles.open(await write('model.gguf', BYTES));
        await change('model.gguf', noise(100, 2));
        await expectCode(file.bringTo(request, unhurried()), 'IMPORT_REFUSED');
        await expectCode(file.read(0, 10), 'IMPORT_REFUSED');
        expect(await files.list('')).toEqual([]);
      }));
  });
}
