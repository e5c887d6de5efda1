/** Writes the lines of one journal in their order, and makes bytes and journal durable on a clock. */
import type { Clock, FileStore, Host } from '../../platform/types';
import { without, type ByteRange, type ByteRanges } from './byteRanges';
import { formatJournal, formatLine, type JournalFacts, type JournalLine } from './journalText';
import type { TransferSizes } from './sizes';

/** What a power cut may cost. */
const SYNC_EVERY_MS = 500;
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
  /** Whether a digest will tell right bytes from wrong ones. */
  hasDigest: boolean;
  /** Once, as soon as it can't be written: what lands from then on would be fetched again after a crash. */
  onFailure: () => void;
}

export interface JournalWriter {
  /** With the next write. */
  add(line: JournalLine): void;
  /** Begins a write unless one is under way, which then is followed by another. */
  writeSoon(): void;
  /** Adds a line that makes others untrue. */
  takeBack(line: JournalLine): void;
  /** Makes what has landed durable at once, off the clock. Never rejects: a failure is told as the clock's are. */
  sync(): Promise<void>;
  /** Resolves when everything is written. @throws ModelError NO_SPACE, DISK_IO */
  close(): Promise<void>;
}

/** Replaces a journal by one that says `facts`. */
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
  /** How often something was taken back; a sync that began before vouches for too much. */
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
      // One that began before the last bytes landed doesn't speak for them.
      await writing.syncing;
      // The system tells a failed sync once: another would vouch for bytes that the first one lost.
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

/** One write at a time; what is added meanwhile goes with the next. */
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
  // A sync under way vouches for what was here when it began: taking back comes after it.
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

/** Beside the writes, which it would hold up. */
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
 * A sync that failed says nothing of any byte since the one before, and the next would succeed
 * without them: nothing but what was synced counts any more.
 */
async function fail(writing: Writing, error: unknown): Promise<void> {
  const { tools, place, synced, digests, versions } = writing;
  if (writing.failure === undefined) {
    writing.failure = error instanceof Error ? error : new Error(String(error));
    place.onFailure();
  }
  // A disk that doesn't even take this has told so already.
  await writeJournal(tools, place, { synced, written: synced, digests, versions }).catch(
    () => undefined,
  );
}
