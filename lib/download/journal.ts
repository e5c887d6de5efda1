/** Keeps the journal of one partial file on the disk: what has landed outlives a crash, a little of it at most is lost. */
import type { Clock, FileStore, Host } from '../platform/types';
import { createByteRanges, without, type ByteRange, type ByteRanges } from './byteRanges';
import { formatJournal, formatLine, parseJournal, type JournalFacts } from './journalText';
import type { TransferSizes } from './sizes';

/** What a power cut may cost. */
const SYNC_EVERY_MS = 1_000;
/** A longer journal is written anew. */
const LONGEST_TEXT = 256 * 1024;

export interface JournalTools {
  files: FileStore;
  host: Pick<Host, 'bootId'>;
  clock: Clock;
  sizes: TransferSizes;
}

export interface JournalPlace {
  path: string;
  /** The file that it is about. */
  partPath: string;
  /** The size that the file is to get; a journal of another size isn't this file's. */
  totalBytes: number | undefined;
}

export interface Journal {
  /** What has landed, to be added to by whoever brings more. */
  readonly landed: ByteRanges;
  /** Running digests by block, as far as they are known. */
  readonly digests: (string | undefined)[];
  /** Notes what was just added to `landed`; written soon, never before the bytes. */
  note(range: ByteRange): void;
  noteDigest(block: number, hex: string): void;
  /** Takes a range out of `landed`; its digests stay, for what comes in its place. */
  forget(range: ByteRange): void;
  /** Takes out everything. */
  restart(): void;
  /** Resolves when everything noted is written. @throws ModelError NO_SPACE, DISK_IO */
  close(): Promise<void>;
}

/** The name under which a file's journal lies, beside its `.part`. */
export function journalPath(partPath: string): string {
  return `${partPath}.journal`;
}

/**
 * What a journal vouches for: everything that was written, or, after the device's system started
 * anew, what was synced before. Nothing past the end of the file that is really there.
 */
export async function readJournal(
  { files, host }: Pick<JournalTools, 'files' | 'host'>,
  { path, totalBytes }: Pick<JournalPlace, 'path' | 'totalBytes'>,
  partBytes: number,
): Promise<JournalFacts> {
  const parsed = parseJournal(await files.readText(path));
  if (!parsed || (totalBytes !== undefined && parsed.totalBytes !== totalBytes)) {
    return { synced: [], written: [], digests: [] };
  }
  const hasRestarted = parsed.bootId !== host.bootId;
  const beyond = { startBytes: partBytes, endBytes: Infinity };
  const synced = without(parsed.synced, beyond);
  const written = hasRestarted ? synced : without(parsed.written, beyond);
  return { synced, written, digests: parsed.digests };
}

/** Opens the journal, written anew with what it still vouches for. */
export async function openJournal(
  tools: JournalTools,
  place: JournalPlace,
  partBytes: number,
): Promise<Journal> {
  const facts = await readJournal(tools, place, partBytes);
  await writeJournal(tools, place, facts);
  return keepJournal(tools, place, facts);
}

/** Replaces a journal by one that says `facts`. */
export function writeJournal(
  { files, host }: Pick<JournalTools, 'files' | 'host'>,
  { path, totalBytes }: Pick<JournalPlace, 'path' | 'totalBytes'>,
  facts: JournalFacts,
): Promise<void> {
  return files.writeText(path, formatJournal(facts, { totalBytes, bootId: host.bootId }));
}

function keepJournal(tools: JournalTools, place: JournalPlace, facts: JournalFacts): Journal {
  const { clock, sizes } = tools;
  const landed = createByteRanges(facts.written);
  const digests = [...facts.digests];
  let synced = facts.synced;
  /** Noted since the last write: what landed, and lines that have their order. */
  let fresh = createByteRanges();
  let lines = '';
  let textLength = 0;
  let syncedAtMs = clock.monotonicMs();
  let writing: Promise<void> | undefined;
  let failure: unknown;

  function noteFresh(): void {
    for (const range of fresh.list()) lines += formatLine({ kind: 'landed', range });
    fresh = createByteRanges();
  }

  async function write(): Promise<void> {
    noteFresh();
    const written = [...landed.list()];
    const isDue = clock.monotonicMs() - syncedAtMs >= SYNC_EVERY_MS;
    const text = lines + (isDue ? formatLine({ kind: 'synced' }) : '');
    lines = '';
    textLength += text.length;
    if (textLength > LONGEST_TEXT) {
      textLength = 0;
      await writeJournal(tools, place, { synced, written, digests });
    }
    const { path, partPath } = place;
    await tools.files.append({ path, text, ...(isDue && { durableAfter: partPath }) });
    if (!isDue) return;
    syncedAtMs = clock.monotonicMs();
    synced = written;
  }

  /** One write at a time; what is noted meanwhile goes with the next. */
  function writeSoon(): void {
    if (writing !== undefined || failure !== undefined) return;
    writing = write()
      .catch((error: unknown) => {
        failure = error;
      })
      .finally(() => {
        writing = undefined;
        if (fresh.sizeBytes() >= sizes.unwrittenBytes) writeSoon();
      });
  }

  return {
    landed,
    digests,
    note(range) {
      fresh.add(range);
      if (fresh.sizeBytes() >= sizes.unwrittenBytes) writeSoon();
    },
    noteDigest(block, hex) {
      digests[block] = hex;
      lines += formatLine({ kind: 'digest', block, hex });
    },
    forget(range) {
      noteFresh();
      landed.remove(range);
      synced = without(synced, range);
      lines += formatLine({ kind: 'lost', range });
      writeSoon();
    },
    restart() {
      digests.length = 0;
      synced = [];
      landed.clear();
      fresh.clear();
      lines = formatLine({ kind: 'restarted' });
      writeSoon();
    },
    async close() {
      while (writing !== undefined) await writing;
      if (failure === undefined && (fresh.sizeBytes() > 0 || lines !== '')) {
        await write();
      }
      if (failure !== undefined) throw failure as Error;
    },
  };
}
