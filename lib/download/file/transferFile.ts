/** Brings one file to its `.part`, whole and hashed: pieces, journal and digest side by side. */
import { ModelError } from '../../errors';
import type { Digester, FileEntry, FileStore, Host } from '../../platform/types';
import { abortable, throwIfAborted } from '../flow/abortable';
import { fetchPieces, type FetchTools } from '../pieces/fetchPieces';
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
  /** Bytes of the file that lies at `path` now; how many of them count, its journal says. */
  partBytes: number;
  expectedBytes: number | undefined;
  /** Whether a digest will tell right bytes from wrong ones; else they have to be of one version of the source. */
  hasDigest: boolean;
  /** What is wrong with a file whose beginning can already tell; the transfer ends with it. Undefined for files that aren't judged. */
  refusal: ((reason: string) => ModelError) | undefined;
  /** How many bytes are here; fewer than before when a server starts over. */
  onReceived: (receivedBytes: number) => void;
  /** How many bytes were read back, from when the last one is here. */
  onVerified: (verifiedBytes: number, totalBytes: number) => void;
  onRetry: (error: ModelError, delayMs: number) => void;
  /** The system holds it back until there is Wi-Fi. */
  onHeld: () => void;
}

/** What lies on the disk, by having read it. */
export interface Transferred {
  sizeBytes: number;
  sha256: string;
  /** The file's, as it was read back. */
  version: string | undefined;
  /** The running digest at the end of each block. */
  blocks: string[];
}

/**
 * Resolves when every byte is at `path` and was read back. Bytes that landed stay whatever
 * happens, and the next transfer to the same path goes on from them.
 * @throws ModelError the last failure, FILE_EMPTY for one without a byte, also NO_SPACE or DISK_IO as soon as what landed can't be
 * noted any more; what `refusal` gives; AbortError as soon as `signal` says so.
 */
export async function transferFile(
  tools: TransferTools,
  transfer: Transfer,
  signal: AbortSignal,
): Promise<Transferred> {
  const { path, partBytes, expectedBytes, hasDigest } = transfer;
  // Ends a transfer of which nothing can be remembered: at the same fault, each kill would cost all of it.
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
      // Why it ended comes first. Where the journal isn't why, what it lost costs bytes, never truth.
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
      // A file that was stated to have no bytes isn't asked for.
      if (sizeBytes === 0) throw new ModelError('FILE_EMPTY', { host: new URL(url).host });
      // Nobody writes to it from here, and what was read back has to be what is installed.
      const version = (await findEntry(tools.files, path))?.version;
      // What is left to hash and what is left to sync take about as long; neither needs the other.
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
  { path, journal, refusal, onRefused }: Parameters<typeof bring>[1],
  pieces: Pieces,
): HeaderJudge | undefined {
  return (
    refusal &&
    judgeHeader(digester, {
      path,
      totalBytes: () => pieces.totalBytes,
      hereBytes: () => journal.landed.frontierBytes(),
      onRefused: (reason) => {
        onRefused(refusal(reason));
      },
    })
  );
}

/** What the store says of one file, or undefined when there is none. */
export async function findEntry(files: FileStore, path: string): Promise<FileEntry | undefined> {
  const entries = await files.list(path.slice(0, path.lastIndexOf('/')));
  return entries.find((found) => found.path === path);
}
