/** Writes the lines of one journal in order, and makes bytes and journal durable at regular intervals. */
import type { Clock, FileStore, Host } from '../../platform/types';
import { without, type ByteRange, type ByteRanges } from './byteRanges';
import { formatJournal, formatLine, type JournalFacts, type JournalLine } from './journalText';
import type { TransferSizes } from './sizes';

/** A power cut may cost the bytes of this time. */
const SYNC_EVERY_MS = 500;
/** A longer journal is rewritten. */
const LONGEST_TEXT = 256 * 1024;

export interface JournalTools {
  files: FileStore;
  host: Pick<Host, 'bootId'>;
  clock: Clock;
  sizes: TransferSizes;
}

export interface JournalPlace {
  path: string;
  /** The file that the journal describes. */
  partPath: string;
  /** The final size of the file; a journal with another size belongs to another file. */
  totalBytes: number | undefined;
  /** Whether a digest will distinguish right bytes from wrong ones. */
  hasDigest: boolean;
  /** Called once, when the journal can't be written: bytes that land later would be fetched again after a crash. */
  onFailure: () => void;
}

export interface JournalWriter {
  /** Adds a line to the next write. */
  add(line: JournalLine): void;
  /** Begins a write. While one is under way, another follows it. */
  writeSoon(): void;
  /** Adds a line that revokes others. */
  takeBack(line: JournalLine): void;
  /** Makes the landed bytes durable at once. Never rejects; a failure is reported as those of regular syncs are. */
  sync(): Promise<void>;
  /** Resolves when everything is written. @throws ModelError NO_SPACE, DISK_IO */
  close(): Promise<void>;
}

/** Replaces a journal by one that contains `facts`. */
export function writeJournal(
  { files, host }: Pick<JournalTools, 'files' | 'host'>,
  { path, totalBytes }: Pick<JournalPlace, 'path' | 'totalBytes'>,
  facts: JournalFacts,
): Promise<void> {
  return files.writeText(path, formatJournal(facts, { totalBytes, bootId: host.bootId }));
}

interface Writing {
  tools: JournalTools;
  place: JournalPlace;
  landed: ByteRanges;
  digests: readonly (string | undefined)[];
  versions: readonly string[];
  synced: readonly ByteRange[];
  lines: string;
  textLength: number;
  syncedAtMs: number;
  running: Promise<void> | undefined;
  syncing: Promise<void> | undefined;
  /** The number of revocations; a sync that began before the last one covers revoked bytes, too. */
  round: number;
  isTakenBack: boolean;
  failure: Error | undefined;
}

export function createJournalWriter(
  tools: JournalTools,
  place: JournalPlace,
  facts: Pick<Writing, 'synced' | 'landed' | 'digests' | 'versions'>,
): JournalWriter {
  const writing: Writing = {
    ...facts,
    tools,
    place,
    lines: '',
    textLength: 0,
    syncedAtMs: tools.clock.monotonicMs(),
    running: undefined,
    syncing: undefined,
    round: 0,
    isTakenBack: false,
    failure: undefined,
  };
  const add = (line: JournalLine) => {
    writing.lines += formatLine(line);
  };
  return {
    add,
    writeSoon() {
      writing.running ??= writeAll(writing);
    },
    takeBack(line) {
      add(line);
      writing.round += 1;
      writing.isTakenBack = true;
      writing.synced = line.kind === 'lost' ? without(writing.synced, line.range) : [];
      writing.running ??= writeAll(writing);
    },
    async sync() {
      // A sync that began before the last bytes landed doesn't cover them.
      await writing.syncing;
      // The system reports a failed sync only once: a second one would succeed without the bytes that the first lost.
      if (writing.failure === undefined) await (writing.syncing ??= sync(writing));
    },
    async close() {
      await writing.running;
      await writeAll(writing);
      await writing.syncing;
      if (writing.failure !== undefined) throw writing.failure;
    },
  };
}

/** Runs one write at a time; lines that are added meanwhile go into the next. */
async function writeAll(writing: Writing): Promise<void> {
  try {
    while (writing.lines !== '' && writing.failure === undefined) await write(writing);
  } catch (error) {
    await fail(writing, error);
  } finally {
    writing.running = undefined;
  }
}

async function write(writing: Writing): Promise<void> {
  const { tools, place, landed } = writing;
  // A running sync confirms the bytes that had landed when it began, so a revocation is written after it.
  if (writing.isTakenBack) await writing.syncing;
  writing.isTakenBack = false;
  const text = writing.lines;
  writing.lines = '';
  writing.textLength += text.length;
  if (writing.textLength > LONGEST_TEXT) {
    writing.textLength = 0;
    const { synced, digests, versions } = writing;
    await writeJournal(tools, place, { synced, written: [...landed.list()], digests, versions });
  }
  await tools.files.append({ path: place.path, text });
  const isDue = tools.clock.monotonicMs() - writing.syncedAtMs >= SYNC_EVERY_MS;
  if (isDue) writing.syncing ??= sync(writing);
}

/** Runs in parallel with the writes, since it would delay them. */
async function sync(writing: Writing): Promise<void> {
  const { tools, place, landed, round } = writing;
  const ranges = [...landed.list()];
  const text = ranges.map((range) => formatLine({ kind: 'synced', range })).join('');
  writing.textLength += text.length;
  try {
    await tools.files.append({ path: place.path, text, durableAfter: place.partPath });
    if (round === writing.round) writing.synced = ranges;
    writing.syncedAtMs = tools.clock.monotonicMs();
  } catch (error) {
    await fail(writing, error);
  } finally {
    writing.syncing = undefined;
  }
}

/**
 * After a failed sync, the bytes since the last successful one may be lost, and the next sync would
 * succeed without them. So only the bytes that were synced before still count.
 */
async function fail(writing: Writing, error: unknown): Promise<void> {
  const { tools, place, synced, digests, versions } = writing;
  if (writing.failure === undefined) {
    writing.failure = error instanceof Error ? error : new Error(String(error));
    place.onFailure();
  }
  // If this write fails too, the failure has already been reported.
  await writeJournal(tools, place, { synced, written: synced, digests, versions }).catch(
    () => undefined,
  );
}
