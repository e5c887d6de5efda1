import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { describeFileStore } from '../../../tests/conformance/fileStore';
import { expectAbort, expectCode } from '../../../tests/conformance/expectFailure';
import { systemClock } from '../systemClock';
import { createOpfsFileStore } from './opfsFileStore';
import { MODELS_FOLDER } from './opfsPaths';
import { openWebFiles } from './webFiles';
import type { WebFiles } from './webFiles';

let web: WebFiles;
beforeAll(async () => {
  web = await openWebFiles();
});
afterAll(() => {
  web.close();
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
    expect(await createOpfsFileStore(folder, later).list('')).toEqual([]);
    await expect(folder.getFileHandle(name)).rejects.toThrow();
  });

  it('answers other calls while it hashes', async () => {
    await web.files.writeText('large', 'x'.repeat(32 * 1024 * 1024));
    const hashed = web.files.digest({ path: 'large', algorithm: 'sha256' }).then(() => 'hashed');
    expect(await Promise.race([hashed, web.files.list('').then(() => 'listed')])).toBe('listed');
    await hashed;
    await empty();
  });

  it('never tells of success after it was told to stop', async () => {
    await web.files.writeText('small', 'x');
    const stopping = new AbortController();
    // Of the last byte: the worker is done, and its answer is on its way.
    const onProgress = () => {
      stopping.abort();
    };
    const request = { path: 'small', algorithm: 'sha256', onProgress } as const;
    await expectAbort(web.files.digest(request, stopping.signal));
    await empty();
  });

  it('refuses to remove the whole store by an empty name', async () => {
    await web.files.writeText('kept', 'x');
    await expectCode(web.files.remove(''), 'NAME_INVALID');
    expect(await web.files.list('')).toHaveLength(1);
    await empty();
  });

  it('says that the worker can’t be started instead of waiting for it', async () => {
    await expectCode(openWebFiles('/workers/there-is-none.js'), 'UNSUPPORTED');
  });

  it('rejects what is under way when it is closed', async () => {
    const other = await openWebFiles();
    await other.files.writeText('large', 'x'.repeat(8 * 1024 * 1024));
    const hashing = other.files.digest({ path: 'large', algorithm: 'sha256' });
    other.close();
    await expectCode(hashing, 'INTERNAL');
    await expectCode(other.files.list(''), 'INTERNAL');
    await empty();
  });
});
