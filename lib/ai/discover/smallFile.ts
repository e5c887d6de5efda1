/** Reads a small file of the hub into a scratch place of the store, and removes it again. */
import { finallyDo } from '../../download/flow/finallyDo';
import { untilDone } from '../../download/flow/untilDone';
import { digestOf } from '../../download/store/verifyFiles';
import { ModelError } from '../../errors';
import type { Digester, FileStore, Peers } from '../../platform/types';
import type { HubTools } from './hubTools';

export interface SmallFileTools extends HubTools {
  files: FileStore;
  digester: Digester;
  peers: Pick<Peers, 'withLock'>;
}

export interface SmallFile {
  fileName: string;
  /** The address to request. */
  url: string;
  sizeBytes: number;
  /** The digests that the hub states. The SHA-1 of a file outside of git is that of its pointer, and isn't compared. */
  gitSha1: string | undefined;
  sha256: string | undefined;
}

/** @throws ModelError NET_*, HTTP_*, NOT_A_MODEL; HASH_MISMATCH for a file that isn't the one that the hub states; AbortError */
export function digestOfSmallFile(
  tools: SmallFileTools,
  file: SmallFile,
  signal: AbortSignal,
): Promise<string> {
  return withSmallFile(tools, { file, read: (sha256) => Promise.resolve(sha256) }, signal);
}

/** The text of a small file, and the SHA-256 of its bytes. @throws what `digestOfSmallFile` throws; DISK_IO */
export function textOfSmallFile(
  tools: SmallFileTools,
  file: SmallFile,
  signal: AbortSignal,
): Promise<{ text: string; sha256: string }> {
  const read = async (sha256: string) => ({
    text: (await tools.files.readText(PLACE)) ?? '',
    sha256,
  });
  return withSmallFile(tools, { file, read }, signal);
}

/** One for all: at most one file can be left here by a crash, and the next one replaces it. */
const PLACE = '.asking/file';

interface Work<T> {
  file: SmallFile;
  read: (sha256: string) => Promise<T>;
}

function withSmallFile<T>(
  tools: SmallFileTools,
  { file, read }: Work<T>,
  signal: AbortSignal,
): Promise<T> {
  const { files, peers } = tools;
  const bring = async () => {
    await files.remove(PLACE);
    await fetchSmall(tools, file, signal);
    return read(await checkedDigest(tools, file, signal));
  };
  return peers.withLock(PLACE, () => finallyDo(bring, () => files.remove(PLACE)), { signal });
}

async function fetchSmall(
  { files, downloader, onRetry, ...tools }: SmallFileTools,
  { url, sizeBytes }: SmallFile,
  signal: AbortSignal,
): Promise<void> {
  if (sizeBytes === 0) return files.writeText(PLACE, '');
  const request = {
    ...{ url, path: PLACE, offsetBytes: 0, endBytes: undefined },
    ...{ expectedBytes: sizeBytes, acceptsWhole: true, isRest: true, versions: undefined },
  };
  const nothing = () => undefined;
  const events = { onAnswer: nothing, onProgress: nothing, onUnderway: nothing };
  const work = () => downloader.fetchFile(request, events, signal);
  return untilDone(tools, { work, onRetry }, signal);
}

async function checkedDigest(
  { digester }: SmallFileTools,
  { fileName, sizeBytes, gitSha1, sha256: stated }: SmallFile,
  signal: AbortSignal,
): Promise<string> {
  const read = (algorithm: 'git-sha1' | 'sha256') =>
    digestOf(digester, { path: PLACE, algorithm, sizeBytes, signal });
  const refuse = (expected: string, actual: string) =>
    new ModelError('HASH_MISMATCH', { fileName, expected, actual });
  if (gitSha1 !== undefined && stated === undefined) {
    const actual = await read('git-sha1');
    if (actual !== gitSha1) throw refuse(gitSha1, actual);
  }
  const sha256 = await read('sha256');
  if (stated !== undefined && stated !== sha256) throw refuse(stated, sha256);
  return sha256;
}
