/** Hashes files of the private file system. Runs in a separate worker, where reading and hashing may block. */
import { ModelError } from '../../../errors';
import type { BytesRequest, Clock, DigestRequest, StoredRange } from '../../types';
import { createHashes } from '../hash/createHashes';
import type { RunningHash } from '../hash/runningHash';
import { findFile } from './opfsPaths';
import { translating, whenReleased } from './storageErrors';
import { openSyncHandle } from './syncHandle';
import type { SyncHandle } from './syncHandle';

const PIECE_BYTES = 1024 * 1024;

/** A digest's position in its file. */
interface Position {
  bytes: number;
  state: Uint8Array;
}

interface Digest {
  path: string;
  file: FileSystemFileHandle;
  hasher: RunningHash;
  now: Position;
  before: Position;
}

/**
 * The Digester port's methods, as a worker serves them: a digest is identified by a number. See the port for the
 * contracts.
 */
export function createOpfsDigester(root: FileSystemDirectoryHandle, clock: Clock) {
  const digests = new Map<number, Digest>();
  const openHash = createHashes();
  const buffer = new Uint8Array(PIECE_BYTES);
  let lastId = 0;

  const find = (id: number): Digest => {
    const digest = digests.get(id);
    if (!digest) throw new ModelError('INTERNAL', { reason: `no digest ${String(id)}` });
    return digest;
  };

  return {
    open: ({ path, algorithm }: DigestRequest): Promise<number> =>
      translating(path, async () => {
        const file = await findFile(root, path);
        if (!file) throw new ModelError('DISK_IO', { path, reason: 'there is no such file' });
        const hasher = await openHash(algorithm);
        if (algorithm === 'git-sha1') {
          const { size } = await file.getFile();
          hasher.update(new TextEncoder().encode(`blob ${String(size)}\0`));
        }
        const now = { bytes: 0, state: hasher.save() };
        lastId += 1;
        digests.set(lastId, { path, file, hasher, now, before: now });
        return lastId;
      }),

    readTo: ({ id, ends }: { id: number; ends: readonly number[] }): Promise<string[]> => {
      const digest = find(id);
      return translating(digest.path, async () => {
        // Open only during this read, so that the file can be moved or removed between reads. Where the
        // browser allows only one handle, this waits for a writer of the file, however long that takes.
        const handle = await whenReleased(clock, () => openSyncHandle(digest.file), Infinity);
        try {
          return ends.map((endBytes) => readOn(digest, { handle, buffer, endBytes }));
        } finally {
          handle.close();
        }
      });
    },

    readBytes: ({ path, startBytes, lengthBytes }: BytesRequest): Promise<Uint8Array> =>
      translating(path, async () => {
        const file = await findFile(root, path);
        if (!file) throw new ModelError('DISK_IO', { path, reason: 'there is no such file' });
        const handle = await whenReleased(clock, () => openSyncHandle(file), Infinity);
        try {
          const bytes = new Uint8Array(lengthBytes);
          return bytes.subarray(0, handle.read(bytes, { at: startBytes }));
        } finally {
          handle.close();
        }
      }),

    digestRanges: ({ path, ranges }: { path: string; ranges: readonly StoredRange[] }) =>
      translating(path, async () => {
        const file = await findFile(root, path);
        if (!file) throw new ModelError('DISK_IO', { path, reason: 'there is no such file' });
        const hasher = await openHash('sha256');
        const fresh = hasher.save();
        const handle = await whenReleased(clock, () => openSyncHandle(file), Infinity);
        try {
          return ranges.map(({ startBytes, endBytes }) => {
            const now = { bytes: startBytes, state: fresh };
            return readOn({ path, hasher, now, before: now }, { handle, buffer, endBytes });
          });
        } finally {
          handle.close();
        }
      }),

    stepBack(id: number): void {
      const digest = find(id);
      digest.now = digest.before;
    },

    close(id: number): void {
      digests.delete(id);
    },
  };
}

interface Reading {
  handle: SyncHandle;
  buffer: Uint8Array;
  endBytes: number;
}

function readOn(digest: Omit<Digest, 'file'>, { handle, buffer, endBytes }: Reading): string {
  const { path, hasher, now } = digest;
  hasher.load(now.state);
  for (let position = now.bytes; position < endBytes;) {
    const wanted = buffer.subarray(0, Math.min(buffer.byteLength, endBytes - position));
    const got = handle.read(wanted, { at: position });
    if (got === 0) throw new ModelError('DISK_IO', { path, reason: 'the file ends too soon' });
    hasher.update(wanted.subarray(0, got));
    position += got;
  }
  digest.before = now;
  digest.now = { bytes: Math.max(now.bytes, endBytes), state: hasher.save() };
  return hasher.digest('hex');
}
