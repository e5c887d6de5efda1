/** Keeps the journal of one partial file on the disk: what has landed outlives a crash, a little of it at most is lost. */
import { createByteRanges, without, type ByteRange, type ByteRanges } from './byteRanges';
import { parseJournal, type JournalFacts } from './journalText';
import {
  createJournalWriter,
  writeJournal,
  type JournalPlace,
  type JournalTools,
} from './journalWriter';

export interface Journal {
  /** What has landed, to be added to by whoever brings more. */
  readonly landed: ByteRanges;
  /** Running digests by block, as far as they are known. */
  readonly digests: (string | undefined)[];
  /** By what the version of the source is known that `landed` is of. */
  readonly versions: readonly string[];
  /** Notes what was just added to `landed`; written soon, never before the bytes. */
  note(range: ByteRange): void;
  noteDigest(block: number, hex: string): void;
  /** All names that the version has; those that are noted already cost nothing. */
  noteVersions(names: readonly string[]): void;
  /** Takes a range out of `landed`; its digests stay, for what comes in its place. */
  forget(range: ByteRange): void;
  /** Takes out everything. */
  restart(): void;
  /** Makes what has landed durable, beside whatever else goes on. Never rejects: `close` does. */
  sync(): Promise<void>;
  /** Resolves when everything noted is written. @throws ModelError NO_SPACE, DISK_IO */
  close(): Promise<void>;
}

/** What the store reads of a record. */
const MOST_TEXT = 1024 * 1024;

/** The name under which a file's journal lies, beside its `.part`. */
export function journalPath(partPath: string): string {
  return `${partPath}.journal`;
}

/**
 * What a journal vouches for: everything that was written, or, after the device's system started
 * anew, what was synced before. Nothing past the end of the file that is really there; and, where no
 * digest judges, nothing of which nobody knows the version, unless it is the whole file: whatever
 * followed could be of another.
 */
export async function readJournal(
  { files, host }: Pick<JournalTools, 'files' | 'host'>,
  { path, totalBytes, hasDigest }: Pick<JournalPlace, 'path' | 'totalBytes' | 'hasDigest'>,
  partBytes: number,
): Promise<JournalFacts> {
  const text = (await files.readText(path)) ?? '';
  const parsed = parseJournal(text);
  if (!parsed || (totalBytes !== undefined && parsed.totalBytes !== totalBytes)) {
    return NOTHING;
  }
  // What took something back may be in the part that can't be read; what was synced is compared with its digests.
  const isCutOff = text.length >= MOST_TEXT;
  const hasRestarted = parsed.bootId !== host.bootId || isCutOff;
  const beyond = beyondFile(totalBytes, partBytes);
  const synced = without(parsed.synced, beyond);
  const written = hasRestarted ? synced : without(parsed.written, beyond);
  const { digests, versions } = parsed;
  const isWhole = totalBytes !== undefined && createByteRanges(written).sizeBytes() === totalBytes;
  if (!hasDigest && versions.length === 0 && !isWhole) return NOTHING;
  return { synced, written, digests, versions };
}

// A file that is too long is cut off by whoever writes into it, so its last byte has to come again.
function beyondFile(totalBytes: number | undefined, partBytes: number): ByteRange {
  const isTooLong = totalBytes !== undefined && partBytes > totalBytes;
  return { startBytes: isTooLong ? totalBytes - 1 : partBytes, endBytes: Infinity };
}

const NOTHING: JournalFacts = { synced: [], written: [], digests: [], versions: [] };

/** Opens the journal, written anew with what it still vouches for. */
export async function openJournal(
  tools: JournalTools,
  place: JournalPlace,
  partBytes: number,
): Promise<Journal> {
  const facts = await readJournal(tools, place, partBytes);
  await writeJournal(tools, place, facts);
  // A host may have to open it first, and what lands meanwhile is what a kill costs.
  await tools.files.append({ path: place.path, text: '' });
  return keepJournal(tools, place, facts);
}

function keepJournal(tools: JournalTools, place: JournalPlace, facts: JournalFacts): Journal {
  const { unwrittenBytes } = tools.sizes;
  const landed = createByteRanges(facts.written);
  const digests = [...facts.digests];
  const versions = [...facts.versions];
  const { synced } = facts;
  const writer = createJournalWriter(tools, place, { synced, landed, digests, versions });
  /** Noted since the last write. */
  const fresh = createByteRanges();

  function noteFresh(): void {
    for (const range of fresh.list()) writer.add({ kind: 'landed', range });
    fresh.clear();
  }

  return {
    landed,
    digests,
    versions,
    note(range) {
      fresh.add(range);
      if (fresh.sizeBytes() < unwrittenBytes) return;
      noteFresh();
      writer.writeSoon();
    },
    noteDigest(block, hex) {
      digests[block] = hex;
      writer.add({ kind: 'digest', block, hex });
    },
    noteVersions(names) {
      for (const name of names) {
        if (versions.includes(name)) continue;
        versions.push(name);
        writer.add({ kind: 'version', name });
      }
    },
    forget(range) {
      noteFresh();
      landed.remove(range);
      writer.takeBack({ kind: 'lost', range });
    },
    restart() {
      digests.length = 0;
      versions.length = 0;
      landed.clear();
      fresh.clear();
      writer.takeBack({ kind: 'restarted' });
    },
    sync: writer.sync,
    async close() {
      noteFresh();
      await writer.close();
    },
  };
}
