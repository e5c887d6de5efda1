/** Keeps the journal of one partial file on the disk, so that after a crash only a few of the landed bytes are lost. */
import { createByteRanges, without, type ByteRange, type ByteRanges } from './byteRanges';
import { parseJournal, type JournalFacts } from './journalText';
import {
  createJournalWriter,
  writeJournal,
  type JournalPlace,
  type JournalTools,
} from './journalWriter';

export interface Journal {
  /** The landed bytes; the code that fetches adds to them. */
  readonly landed: ByteRanges;
  /** The running digest at the end of each block; undefined where it isn't known. */
  readonly digests: (string | undefined)[];
  /** The names of the source version that `landed` is of. */
  readonly versions: readonly string[];
  /** Records a range that was just added to `landed`. The line is written soon, and never before the bytes. */
  note(range: ByteRange): void;
  noteDigest(block: number, hex: string): void;
  /** Records all names of the version; names that are already recorded aren't written again. */
  noteVersions(names: readonly string[]): void;
  /** Removes a range from `landed`. Its digests stay, to check the bytes that will replace it. */
  forget(range: ByteRange): void;
  /** Removes all ranges, digests and names. */
  restart(): void;
  /** Makes the landed bytes durable, in parallel with other work. Never rejects; `close` rejects instead. */
  sync(): Promise<void>;
  /** Resolves when everything recorded is written. @throws ModelError NO_SPACE, DISK_IO */
  close(): Promise<void>;
}

/** The store reads no more than this of a record. */
const MOST_TEXT = 1024 * 1024;

/** The path of a file's journal, in the same folder as its `.part`. */
export function journalPath(partPath: string): string {
  return `${partPath}.journal`;
}

/**
 * The bytes that a journal proves: all written ones, or, when the operating system has restarted
 * since, only the synced ones. Bytes past the real end of the file never count. Where there is no
 * digest, bytes of an unknown version don't count either, unless they are the whole file: the missing
 * bytes could be of another version.
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
  // The unread part may hold lines that revoke earlier ones. So only synced ranges count; their digests are compared.
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

// The next writer truncates a file that is too long, so its last byte has to be fetched again.
function beyondFile(totalBytes: number | undefined, partBytes: number): ByteRange {
  const isTooLong = totalBytes !== undefined && partBytes > totalBytes;
  return { startBytes: isTooLong ? totalBytes - 1 : partBytes, endBytes: Infinity };
}

const NOTHING: JournalFacts = { synced: [], written: [], digests: [], versions: [] };

/** Opens the journal and rewrites it with only the facts that it still proves. */
export async function openJournal(
  tools: JournalTools,
  place: JournalPlace,
  partBytes: number,
): Promise<Journal> {
  const facts = await readJournal(tools, place, partBytes);
  await writeJournal(tools, place, facts);
  // A host may have to open the file first; bytes that landed meanwhile would be lost when the app is killed.
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
  /** Ranges recorded since the last write. */
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
