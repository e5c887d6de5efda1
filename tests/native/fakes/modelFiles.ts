/** The app's own native module over real files: what its Swift and Kotlin do, with Node's calls. */
import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

import type { ModelFilesModule } from '../../../modules/model-files';
import { bare, phone } from './phone';

interface Digest {
  file: FileHandle;
  positionBytes: number;
  hash: Hash;
  before: { positionBytes: number; hash: Hash };
}

const CHUNK_BYTES = 1024 * 1024;
const APPEND_BYTES = 64 * 1024;
/** `next`: the app's process ends in the middle of the next `append`. */
export const appendCutOff = { next: false };
const digests = new Map<number, Digest>();
let lastId = 0;
let isLinked = true;

phone.onKill(() => {
  for (const { file } of digests.values()) void file.close();
  digests.clear();
  isLinked = true;
  appendCutOff.next = false;
});

/** The app was built without it, until the next one is started. */
export function unlinkModelFiles(): void {
  isLinked = false;
}

export function findModelFiles(): ModelFilesModule | undefined {
  if (!isLinked) return undefined;
  const life = phone.lives();
  // What an app that has ended still asks for is neither done nor answered.
  const coded = async <T>(work: () => Promise<T> | T): Promise<T> => {
    if (phone.lives() !== life) return never();
    const result = await translated(work);
    return phone.lives() === life ? result : never();
  };
  return {
    ...(phone.system === 'android' && {
      takeArrivals: () => coded(() => phone.arrived.splice(0)),
      cards: () => coded(() => [...phone.cards]),
    }),
    list: (folder) => coded(() => listFolder(bare(folder))),
    replace: (from, to) =>
      coded(async () => {
        if (!(await sync(bare(from)))) throw coding('ERR_ABSENT');
        await makeParent(bare(to));
        await rename(from, to);
      }),
    append: (from, to) => coded(() => append(bare(from), bare(to))),
    sync: (path) => coded(() => sync(bare(path))),
    truncate: (path, sizeBytes) => coded(() => truncate(bare(path), sizeBytes)),
    remove: (path) => coded(() => rm(bare(path), { recursive: true, force: true })),
    excludeFromBackup: (folder) =>
      coded(async () => {
        await mkdir(bare(folder), { recursive: true });
        if (phone.system === 'ios') {
          phone.excludedFromBackup.add(relative(phone.documents(), folder));
        }
      }),
    digestRange: (path, startBytes, endBytes) =>
      coded(() => digestRange(bare(path), startBytes, endBytes)),
    copyRange: (from, to, ...range) => coded(() => copyRange(bare(from), bare(to), range)),
    openDigest: (path, algorithm) => coded(() => openDigest(bare(path), algorithm)),
    readDigest: (id, endBytes) => coded(() => readDigest(digestOf(id), endBytes)),
    stepBackDigest: (id) =>
      coded(() => {
        const digest = digestOf(id);
        digest.hash = digest.before.hash.copy();
        digest.positionBytes = digest.before.positionBytes;
      }),
    closeDigest: (id) =>
      coded(async () => {
        await digests.get(id)?.file.close();
        digests.delete(id);
      }),
  };
}

const never = <T>() => new Promise<T>(() => undefined);

async function translated<T>(work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = codeOf(error);
    if (code.startsWith('ERR_')) throw error;
    throw coding(code === 'ENOENT' ? 'ERR_ABSENT' : 'ERR_IO', error);
  }
}

/** Not `instanceof`: in Jest an error of Node's file system isn't one of the test's own `Error`s. */
const codeOf = (error: unknown) => (error as { code?: string }).code ?? '';

function coding(code: string, cause?: unknown): Error {
  return Object.assign(new Error('It failed natively.', { cause }), { code });
}

async function makeParent(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
}

/** Undefined where nothing has the name. */
async function statusOf(path: string) {
  return lstat(path).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
}

async function sizeOfFile(path: string): Promise<number> {
  const found = await statusOf(path);
  if (found?.isFile() !== true) throw coding('ERR_ABSENT');
  return found.size;
}

async function listFolder(folder: string): Promise<{ path: string; sizeBytes: number }[]> {
  const isLink = (await statusOf(folder))?.isSymbolicLink() === true;
  return isLink ? [] : list(folder, '');
}

async function list(
  folder: string,
  prefix: string,
): Promise<{ path: string; sizeBytes: number }[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const entries: { path: string; sizeBytes: number }[] = [];
  for (const name of names) {
    const found = await statusOf(join(folder, name));
    if (found?.isDirectory())
      entries.push(...(await list(join(folder, name), `${prefix}${name}/`)));
    if (found?.isFile()) entries.push({ path: prefix + name, sizeBytes: found.size });
  }
  return entries;
}

async function append(from: string, to: string): Promise<void> {
  const life = phone.lives();
  const sizeBytes = await sizeOfFile(from);
  await makeParent(to);
  const source = await open(from, constants.O_RDONLY);
  try {
    const target = await open(
      to,
      constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
    );
    try {
      if ((await source.stat()).ino === (await target.stat()).ino) throw coding('ERR_IO');
      const buffer = new Uint8Array(APPEND_BYTES);
      for (let position = 0; position < sizeBytes;) {
        const most = Math.min(APPEND_BYTES, sizeBytes - position);
        const { bytesRead } = await source.read(buffer, 0, most, position);
        phone.take(bytesRead);
        // The app's process does it, and dies in the middle.
        if (phone.lives() !== life) return;
        await target.appendFile(buffer.subarray(0, bytesRead));
        position += bytesRead;
        if (appendCutOff.next) phone.killApp();
        appendCutOff.next = false;
      }
      await target.sync();
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
  if (phone.lives() === life) await unlink(from);
}

async function sync(path: string): Promise<boolean> {
  if ((await statusOf(path))?.isFile() !== true) return false;
  const file = await open(path, 'r+');
  await file.sync();
  await file.close();
  return true;
}

async function truncate(path: string, sizeBytes: number): Promise<void> {
  const actualBytes = await sizeOfFile(path);
  if (!(sizeBytes >= 0 && sizeBytes < 2 ** 63)) throw coding('ERR_IO');
  const file = await open(path, 'r+');
  try {
    if (actualBytes > sizeBytes) await file.truncate(sizeBytes);
  } finally {
    await file.close();
  }
}

async function readRange(
  path: string,
  [startBytes, endBytes]: readonly [number, number],
): Promise<Uint8Array> {
  await sizeOfFile(path);
  const file = await open(path, constants.O_RDONLY);
  try {
    const bytes = new Uint8Array(endBytes - startBytes);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, startBytes);
    if (bytesRead < bytes.length) throw coding('ERR_IO');
    return bytes;
  } finally {
    await file.close();
  }
}

async function digestRange(path: string, startBytes: number, endBytes: number): Promise<string> {
  const bytes = await readRange(path, [startBytes, endBytes]);
  return createHash('sha256').update(bytes).digest('hex');
}

async function copyRange(
  from: string,
  to: string,
  [startBytes, endBytes, toBytes]: readonly [number, number, number],
): Promise<void> {
  const bytes = await readRange(from, [startBytes, endBytes]);
  if (from === to) throw coding('ERR_IO');
  phone.take(bytes.length);
  await makeParent(to);
  const target = await open(to, constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW);
  try {
    await target.write(bytes, 0, bytes.length, toBytes);
  } finally {
    await target.close();
  }
}

async function openDigest(path: string, algorithm: string): Promise<number> {
  await sizeOfFile(path);
  const file = await open(path, constants.O_RDONLY);
  const hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1');
  if (algorithm === 'git-sha1') hash.update(`blob ${String((await file.stat()).size)}\0`);
  lastId += 1;
  digests.set(lastId, {
    file,
    positionBytes: 0,
    hash,
    before: { positionBytes: 0, hash: hash.copy() },
  });
  return lastId;
}

function digestOf(id: number): Digest {
  const digest = digests.get(id);
  if (!digest) throw coding('ERR_CLOSED');
  return digest;
}

async function readDigest(digest: Digest, endBytes: number): Promise<string> {
  if (endBytes < digest.positionBytes) throw coding('ERR_IO');
  const hash = digest.hash.copy();
  const buffer = new Uint8Array(CHUNK_BYTES);
  for (let position = digest.positionBytes; position < endBytes;) {
    const most = Math.min(CHUNK_BYTES, endBytes - position);
    const { bytesRead } = await digest.file.read(buffer, 0, most, position);
    if (bytesRead === 0) throw coding('ERR_IO');
    hash.update(buffer.subarray(0, bytesRead));
    position += bytesRead;
  }
  digest.before = { positionBytes: digest.positionBytes, hash: digest.hash };
  digest.hash = hash;
  digest.positionBytes = endBytes;
  return hash.copy().digest('hex');
}
