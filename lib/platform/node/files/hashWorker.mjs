/**
 * Hashes files on a thread of its own, where reading and hashing may block. Plain JavaScript,
 * because Node starts a worker without the loader that its parent may have.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';

// What is read stays in the core's own cache until it is hashed.
const STEP_BYTES = 256 * 1024;
const buffer = Buffer.allocUnsafe(STEP_BYTES);

/** @type {Map<number, {fd: number, hash: import('node:crypto').Hash, position: number, before: {hash: import('node:crypto').Hash, position: number}}>} */
const digests = new Map();

const methods = {
  open(id, { place, algorithm }) {
    const fd = openSync(place, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1');
    if (algorithm === 'git-sha1') hash.update(`blob ${String(fstatSync(fd).size)}\0`);
    digests.set(id, { fd, hash, position: 0, before: { hash: hash.copy(), position: 0 } });
  },

  readTo(id, ends) {
    return ends.map((endBytes) => readOn(digests.get(id), endBytes));
  },

  stepBack(id) {
    const digest = digests.get(id);
    digest.hash = digest.before.hash.copy();
    digest.position = digest.before.position;
  },

  close(id) {
    const digest = digests.get(id);
    digests.delete(id);
    if (digest) closeSync(digest.fd);
  },

  // Files that the caller has opened, and closes: a descriptor is good on all threads of a process.
  digestRanges(fd, ranges) {
    return ranges.map((range) => {
      const hash = createHash('sha256');
      readAll(fd, range, (bytes) => hash.update(bytes));
      return hash.digest('hex');
    });
  },

  copyRanges(fd, { toFd, ranges }) {
    for (const range of ranges) {
      let toBytes = range.toBytes;
      readAll(fd, range, (bytes) => {
        for (let taken = 0; taken < bytes.length;) {
          // The system may write fewer bytes than it was given, for example on a full disk.
          const written = writeSync(toFd, bytes, taken, bytes.length - taken, toBytes);
          taken += written;
          toBytes += written;
        }
      });
    }
  },
};

function readAll(fd, { startBytes, endBytes }, onBytes) {
  for (let position = startBytes; position < endBytes;) {
    const got = readSync(fd, buffer, 0, Math.min(STEP_BYTES, endBytes - position), position);
    if (got === 0) throw Object.assign(new Error('the file ends too soon'), { code: 'EOF' });
    onBytes(buffer.subarray(0, got));
    position += got;
  }
}

function readOn(digest, endBytes) {
  digest.before = { hash: digest.hash.copy(), position: digest.position };
  while (digest.position < endBytes) {
    const wanted = Math.min(STEP_BYTES, endBytes - digest.position);
    const got = readSync(digest.fd, buffer, 0, wanted, digest.position);
    if (got === 0) throw Object.assign(new Error('the file ends too soon'), { code: 'EOF' });
    digest.hash.update(got === STEP_BYTES ? buffer : buffer.subarray(0, got));
    digest.position += got;
  }
  return digest.hash.copy().digest('hex');
}

parentPort.on('message', ({ call, id, method, argument }) => {
  try {
    parentPort.postMessage({ call, value: methods[method](id, argument) });
  } catch (error) {
    const { code = 'EIO', message } = error;
    parentPort.postMessage({ call, failure: { code, message } });
  }
});
