/** Copies bytes of this device into a partial file, with the same records as bytes that a server sent. */
import type { Clock, FileRanges, FileStore, Host } from '../../platform/types';
import { throwIfAborted } from '../flow/abortable';
import { journalPath, openJournal } from '../journal/journal';
import type { TransferSizes } from '../journal/sizes';
import { stepsOf, targetOf, usefulCopies, type Copy } from './copies';

const STEP_BYTES = 32 * 1024 * 1024;

export interface FillTools {
  files: FileStore;
  ranges: FileRanges;
  host: Pick<Host, 'bootId'>;
  clock: Clock;
  sizes: TransferSizes;
}

export interface Filling {
  partPath: string;
  /** The exact size of the new file. */
  totalBytes: number;
  copies: readonly Copy[];
  /** The number of bytes copied so far. */
  onCopied: (copiedBytes: number) => void;
}

/**
 * Resolves with the number of copied bytes. The journal notes a range when its bytes are written, and calls it synced when
 * they are durable, so that a death at any point leaves a download that can be resumed. Bytes that had landed aren't
 * written again.
 * @throws ModelError DISK_IO, NO_SPACE; AbortError. What was copied before stays.
 */
export async function fillPart(
  tools: FillTools,
  { partPath, totalBytes, copies, onCopied }: Filling,
  signal: AbortSignal,
): Promise<number> {
  const broken = new AbortController();
  const onFailure = () => {
    broken.abort();
  };
  const place = { path: journalPath(partPath), partPath, totalBytes, hasDigest: true, onFailure };
  const journal = await openJournal(tools, place, await sizeOf(tools.files, partPath));
  const useful = usefulCopies(copies, { landed: journal.landed.list(), totalBytes });
  let copiedBytes = 0;
  try {
    for (const step of stepsOf(useful, STEP_BYTES)) {
      throwIfAborted(signal);
      // `close` throws the failure.
      if (broken.signal.aborted) break;
      await tools.ranges.copy(step[0]?.from ?? '', partPath, step);
      for (const target of step.map(targetOf)) {
        journal.landed.add(target);
        journal.note(target);
        copiedBytes += target.endBytes - target.startBytes;
      }
      onCopied(copiedBytes);
      await journal.sync();
    }
  } finally {
    await journal.close();
  }
  return copiedBytes;
}

async function sizeOf(files: FileStore, path: string): Promise<number> {
  const entries = await files.list(path.slice(0, path.lastIndexOf('/')));
  return entries.find((entry) => entry.path === path)?.sizeBytes ?? 0;
}
