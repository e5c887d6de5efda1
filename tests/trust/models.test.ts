import { createHash } from 'node:crypto';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import type { Downloader, Platform } from '../../lib/platform/types';
import { noiseContent } from '../hub/content';
import { ONE_PIECE } from './nodeScene';
import { sceneForEach } from './sceneForEach';
import { addressOf, pinned, REPO, SIZE, tagged } from './served';

const stage = sceneForEach();
const asksFor = (path: string) => stage.hub.log.filter(({ file }) => file?.endsWith(path));

it('N39: makes a file without bytes without asking for it', async () => {
  await stage.reopen({ models: [tagged(stage.hub)], runtime: 'executorch' });
  await stage.scene.ensure();
  expect(asksFor('tokenizer_config.json')).toEqual([]);
  const made = await stat(join(stage.scene.folder, 'tiny/tokenizer_config.json'));
  expect(made.size).toBe(0);
});

const GIBIBYTE = 1024 ** 3;

it('N40: brings bytes past four gibibytes to where they belong', async () => {
  const { hub, scene } = stage;
  const content = noiseContent('trust, vast', 5 * GIBIBYTE, '0'.repeat(64));
  hub.repos.set(REPO.name, { ...REPO, files: { 'vast.gguf': { content, lfs: true } } });
  const offsetBytes = 4 * GIBIBYTE - 1000;
  const endBytes = 4 * GIBIBYTE + 100_000;
  const ends: number[] = [];
  await scene.platform.downloader.fetchFile(
    {
      url: addressOf(hub, 'vast.gguf'),
      path: 'vast.part',
      ...{ offsetBytes, endBytes, expectedBytes: content.sizeBytes },
      ...{ acceptsWhole: true, isRest: true, versions: undefined },
    },
    {
      onAnswer: () => undefined,
      onProgress: (end) => ends.push(end),
      onUnderway: () => undefined,
    },
    new AbortController().signal,
  );
  expect(ends.at(-1)).toBe(endBytes);
  const file = await open(join(scene.folder, 'vast.part'));
  const bytes = Buffer.alloc(endBytes - offsetBytes);
  await file.read(bytes, 0, bytes.length, offsetBytes);
  await file.close();
  await rm(join(scene.folder, 'vast.part'));
  const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');
  expect(sha256(bytes)).toBe(sha256(content.read(offsetBytes, bytes.length)));
});

it('N41: shows nothing of a model whose last file fails, and keeps the files before it', async () => {
  const { hub } = stage;
  const config = { ...tagged(hub), tokenizerConfigSource: tagged(hub).tokenizerSource };
  await stage.reopen({ models: [config], runtime: 'executorch' });
  hub.faults.push({ match: /tokenizer\.json$/, fault: { status: 404, body: 'html' } });
  await stage.scene.failure(['HTTP_NOT_FOUND']);
  expect(await readdir(stage.scene.folder)).not.toContain('tiny');
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: 300_000 });
  hub.reset();
  await stage.scene.ensure();
  expect(asksFor('tiny.pte')).toEqual([]);
});

it('N42: brings one file to two models side by side, each to a place of its own', async () => {
  const { hub } = stage;
  const twins = [pinned(hub, 'one'), pinned(hub, 'other')] as const;
  await stage.reopen({ models: twins });
  stage.onFile({ cutAfter: 100_000 }, 3);
  await Promise.all(twins.map((config) => stage.scene.ensure(config)));
  expect(stage.scene.sentBytes()).toBe(2 * SIZE);
  expect((await readdir(stage.scene.folder)).filter((name) => !name.startsWith('.'))).toEqual([
    'one',
    'other',
  ]);
});

it('S35: transfers two models at a time, over no more connections than it says, however many are asked for', async () => {
  const { hub } = stage;
  const others = Array.from({ length: 29 }, (_, index) => pinned(hub, `model-${index}`));
  const models = [pinned(hub), ...others] as const;
  const small = { ...ONE_PIECE, firstPieceBytes: 20_000, smallestPieceBytes: 20_000 };
  let open = 0;
  let mostOpen = 0;
  const counted = (downloader: Downloader): Downloader => ({
    ...downloader,
    async fetchFile(request, events, signal) {
      open += 1;
      mostOpen = Math.max(mostOpen, open);
      await downloader.fetchFile(request, events, signal).finally(() => (open -= 1));
    },
  });
  const change = ({ downloader }: Platform) => ({ downloader: counted(downloader) });
  await stage.reopen({ models, sizes: small, change });
  let mostModels = 0;
  stage.scene.manager.subscribe(() => {
    const { states } = stage.scene.manager.getSnapshot();
    const moving = Object.values(states).filter(({ kind }) => kind === 'downloading');
    mostModels = Math.max(mostModels, moving.length);
  });
  const { drive, ensure, manager } = stage.scene;
  const hundreds = Array.from({ length: 333 }, () => models).flat();
  await drive(Promise.all(hundreds.map((config) => manager.ensureModelPresent(config))));
  expect(mostModels).toBe(2);
  expect(mostOpen).toBeGreaterThan(2);
  expect(mostOpen).toBeLessThanOrEqual(32);
  // A connection that was given up may have brought bytes that come again; no model came twice.
  expect(stage.scene.sentBytes()).toBeLessThan(31 * SIZE);
  for (const config of models) await ensure(config);
});
