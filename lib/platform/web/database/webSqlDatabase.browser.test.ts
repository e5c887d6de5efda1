import { describe, expect, it } from 'vitest';

import { expectCode } from '../../../../tests/conformance/expectFailure';
import { describeSqlDatabase } from '../../../../tests/conformance/sqlDatabase';
import { setAsideName } from '../files/setAside';
import { createWebSqlDatabase } from './webSqlDatabase';

async function removeDatabase(fileName: string): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(fileName).catch(() => undefined);
}

describeSqlDatabase('web', async () => {
  const fileName = `${crypto.randomUUID()}.db`;
  const database = createWebSqlDatabase(fileName);
  const second = createWebSqlDatabase(fileName);
  // Opened before the first test writes, as a second tab would.
  await second.all({ sql: 'SELECT 1' });
  return {
    database,
    second,
    dispose: async () => {
      await database.close();
      await second.close();
      await removeDatabase(fileName);
    },
  };
});

it('loses no write of two connections that count at once', async () => {
  const fileName = `${crypto.randomUUID()}.db`;
  const tabs = [createWebSqlDatabase(fileName), createWebSqlDatabase(fileName)];
  await tabs[0]?.batch([
    { sql: 'CREATE TABLE counter (value INTEGER NOT NULL)' },
    { sql: 'INSERT INTO counter VALUES (0)' },
  ]);
  const increment = [{ sql: 'UPDATE counter SET value = value + 1' }];
  const rounds = Array.from({ length: 30 });
  await Promise.all(
    tabs.map(async (tab) => {
      for (const _ of rounds) await tab.batch(increment);
    }),
  );
  const reopened = createWebSqlDatabase(fileName);
  expect(await reopened.all({ sql: 'SELECT value FROM counter' })).toEqual([{ value: 60 }]);
  expect(await reopened.all({ sql: 'PRAGMA integrity_check' })).toEqual([
    { integrity_check: 'ok' },
  ]);
  await Promise.all([...tabs, reopened].map((tab) => tab.close()));
  await removeDatabase(fileName);
}, 60_000);

it('keeps its rows for the next opening', async () => {
  const fileName = `${crypto.randomUUID()}.db`;
  const first = createWebSqlDatabase(fileName);
  await first.batch([
    { sql: 'CREATE TABLE kept (id TEXT)' },
    { sql: `INSERT INTO kept VALUES ('a')` },
  ]);
  await first.close();
  const second = createWebSqlDatabase(fileName);
  expect(await second.all({ sql: 'SELECT id FROM kept' })).toEqual([{ id: 'a' }]);
  await second.close();
  await removeDatabase(fileName);
});

const PAGE_BYTES = 4096;

describe('a database file that is damaged', () => {
  /** Of several pages. */
  async function makeDatabase(fileName: string): Promise<Uint8Array> {
    const database = createWebSqlDatabase(fileName);
    await database.batch([
      { sql: 'CREATE TABLE kept (id INTEGER PRIMARY KEY, text TEXT)' },
      ...Array.from({ length: 60 }, () => ({
        sql: 'INSERT INTO kept (text) VALUES (?)',
        params: ['x'.repeat(500)],
      })),
    ]);
    await database.close();
    return readFile(fileName);
  }

  async function readFile(fileName: string): Promise<Uint8Array> {
    const root = await navigator.storage.getDirectory();
    const file = await (await root.getFileHandle(fileName)).getFile();
    return new Uint8Array(await file.arrayBuffer());
  }

  async function writeFile(fileName: string, bytes: Uint8Array): Promise<void> {
    const root = await navigator.storage.getDirectory();
    const handle = await root.getFileHandle(fileName, { create: true });
    const writable = await handle.createWritable();
    await writable.write(bytes as Uint8Array<ArrayBuffer>);
    await writable.close();
  }

  const noise = (bytes: Uint8Array, from: number, to: number) => {
    const damaged = bytes.slice();
    crypto.getRandomValues(damaged.subarray(from, to));
    return damaged;
  };

  it.each<[string, (sound: Uint8Array) => Uint8Array]>([
    ['B2: noise from its first byte', (sound) => noise(sound, 0, sound.length)],
    ['B2: a header that is none', (sound) => noise(sound, 0, 16)],
    ['B2: cut off', (sound) => sound.slice(0, PAGE_BYTES + PAGE_BYTES / 2)],
    ['B3: one page of noise', (sound) => noise(sound, 2 * PAGE_BYTES, 3 * PAGE_BYTES)],
  ])('%s, is set aside as it is, and told of once', async (_, damage) => {
    const fileName = `${crypto.randomUUID()}.db`;
    const damaged = damage(await makeDatabase(fileName));
    await writeFile(fileName, damaged);
    // Left by whoever died in the middle of writing.
    await writeFile(`${fileName}-journal`, noise(damaged, 0, damaged.length));

    const database = createWebSqlDatabase(fileName);
    expect(await database.wasReset()).toBe(true);
    expect(await database.all({ sql: 'SELECT name FROM sqlite_schema' })).toEqual([]);
    await database.batch([{ sql: 'CREATE TABLE fresh (id TEXT)' }]);
    await database.close();
    expect(await readFile(setAsideName(fileName))).toEqual(damaged);

    const next = createWebSqlDatabase(fileName);
    expect(await next.wasReset()).toBe(false);
    expect(await next.all({ sql: 'SELECT * FROM fresh' })).toEqual([]);
    await next.close();
    await removeDatabase(fileName);
    await removeDatabase(setAsideName(fileName));
  });

  it('B2: takes nothing for damage that may be mended, and touches nothing', async () => {
    const fileName = `${crypto.randomUUID()}.db`;
    const sound = await makeDatabase(fileName);
    const root = await navigator.storage.getDirectory();
    // SQLite can't open its journal, and doesn't know why.
    await root.getDirectoryHandle(`${fileName}-journal`, { create: true });
    const database = createWebSqlDatabase(fileName);
    const adding = [{ sql: 'CREATE TABLE more (id TEXT)' }];
    await expectCode(database.batch(adding), 'DB_FAILED');
    await root.removeEntry(`${fileName}-journal`);
    await expect(root.getFileHandle(setAsideName(fileName))).rejects.toThrow();
    expect(await readFile(fileName)).toEqual(sound);
    expect(await database.wasReset()).toBe(false);
    await database.close();
    await removeDatabase(fileName);
  });

  it('B2: that is a folder makes way, with what is in it, and is told of once', async () => {
    const fileName = `${crypto.randomUUID()}.db`;
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(fileName, { create: true });
    await folder.getFileHandle('inside', { create: true });
    await folder.getDirectoryHandle('deeper', { create: true });
    const database = createWebSqlDatabase(fileName);
    expect(await database.wasReset()).toBe(true);
    await database.batch([{ sql: 'CREATE TABLE fresh (id TEXT)' }]);
    await database.close();
    const aside = await root.getDirectoryHandle(setAsideName(fileName));
    await expect(aside.getFileHandle('inside')).resolves.toBeDefined();
    const next = createWebSqlDatabase(fileName);
    expect(await next.wasReset()).toBe(false);
    await next.close();
    await removeDatabase(fileName);
    await root.removeEntry(setAsideName(fileName), { recursive: true });
  });

  it('B2: of no length has lost what it held, and is told of once', async () => {
    const fileName = `${crypto.randomUUID()}.db`;
    await makeDatabase(fileName);
    await writeFile(fileName, new Uint8Array());
    const database = createWebSqlDatabase(fileName);
    expect(await database.wasReset()).toBe(true);
    await database.close();
    const next = createWebSqlDatabase(fileName);
    expect(await next.wasReset()).toBe(false);
    await next.close();
    await removeDatabase(fileName);
  });

  it('B2: is never told of for one that was just begun', async () => {
    const fileName = `${crypto.randomUUID()}.db`;
    const tabs = [createWebSqlDatabase(fileName), createWebSqlDatabase(fileName)];
    expect(await Promise.all(tabs.map((tab) => tab.wasReset()))).toEqual([false, false]);
    for (const tab of tabs) await tab.close();
    await removeDatabase(fileName);
  });
});
