import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { describeDigester } from '../../../../tests/conformance/digester';
import { describeFileRanges } from '../../../../tests/conformance/fileRanges';
import { describeFileStore } from '../../../../tests/conformance/fileStore';
import { expectCode } from '../../../../tests/conformance/expectFailure';
import { describePickedFiles } from '../../../../tests/conformance/pickedFiles';
import { systemClock } from '../../shared/systemClock';
import { createOpenFiles } from './openFiles';
import { createOpfsFileStore } from './opfsFileStore';
import { MODELS_FOLDER } from './opfsPaths';
import { createWebDigester } from './webDigester';
import { createWebFileRanges } from './webFileRanges';
import { openWebFiles } from './webFiles';
import type { WebFiles } from './webFiles';

let web: WebFiles;
const digester = createWebDigester();
beforeAll(async () => {
  web = await openWebFiles();
});
afterAll(() => {
  web.close();
  digester.close();
});

async function modelsFolder(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle(MODELS_FOLDER, { create: true });
}

async function empty(): Promise<void> {
  for (const { path } of await web.files.list('')) {
    await web.files.remove(path.split('/')[0] ?? path);
  }
}

describeFileStore('web', async () => {
  await empty();
  return { files: web.files, dispose: empty };
});

describeDigester('web', async () => {
  await empty();
  return { files: web.files, digester, dispose: empty };
});

describeFileRanges('web', async () => {
  await empty();
  return {
    ranges: createWebFileRanges(digester, web),
    ...{ files: web.files, digester, dispose: empty },
  };
});

describePickedFiles('web', async () => {
  await empty();
  const write = (name: string, bytes: Uint8Array) =>
    Promise.resolve(new File([new Uint8Array(bytes)], name));
  return { ...web, digester, write, dispose: empty };
});

/** What another tab does while it writes; released by the caller. */
async function holdInWorker(path: string): Promise<{ release: () => void }> {
  const source = `
    onmessage = async ({ data }) => {
      let folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('${MODELS_FOLDER}');
      const file = await folder.getFileHandle(data, { create: true });
      const handle = await file.createSyncAccessHandle();
      postMessage('held');
      onmessage = () => { handle.close(); postMessage('released'); close(); };
    };`;
  const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(address);
  await new Promise((resolve) => {
    worker.addEventListener('message', resolve, { once: true });
    worker.postMessage(path);
  });
  return {
    release: () => {
      worker.postMessage('release');
    },
  };
}

describe('the models folder in a browser', () => {
  it('says after five seconds that a file is held, and does other work meanwhile', async () => {
    const holder = await holdInWorker('held');
    const removed = web.files.remove('held').then(
      () => 'removed',
      () => 'refused',
    );
    await web.files.writeText('other', 'text');
    expect(await Promise.race([removed, web.files.readText('other')])).toBe('text');
    await expectCode(web.files.remove('held'), 'STORAGE_BUSY');
    holder.release();
    await empty();
  }, 20_000);

  it('hides what a killed browser left, and removes it once it is old', async () => {
    const folder = await modelsFolder();
    const name = 'weights.gguf.crswap';
    await folder.getFileHandle(name, { create: true });
    // Young: another tab may be writing it.
    expect(await web.files.list('')).toEqual([]);
    await folder.getFileHandle(name);

    const later = { ...systemClock, nowMs: () => Date.now() + 120_000 };
    const openFiles = createOpenFiles(folder, later);
    expect(await createOpfsFileStore(folder, { openFiles, clock: later }).list('')).toEqual([]);
    await expect(folder.getFileHandle(name)).rejects.toThrow();
  });

  it('counts what a file occupies as what it has: a browser’s quota does, too', async () => {
    await web.files.writeText('file', 'four');
    expect(await web.files.list('')).toMatchObject([{ path: 'file', sizeBytes: 4, usedBytes: 4 }]);
    await empty();
  });

  it('adds to a record from several calls at once without losing one', async () => {
    const lines = Array.from({ length: 50 }, (_, index) => `line ${String(index)}\n`);
    await web.files.writeText('part', 'bytes');
    await Promise.all(
      lines.map((text, index) =>
        web.files.append({
          path: 'record',
          text,
          ...(index % 5 === 0 && { durableAfter: 'part' }),
        }),
      ),
    );
    const written = (await web.files.readText('record'))?.split(/(?<=\n)/) ?? [];
    expect(written.sort()).toEqual(lines.sort());
    await empty();
  });

  it('moves, replaces and removes at once a record that was just added to', async () => {
    const { files } = web;
    const startedAtMs = performance.now();
    await files.append({ path: 'folder/record', text: 'one' });
    await files.move('folder/record', 'folder/other');
    await files.append({ path: 'folder/other', text: ' two' });
    expect(await files.readText('folder/other')).toBe('one two');
    await files.append({ path: 'folder/other', text: ' three' });
    await files.writeText('folder/other', 'new');
    await files.append({ path: 'folder/other', text: 'er' });
    expect(await files.readText('folder/other')).toBe('newer');
    await files.append({ path: 'folder/other', text: '!' });
    await files.remove('folder');
    expect(await files.list('')).toEqual([]);
    // Less than it is kept open for.
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  });

  it('refuses to remove the whole store by an empty name', async () => {
    await web.files.writeText('kept', 'x');
    await expectCode(web.files.remove(''), 'NAME_INVALID');
    expect(await web.files.list('')).toHaveLength(1);
    await empty();
  });

  it('says that the worker can’t be started instead of waiting for it', async () => {
    await expectCode(openWebFiles({ filesWorker: '/workers/there-is-none.js' }), 'APP_INCOMPLETE');
  });
});

describe('reading files back in a browser', () => {
  const sha256 = { path: 'large', algorithm: 'sha256' } as const;
  const sizeBytes = 8 * 1024 * 1024;

  it('reads one file through two digests at once', async () => {
    await web.files.writeText('large', 'x'.repeat(sizeBytes));
    const digests = await Promise.all([digester.open(sha256), digester.open(sha256)]);
    const [one, other] = await Promise.all(digests.map((digest) => digest.readTo([sizeBytes])));
    expect(one?.[0]).toHaveLength(64);
    expect(other).toEqual(one);
    await empty();
  });

  it('waits for a file that is held by somebody alone', async () => {
    await web.files.writeText('large', 'abc');
    const digest = await digester.open(sha256);
    const holder = await holdInWorker('large');
    const reading = digest.readTo([3]);
    const asked = web.files.list('').then(() => 'listed');
    expect(await Promise.race([reading, asked])).toBe('listed');
    holder.release();
    expect(await reading).toEqual([expect.stringMatching(/^ba7816bf/)]);
    await empty();
  });

  it('rejects what is under way when it is closed', async () => {
    const other = createWebDigester();
    await web.files.writeText('large', 'x'.repeat(sizeBytes));
    const digest = await other.open(sha256);
    const reading = digest.readTo([sizeBytes]);
    other.close();
    await expectCode(reading, 'INTERNAL');
    await empty();
  });

  it('says that its worker can’t be started instead of waiting for it', async () => {
    const none = createWebDigester('/workers/there-is-none.js');
    await expectCode(none.open(sha256), 'APP_INCOMPLETE');
  });
});

describe('what a browser says of its space', () => {
  const { storage } = navigator;
  const told = async (estimate: unknown) => {
    Object.defineProperty(storage, 'estimate', { value: estimate, configurable: true });
    try {
      const root = await storage.getDirectory();
      const openFiles = createOpenFiles(root, systemClock);
      return await createOpfsFileStore(root, { openFiles, clock: systemClock }).freeBytes();
    } finally {
      delete (storage as { estimate?: unknown }).estimate;
    }
  };

  it.each<[string, unknown]>([
    ['nothing', undefined],
    ['a refusal', () => Promise.reject(new TypeError('refused'))],
    [
      'an exception',
      () => {
        throw new TypeError('refused');
      },
    ],
    ['an empty estimate', () => Promise.resolve({})],
    ['a quota of zero', () => Promise.resolve({ quota: 0, usage: 0 })],
    ['no number', () => Promise.resolve({ quota: NaN, usage: 5 })],
    ['more than there is', () => Promise.resolve({ quota: 2 ** 64, usage: 0 })],
  ])('is left out when it is %s', async (_, estimate) => {
    expect(await told(estimate)).toBeUndefined();
  });

  it('is what its quota leaves, and never less than nothing', async () => {
    expect(await told(() => Promise.resolve({ quota: 10, usage: 4 }))).toBe(6);
    expect(await told(() => Promise.resolve({ quota: 10, usage: 40 }))).toBe(0);
  });
});
