/**
 * The journal of one partial file as text: which bytes have landed, which of them survive a power
 * cut, and the digests of finished blocks. Pure.
 *
 * Each line holds one fact and its own checksum, so that a line that a crash tore or zeroed is
 * ignored.
 */
import { createByteRanges, type ByteRange, type ByteRanges } from './byteRanges';

export interface JournalFacts {
  /** Landed bytes that survive a power cut. */
  synced: readonly ByteRange[];
  /** Landed bytes, synced or not. */
  written: readonly ByteRange[];
  /**
   * By block: the SHA-256 of the file from its first byte to the end of that block. Such running
   * digests are a by-product of the whole file's digest, whereas a digest of each block alone would
   * require hashing everything twice. Given the digest before it, one identifies its block equally well.
   */
  digests: readonly (string | undefined)[];
  /** Names of the bytes' source version; none where a digest decides, or no header identifies the version. */
  versions: readonly string[];
}

export type JournalLine =
  /** `synced`: survives a power cut. */
  | { kind: 'landed' | 'lost' | 'synced'; range: ByteRange }
  | { kind: 'digest'; block: number; hex: string }
  | { kind: 'version'; name: string }
  /** All lines before this one are void. */
  | { kind: 'restarted' };

/**
 * A transfer has one range per connection, and a repair one between each two damaged blocks. A journal
 * with more ranges wasn't written by this app, and resuming from it would take one request for each gap.
 */
const MOST_RANGES = 4096;

/** The first line. A journal of another size or format is ignored. `bootId` distinguishes a crash from a reboot. */
export function formatHeader(totalBytes: number | undefined, bootId: string | undefined): string {
  return sealed(`journal 1 ${String(totalBytes ?? '?')} ${bootId ?? '?'}`);
}

export function formatLine(line: JournalLine): string {
  switch (line.kind) {
    case 'landed':
    case 'lost':
    case 'synced':
      return sealed(`${line.kind} ${String(line.range.startBytes)} ${String(line.range.endBytes)}`);
    case 'digest':
      return sealed(`digest ${String(line.block)} ${line.hex}`);
    case 'version':
      return sealed(`version ${line.name}`);
    case 'restarted':
      return sealed(line.kind);
  }
}

/** A whole journal that contains exactly `facts`. */
export function formatJournal(
  facts: JournalFacts,
  head: { totalBytes: number | undefined; bootId: string | undefined },
): string {
  const unsynced = createByteRanges(facts.written);
  for (const range of facts.synced) unsynced.remove(range);
  const digests = facts.digests.flatMap((hex, block) =>
    hex === undefined ? [] : [formatLine({ kind: 'digest', block, hex })],
  );
  return [
    formatHeader(head.totalBytes, head.bootId),
    ...facts.versions.map((name) => formatLine({ kind: 'version', name })),
    ...facts.synced.flatMap((range) => [
      formatLine({ kind: 'landed', range }),
      formatLine({ kind: 'synced', range }),
    ]),
    ...digests,
    ...unsynced.list().map((range) => formatLine({ kind: 'landed', range })),
  ].join('');
}

export interface ParsedJournal extends JournalFacts {
  totalBytes: number | undefined;
  bootId: string | undefined;
}

/** The facts in a journal's undamaged lines, or undefined when the text isn't a journal of this format. */
export function parseJournal(text: string | undefined): ParsedJournal | undefined {
  const [first, ...lines] = (text ?? '').split('\n');
  const head = /^journal 1 (\d{1,15}|\?) ([0-9A-Za-z.-]{1,64}|\?)$/.exec(
    unsealed(first ?? '') ?? '',
  );
  if (!head) return undefined;
  let facts = noFacts();
  for (const line of lines) {
    facts = readLine(facts, unsealed(line));
    if (Math.max(facts.written.list().length, facts.synced.list().length) > MOST_RANGES)
      return undefined;
  }
  const [, total, boot] = head;
  return {
    totalBytes: total === '?' ? undefined : Number(total),
    bootId: boot === '?' ? undefined : boot,
    synced: facts.synced.list(),
    written: facts.written.list(),
    digests: facts.digests,
    versions: facts.versions,
  };
}

interface Reading {
  synced: ByteRanges;
  written: ByteRanges;
  digests: (string | undefined)[];
  versions: string[];
}

function noFacts(): Reading {
  return { synced: createByteRanges(), written: createByteRanges(), digests: [], versions: [] };
}

function readLine(facts: Reading, text: string | undefined): Reading {
  const line = text === undefined ? undefined : parseLine(text);
  switch (line?.kind) {
    case 'landed':
      facts.written.add(line.range);
      break;
    case 'lost':
      facts.written.remove(line.range);
      facts.synced.remove(line.range);
      break;
    case 'digest':
      facts.digests[line.block] = line.hex;
      break;
    case 'synced':
      facts.synced.add(line.range);
      break;
    case 'version':
      facts.versions.push(line.name);
      break;
    case 'restarted':
      return noFacts();
    case undefined:
      break;
  }
  return facts;
}

function parseLine(line: string): JournalLine | undefined {
  if (line === 'restarted') return { kind: line };
  const range = /^(landed|lost|synced) (\d{1,15}) (\d{1,15})$/.exec(line);
  if (range) {
    const kind = range[1] as 'landed' | 'lost' | 'synced';
    return { kind, range: { startBytes: Number(range[2]), endBytes: Number(range[3]) } };
  }
  const digest = /^digest (\d{1,6}) ([0-9a-f]{64})$/.exec(line);
  if (digest) return { kind: 'digest', block: Number(digest[1]), hex: digest[2] ?? '' };
  const version = /^version (\S{1,900})$/.exec(line);
  return version ? { kind: 'version', name: version[1] ?? '' } : undefined;
}

function sealed(line: string): string {
  return `${line} ${checksum(line)}\n`;
}

/** The line without its checksum, or undefined when the checksum doesn't match. */
function unsealed(text: string): string | undefined {
  const space = text.lastIndexOf(' ');
  const line = text.slice(0, Math.max(0, space));
  return space > 0 && text.slice(space + 1) === checksum(line) ? line : undefined;
}

/** FNV-1a: enough to detect accidental damage. A journal isn't protected against deliberate changes. */
function checksum(line: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < line.length; index += 1) {
    hash = Math.imul(hash ^ line.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, '0');
}
