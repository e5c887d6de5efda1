/** Downloads one file completely to its `.part` and hashes it: pieces, journal and digest run in parallel. */
import type { FileRole } from '../../ai/runtimes/modelBuild';
import { ModelError } from '../../errors';
import type { Digester, FileEntry, FileStore, Host } from '../../platform/types';
import { abortable, throwIfAborted } from '../flow/abortable';
import { fetchPieces } from '../pieces/fetchPieces';
import type { FetchTools } from '../pieces/fetchParts';
import { followDigest } from './followDigest';
import { journalPath, openJournal, type Journal } from '../journal/journal';
import { ANY_VERSION, createOneVersion } from '../answers/oneVersion';
import { judgeHeader, type HeaderJudge } from './judgeHeader';
import { createPieces, type Pieces } from '../pieces/pieces';
import type { TransferSizes } from '../journal/sizes';

export interface TransferTools extends FetchTools {
  files: FileStore;
  digester: Digester;
  host: Host;
  sizes: TransferSizes;
}

export interface Transfer {
  url: string;
  path: string;
  /** The size of the file at `path` now; its journal states which of these bytes count. */
  partBytes: number;
  expectedBytes: number | undefined;
  /** Whether a digest will distinguish right bytes from wrong ones; otherwise all must be of one source version. */
  hasDigest: boolean;
  /** By which rules the file's beginning is judged. */
  role: FileRole;
  /** The number of weights files of its build. */
  parts: number;
  /** The failure with which the transfer ends when the file's beginning is unusable. Undefined for unchecked files. */
  refusal: ((reason: string) => ModelError) | undefined;
  /** The number of received bytes; it is lower than before when a server starts over. */
  onReceived: (receivedBytes: number) => void;
  /** The number of bytes read back; called only once every byte has landed. */
  onVerified: (verifiedBytes: number, totalBytes: number) => void;
  onRetry: (error: ModelError, delayMs: number) => void;
  /** The system holds the file back until there is Wi-Fi. */
  onHeld: () => void;
}

/** The file on the disk, as it was read back. */
export interface Transferred {
  sizeBytes: number;
  sha256: string;
  /** The version of the file that was read back. */
  version: string | undefined;
  /** The running digest at the end of each block. */
  blocks: string[];
}

/**
 * Resolves when every byte is at `path` and was read back. Landed bytes stay after any failure,
 * and the next transfer to the same path resumes from them.
 * @throws ModelError the last failure, FILE_EMPTY for a file without a byte, also NO_SPACE or DISK_IO as soon
 * as landed bytes can't be noted in the journal any more; the result of `refusal`; AbortError as soon as
 * `signal` aborts.
 */
export async function transferFile(
  tools: TransferTools,
  transfer: Transfer,
  signal: AbortSignal,
): Promise<Transferred> {
  const { path, partBytes, expectedBytes, hasDigest } = transfer;
  // Ends a transfer whose progress can't be recorded: each time the app is killed, all of it would be lost.
  const { controller, release } = abortable(signal);
  const onFailure = () => {
    controller.abort();
  };
  const end: { refused?: ModelError } = {};
  const onRefused = (error: ModelError) => {
    end.refused = error;
    controller.abort();
  };
  const about = { totalBytes: expectedBytes, hasDigest, onFailure };
  const place = { path: journalPath(path), partPath: path, ...about };
  try {
    const journal = await openJournal(tools, place, partBytes);
    const transferred = await bring(
      tools,
      { ...transfer, journal, onRefused },
      controller.signal,
    ).catch(async (error: unknown) => {
      const isOurStop = controller.signal.aborted && !signal.aborted;
      // The reason for the transfer's end comes first. Lost journal entries cost a second fetch, never wrong bytes.
      await journal.close().catch((failure: unknown) => {
        if (isOurStop) throw failure;
      });
      throw (isOurStop ? end.refused : undefined) ?? error;
    });
    await journal.close();
    return transferred;
  } finally {
    release();
  }
}

async function bring(
  tools: TransferTools,
  transfer: Transfer & { journal: Journal; onRefused: (error: ModelError) => void },
  signal: AbortSignal,
): Promise<Transferred> {
  const { url, path, journal, expectedBytes, onReceived, onRetry } = transfer;
  const pieces = createPieces(journal.landed, expectedBytes, tools.sizes);
  const isHere = () => pieces.isComplete();
  const follower = followDigest(tools.digester, {
    path,
    journal,
    blockBytes: tools.sizes.blockBytes,
    onVerified(verifiedBytes) {
      if (isHere()) transfer.onVerified(verifiedBytes, pieces.totalBytes ?? verifiedBytes);
    },
  });
  const judge = judgeBeginning(tools, transfer, pieces);
  const job = {
    url,
    path,
    pieces,
    version: transfer.hasDigest ? ANY_VERSION : createOneVersion(journal.versions),
    onRetry,
    onVersion: journal.noteVersions,
    onLanded(range: { startBytes: number; endBytes: number }) {
      journal.note(range);
      follower.advance();
      judge?.advance();
      onReceived(journal.landed.sizeBytes());
    },
    onUnderway(receivedBytes: number, isHeld: boolean) {
      onReceived(journal.landed.sizeBytes() + receivedBytes);
      if (isHeld) transfer.onHeld();
    },
    onRestart() {
      journal.restart();
      follower.restart();
      onReceived(0);
    },
  };
  onReceived(journal.landed.sizeBytes());
  follower.advance();
  judge?.advance();
  try {
    for (;;) {
      throwIfAborted(signal);
      await fetchPieces(tools, job, signal);
      await judge?.settle();
      throwIfAborted(signal);
      const sizeBytes = pieces.totalBytes ?? 0;
      // A file that is stated to be empty is never requested, so this one is unexpectedly empty.
      if (sizeBytes === 0) throw new ModelError('FILE_EMPTY', { host: new URL(url).host });
      // From here on nothing writes to the file, and the version that is read back must be the installed one.
      const version = (await findEntry(tools.files, path))?.version;
      // The remaining hash and the remaining sync take about as long, and neither depends on the other.
      const [sha256] = await Promise.all([follower.finish(sizeBytes, signal), journal.sync()]);
      const blocks = journal.digests.filter((hex) => hex !== undefined);
      if (sha256 !== undefined) return { sizeBytes, sha256, version, blocks };
    }
  } finally {
    await judge?.close();
    await follower.close();
  }
}

function judgeBeginning(
  { digester }: TransferTools,
  { path, role, parts, journal, refusal, onRefused }: Parameters<typeof bring>[1],
  pieces: Pieces,
): HeaderJudge | undefined {
  return (
    refusal &&
    judgeHeader(digester, {
      path,
      role: role === 'projector' ? role : 'weights',
      parts,
      totalBytes: () => pieces.totalBytes,
      hereBytes: () => journal.landed.frontierBytes(),
      onRefused: (reason) => {
        onRefused(refusal(reason));
      },
    })
  );
}

/** The store's entry of one file, or undefined when there is none. */
export async function findEntry(files: FileStore, path: string): Promise<FileEntry | undefined> {
  const entries = await files.list(path.slice(0, path.lastIndexOf('/')));
  return entries.find((found) => found.path === path);
}
