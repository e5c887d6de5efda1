/**
 * The least that a client written for Node can do: sixteen connections over TLS, a sixteenth of the way ahead each,
 * into one file, of which a second thread takes SHA-256 as it grows. No resume, no retry, no check of any answer:
 * what it costs more than another program is the price of Node.
 *
 * `node bareClient.mjs URL AUTHORITY FILE SIZE SHA256 all|receive`; `receive` neither writes nor hashes.
 */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { openSync, readFileSync, readSync, writeSync } from 'node:fs';
import { connect } from 'node:tls';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const CONNECTIONS = 16;
const PIECE_BYTES = 4 * 1024 * 1024;
const SLAB_BYTES = 256 * 1024;
const END_OF_HEAD = '\r\n\r\n';

if (isMainThread) fetchAll();
else hashAsItGrows();

function fetchAll() {
  const [address, authorityFile, file, size, sha256, mode] = process.argv.slice(2);
  const url = new URL(address);
  const totalBytes = Number(size);
  const isWhole = mode === 'all';
  const target = openSync(file, 'w');
  const hasher = isWhole ? new Worker(new URL(import.meta.url), { workerData: file }) : undefined;
  hasher?.on('message', (digest) => {
    if (digest !== sha256) throw new Error(`${digest} came, not ${sha256}`);
  });
  const authority = readFileSync(authorityFile);
  const landed = new Set();
  let nextPiece = 0;
  let wholeBytes = 0;

  function land(place) {
    landed.add(place);
    const before = wholeBytes;
    while (landed.has(wholeBytes)) wholeBytes = Math.min(totalBytes, wholeBytes + PIECE_BYTES);
    if (wholeBytes > before) {
      hasher?.postMessage({ endBytes: wholeBytes, isLast: wholeBytes === totalBytes });
    }
  }

  for (let index = 0; index < CONNECTIONS; index += 1) openConnection();

  function openConnection() {
    const slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
    let [filled, place, position, missing, isHead] = [0, 0, 0, 0, true];

    function ask() {
      if (nextPiece >= totalBytes) {
        socket.end();
        return;
      }
      place = position = nextPiece;
      missing = Math.min(PIECE_BYTES, totalBytes - place);
      nextPiece += missing;
      isHead = true;
      const range = `Range: bytes=${place}-${place + missing - 1}`;
      socket.write(`GET ${url.pathname} HTTP/1.1\r\nHost: ${url.host}\r\n${range}\r\n\r\n`);
    }

    function takeHead(bytes) {
      const at = slab.indexOf(END_OF_HEAD, filled, 'latin1') + END_OF_HEAD.length;
      slab.copyWithin(filled, at, filled + bytes);
      isHead = false;
      return filled + bytes - at;
    }

    function took(count) {
      const bytes = isHead ? takeHead(count) : count;
      filled += bytes;
      missing -= bytes;
      if (filled === SLAB_BYTES || missing === 0) {
        if (isWhole) writeSync(target, slab, 0, filled, position);
        position += filled;
        filled = 0;
      }
      if (missing === 0) {
        land(place);
        ask();
      }
      return true;
    }

    const onread = { buffer: () => slab.subarray(filled), callback: took };
    const { hostname: host, port } = url;
    const socket = connect({ host, port: Number(port), ca: authority, onread });
    socket.on('secureConnect', ask);
  }
}

function hashAsItGrows() {
  const source = openSync(workerData, 'r');
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(SLAB_BYTES);
  let position = 0;
  parentPort.on('message', ({ endBytes, isLast }) => {
    while (position < endBytes) {
      const wanted = Math.min(buffer.length, endBytes - position);
      const bytes = readSync(source, buffer, 0, wanted, position);
      hash.update(buffer.subarray(0, bytes));
      position += bytes;
    }
    if (!isLast) return;
    parentPort.postMessage(hash.digest('hex'));
    parentPort.close();
  });
}
