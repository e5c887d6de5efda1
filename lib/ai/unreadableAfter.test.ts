import { describe, expect, it } from 'vitest';

import {
  GGUF_URL,
  MODEL,
  createTab,
  stateOf,
  untilTicking,
  type Tab,
} from '../../tests/modelFixture';
import { ModelError } from '../errors';
import type { DiskOperation } from '../platform/memory/memoryDisk';
import { script } from '../platform/memory/memoryWeb';

/** From the first failure of `operation` on, the disk can't be looked at either. */
function breakAt({ world }: Tab, broken: DiskOperation): void {
  let isBroken = false;
  world.disk.beforeOperation = (operation, path) => {
    if (isBroken && operation === 'list') {
      throw new ModelError('STORAGE_UNAVAILABLE', { reason: 'unplugged' });
    }
    if (operation !== broken) return;
    isBroken = true;
    throw new ModelError('DISK_IO', { path, reason: 'the first failure' });
  };
}

const first = { code: 'DISK_IO', details: { reason: 'the first failure' } };

async function startedTab(): Promise<Tab> {
  const tab = await createTab();
  await tab.manager.start();
  return tab;
}

describe('a disk that can’t be read after something failed hides nothing of that failure', () => {
  it('of a download, whose card says it', async () => {
    const tab = await startedTab();
    breakAt(tab, 'move');
    await expect(tab.manager.ensureModelPresent(MODEL)).rejects.toMatchObject(first);
    expect(stateOf(tab.manager)).toMatchObject({ kind: 'failed', failure: first });
  });

  it('of a removal', async () => {
    const tab = await startedTab();
    await tab.manager.ensureModelPresent(MODEL);
    breakAt(tab, 'move');
    await expect(tab.manager.deleteModel(MODEL)).rejects.toMatchObject(first);
  });

  it('of a cancellation', async () => {
    const tab = await startedTab();
    breakAt(tab, 'remove');
    await expect(tab.manager.cancelDownload(MODEL)).rejects.toMatchObject(first);
  });

  it('of a verification', async () => {
    const tab = await startedTab();
    await tab.manager.ensureModelPresent(MODEL);
    breakAt(tab, 'digest');
    await expect(tab.manager.verifyModel(MODEL)).rejects.toMatchObject(first);
  });
});

it('shows why the disk can’t be read in place of a download that was stopped and left no trace', async () => {
  const tab = await startedTab();
  const never = new Promise<void>(() => undefined);
  script(tab.world.web, GGUF_URL, { kind: 'hold', afterBytes: 50_000, until: never });
  const ended = tab.manager.ensureModelPresent(MODEL).catch((error: unknown) => error);
  await untilTicking(tab, (state) => state.kind === 'downloading' && state.receivedBytes > 0);
  tab.world.disk.beforeOperation = (operation) => {
    if (operation === 'list') throw new ModelError('STORAGE_UNAVAILABLE', { reason: 'unplugged' });
  };
  tab.manager.pauseDownload(MODEL);
  expect(await ended).toMatchObject({ name: 'AbortError' });
  expect(stateOf(tab.manager)).toMatchObject({
    kind: 'failed',
    failure: { code: 'STORAGE_UNAVAILABLE' },
    receivedBytes: 50_000,
  });
});
