/** Reads the header of a GGUF file that isn't downloaded: a few bounded ranges from its beginning. */
import { isSameVersion } from '../../download/answers/sourceVersion';
import { TEXT_PATIENCE, type AskTools } from '../../download/answers/askText';
import { watchSilence, type Watch } from '../../download/flow/watchSilence';
import { isModelError, ModelError } from '../../errors';
import { foreignKind, SIGNATURE_BYTES } from '../../platform/gguf/foreignFile';
import { GgufDefect, GgufUnfinished, type ReadBytes } from '../../platform/gguf/ggufBytes';
import { describeGguf, isLongText, type GgufModel } from '../../platform/gguf/ggufModel';
import { readGgufStart } from '../../platform/gguf/ggufTable';
import type { RangeAnswer } from '../../platform/types';

export interface RemoteFile {
  url: string;
  /** Only for failures. */
  fileName: string;
  /** As the repository states it; undefined where it isn't known. */
  sizeBytes: number | undefined;
}

export interface RemoteHeader {
  model: GgufModel;
  /** Whether all of the header was read: a long vocabulary may leave its end, with the chat template, unread. */
  isWhole: boolean;
  /** Of the file; undefined where neither the caller nor the server states it. */
  sizeBytes: number | undefined;
  /** Of the file, as its server states it; undefined where it states none. */
  sha256: string | undefined;
  requests: number;
  readBytes: number;
}

const MEBIBYTE = 1024 ** 2;

/**
 * The lengths of the requests. The first holds the header of a model with 32,000 tokens, and the architecture of any
 * model; the first two hold the vocabulary of most. Headers with 256,000 tokens have 6 to 15 MB.
 */
const LENGTHS = [MEBIBYTE, 3 * MEBIBYTE, 3 * MEBIBYTE, MEBIBYTE];

/**
 * At most 4 requests and 8 MiB. A header that is longer is described as far as it was read.
 *
 * @throws ModelError LOAD_FAILED where the file is no model that could be loaded; REMOTE_CHANGED when the file was
 * replaced meanwhile; NET_*, HTTP_*, REDIRECT_UNSAFE, NOT_A_MODEL, RANGE_INVALID as the downloader throws them
 */
export async function readRemoteHeader(
  tools: AskTools,
  file: RemoteFile,
  signal: AbortSignal,
): Promise<RemoteHeader> {
  const remote = openRemote(tools, file, signal);
  try {
    const first = await remote.read(0, SIGNATURE_BYTES, 1);
    const kind = foreignKind(first);
    if (kind !== undefined) throw new GgufDefect(kind);
    const fileBytes = remote.sizeBytes() ?? Infinity;
    const length = { fileBytes, hereBytes: fileBytes };
    const start = await readGgufStart(remote.read, length, isLongText);
    const model = describeGguf(start);
    return { model, isWhole: start.endBytes !== undefined, ...remote.facts() };
  } catch (cause) {
    if (isModelError(cause) || signal.aborted) throw cause;
    const isDefect = cause instanceof GgufDefect;
    if (!isDefect && !(cause instanceof GgufUnfinished)) throw cause;
    const reason = isDefect ? cause.message : 'its server sends too little of it at a time';
    throw new ModelError('LOAD_FAILED', { path: file.fileName, reason }, { cause });
  }
}

interface Remote {
  /** @throws GgufUnfinished when another request isn't allowed */
  read: ReadBytes;
  sizeBytes(): number | undefined;
  facts(): Omit<RemoteHeader, 'model' | 'isWhole'>;
}

function openRemote(tools: AskTools, file: RemoteFile, signal: AbortSignal): Remote {
  let { url, sizeBytes } = file;
  let versions: readonly string[] = [];
  let sha256: string | undefined;
  let requests = 0;
  let readBytes = 0;
  let here = { startBytes: 0, bytes: new Uint8Array() };

  /** Replaces the bytes at hand by those from `startBytes` on, and keeps what they have in common. */
  async function fetchFrom(offsetBytes: number): Promise<void> {
    const rest = here.bytes.subarray(offsetBytes - here.startBytes);
    const isKept = offsetBytes >= here.startBytes && rest.byteLength > 0;
    const startBytes = isKept ? endOf(here) : offsetBytes;
    const kept = isKept ? rest : new Uint8Array();
    const lengthBytes = LENGTHS[requests];
    if (lengthBytes === undefined) throw new GgufUnfinished();
    requests += 1;
    const request = (watch: Watch) =>
      tools.downloader.fetchRange({ url, startBytes, lengthBytes }, watch, watch.signal);
    const watched = { url, patience: TEXT_PATIENCE, request };
    const answer = await watchSilence(tools.clock, watched, signal);
    requireSame(answer);
    // The hub counts its redirects against a quota, so that the address behind them is asked from now on.
    url = answer.url;
    sizeBytes ??= answer.totalBytes;
    readBytes += answer.bytes.byteLength;
    here = { startBytes: startBytes - kept.byteLength, bytes: joined(kept, answer.bytes) };
  }

  function requireSame(answer: RangeAnswer): void {
    const isOther =
      versions.length > 0 &&
      answer.versions.length > 0 &&
      !isSameVersion(versions, answer.versions);
    const { totalBytes = sizeBytes, sha256: digest = sha256 } = answer;
    const isLonger = sizeBytes !== undefined && totalBytes !== sizeBytes;
    if (isOther || isLonger || (sha256 !== undefined && digest !== sha256)) {
      throw new ModelError('REMOTE_CHANGED', { host: new URL(answer.url).host });
    }
    versions = answer.versions;
    sha256 = digest;
  }

  return {
    async read(offsetBytes, lengthBytes, neededBytes) {
      const isHere = () => {
        const neededEnd = Math.min(offsetBytes + neededBytes, sizeBytes ?? Infinity);
        return offsetBytes >= here.startBytes && neededEnd <= endOf(here);
      };
      while (!isHere()) await fetchFrom(offsetBytes);
      const start = offsetBytes - here.startBytes;
      return here.bytes.subarray(start, start + lengthBytes);
    },
    sizeBytes: () => sizeBytes,
    facts: () => ({ sizeBytes, sha256, requests, readBytes }),
  };
}

function endOf({ startBytes, bytes }: { startBytes: number; bytes: Uint8Array }): number {
  return startBytes + bytes.byteLength;
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(one.byteLength + other.byteLength);
  both.set(one);
  both.set(other, one.byteLength);
  return both;
}
