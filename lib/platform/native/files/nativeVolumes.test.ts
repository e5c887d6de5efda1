/** Models on a card of an Android phone, over the fakes of its packages and real files. */
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeEach, expect, it } from 'vitest';

import { phone } from '../../../../tests/native/fakes/phone';
import { moveModel } from '../../../download/move/moveModel';
import { createSpace } from '../../../download/store/space';
import { STORE } from '../../shared/homes';
import { systemClock } from '../../shared/systemClock';
import { createNativePlatform } from '../createNativePlatform';

const ROOT = join(tmpdir(), `modelshelf-card-${String(process.pid)}`);
const CARD = { id: '1a2b-3c4d', name: 'SD card', folder: join(ROOT, 'models'), freeBytes: 1e9 };
const signal = new AbortController().signal;

beforeEach(() => {
  phone.reset();
  phone.system = 'android';
  rmSync(ROOT, { recursive: true, force: true });
  mkdirSync(ROOT, { recursive: true });
  phone.cards.push(CARD);
});
afterAll(() => {
  rmSync(ROOT, { recursive: true, force: true });
  phone.dispose();
});

async function start() {
  const platform = await createNativePlatform('android');
  const space = createSpace({ ...platform, clock: systemClock });
  const move = (to: string) =>
    moveModel(
      { ...platform, space },
      { folder: 'm', to, onCopied: () => undefined, whileUnused: (change) => change() },
      signal,
    );
  return { ...platform, move };
}

const pathsOf = async ({ files }: Awaited<ReturnType<typeof start>>) =>
  (await files.list('')).map(({ path }) => path).sort();

it('moves a model to the card and back, and finds it there after a start', async () => {
  const before = await start();
  await before.files.writeText('m/weights.gguf', 'weights');
  await before.files.writeText('.earlier/m/weights.gguf', 'older');
  await before.move(CARD.id);
  expect(readdirSync(join(CARD.folder, 'm'))).toEqual(['weights.gguf']);
  expect(existsSync(join(phone.documents(), 'models/m'))).toBe(false);
  expect(await before.places?.list()).toEqual([
    { id: CARD.id, name: 'SD card', isConnected: true, freeBytes: 1e9 },
  ]);

  phone.killApp();
  const after = await start();
  expect(await pathsOf(after)).toEqual([
    '.earlier/m/weights.gguf',
    '.homes.json',
    'm/weights.gguf',
  ]);
  expect(await after.files.readText('m/weights.gguf')).toBe('weights');
  expect(after.host.placeOf?.('m/weights.gguf').path).toBe(join(CARD.folder, 'm/weights.gguf'));
  expect(await after.files.freeBytes('m')).toBe(1e9);
  await after.move(STORE);
  expect(await pathsOf(after)).toEqual(['.earlier/m/weights.gguf', 'm/weights.gguf']);
  expect(existsSync(join(CARD.folder, 'm/weights.gguf'))).toBe(false);
});

it('says so while the card is out, and changes nothing', async () => {
  const { files, move, places } = await start();
  await files.writeText('m/weights.gguf', 'weights');
  await move(CARD.id);
  phone.cards.length = 0;
  const missing: string[] = [];
  await files.list('', (path, failure) => missing.push(`${path} ${failure.code}`));
  expect(missing).toEqual(['m PLACE_MISSING']);
  await expect(files.readText('m/weights.gguf')).rejects.toMatchObject({
    code: 'PLACE_MISSING',
    details: { place: 'SD card' },
  });
  await expect(files.writeText('m/other', '')).rejects.toMatchObject({ code: 'PLACE_MISSING' });
  expect(await places?.list()).toEqual([
    { id: CARD.id, name: 'SD card', isConnected: false, freeBytes: undefined },
  ]);
  phone.cards.push(CARD);
  expect((await files.list('m')).map(({ path }) => path)).toEqual(['m/weights.gguf']);
});

it('moves a single file between the two, as an import does', async () => {
  const { files, move } = await start();
  await files.writeText('m/weights.gguf', 'weights');
  await move(CARD.id);
  await files.writeText('.importing/file', 'given');
  await files.move('.importing/file', 'm/second.gguf');
  expect(readdirSync(join(CARD.folder, 'm')).sort()).toEqual(['second.gguf', 'weights.gguf']);
  expect(await files.readText('m/second.gguf')).toBe('given');
});

it('has no places on iOS', async () => {
  phone.system = 'ios';
  expect((await createNativePlatform('ios')).places).toBeUndefined();
});
