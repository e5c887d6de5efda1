/** The bytes of a file, not kept in memory: any part on demand, and their digests. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { noise } from '../../scripts/demoModel/noise';

export interface Content {
  readonly sizeBytes: number;
  read(offset: number, lengthBytes: number): Uint8Array;
  /** `git-sha1` is the SHA-1 of `blob <size>\0` and the bytes, as in git's id of a blob. */
  digest(algorithm: 'sha256' | 'git-sha1'): string;
}

export function bytesContent(bytes: Uint8Array | string): Content {
  const data = typeof bytes === 'string' ? new TextEncoder().encode(bytes) : bytes;
  return withDigests({
    sizeBytes: data.length,
    read: (offset, lengthBytes) => data.subarray(offset, offset + lengthBytes),
  });
}

/**
 * Pseudo-random bytes from a seed. No two parts are equal, so a wrong offset is detected. Any size is
 * possible, since nothing is kept. With `statedSha256`, gigabytes needn't be read only for their digest.
 */
export function noiseContent(seed: string, sizeBytes: number, statedSha256?: string): Content {
  const content = withDigests({
    sizeBytes,
    read: (offset, lengthBytes) => noise(seed, Math.min(lengthBytes, sizeBytes - offset), offset),
  });
  return statedSha256 === undefined ? content : withStated(content, statedSha256);
}

function withStated(content: Content, sha256: string): Content {
  return {
    ...content,
    digest: (algorithm) => (algorithm === 'sha256' ? sha256 : content.digest(algorithm)),
  };
}

/** The file at `path`, which isn't changed. With `statedSha256`, the file needn't be read only for its digest. */
export function fileContent(path: string, statedSha256: string): Content {
  const sizeBytes = statSync(path).size;
  const content = withDigests({
    sizeBytes,
    read(offset, lengthBytes) {
      const bytes = Buffer.alloc(Math.max(0, Math.min(lengthBytes, sizeBytes - offset)));
      const descriptor = openSync(path, 'r');
      try {
        readSync(descriptor, bytes, 0, bytes.length, offset);
      } finally {
        closeSync(descriptor);
      }
      return bytes;
    },
  });
  return withStated(content, statedSha256);
}

export function wholeOf(content: Content): Uint8Array {
  return content.read(0, content.sizeBytes);
}

export function sliceOf(content: Content, first: number, lengthBytes: number): Content {
  return withDigests({
    sizeBytes: lengthBytes,
    read: (offset, length) => content.read(first + offset, Math.min(length, lengthBytes - offset)),
  });
}

/** The same content with one wrong bit at each of these offsets. */
export function flippedAt(content: Content, offsets: readonly number[]): Content {
  return withDigests({
    sizeBytes: content.sizeBytes,
    read: (offset, lengthBytes) => {
      const bytes = Uint8Array.from(content.read(offset, lengthBytes));
      for (const flipped of offsets) {
        const index = flipped - offset;
        const byte = bytes[index];
        if (byte !== undefined) bytes[index] = byte ^ 1;
      }
      return bytes;
    },
  });
}

export function gzipOf(content: Content): Content {
  return bytesContent(gzipSync(wholeOf(content)));
}

/** The LFS pointer that git stores in place of a large file. */
export function pointerOf(content: Content): Content {
  const oid = content.digest('sha256');
  const size = String(content.sizeBytes);
  return bytesContent(
    `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`,
  );
}

const READ_BYTES = 1024 * 1024;

function withDigests(source: Omit<Content, 'digest'>): Content {
  const known = new Map<string, string>();
  const compute = (algorithm: 'sha256' | 'git-sha1') => {
    const hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1');
    if (algorithm === 'git-sha1') hash.update(`blob ${String(source.sizeBytes)}\0`);
    for (let offset = 0; offset < source.sizeBytes; offset += READ_BYTES) {
      hash.update(source.read(offset, READ_BYTES));
    }
    return hash.digest('hex');
  };
  return {
    ...source,
    digest: (algorithm) => {
      const digest = known.get(algorithm) ?? compute(algorithm);
      known.set(algorithm, digest);
      return digest;
    },
  };
}
