/** Brings one file's bytes to its `.part`: the loop of attempts around the host's downloader. */
import { ModelError, isModelError } from '../errors';
import type { Clock, Downloader } from '../platform/types';
import { abortable, throwIfAborted, wait } from './abortable';
import { retryDelayMs } from './retry';

/** Silence after which a connection counts as dead. */
const STALL_MS = 30_000;

export interface TransferTools {
  downloader: Downloader;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
}

export interface Transfer {
  url: string;
  path: string;
  offsetBytes: number;
  expectedBytes: number | undefined;
  onProgress: (receivedBytes: number) => void;
  /** Before each wait for another attempt. */
  onRetry: (error: ModelError, delayMs: number) => void;
}

/**
 * Resolves when every byte is at `path`, not yet verified, with how many there are.
 * Failures that pass are waited out; bytes that arrived stay whatever happens.
 * @throws ModelError the last failure, AbortError as soon as `signal` says so.
 */
export async function transferFile(
  tools: TransferTools,
  transfer: Transfer,
  signal: AbortSignal,
): Promise<number> {
  let { offsetBytes } = transfer;
  let failures = 0;
  let mostBytes = offsetBytes;
  const onProgress = (receivedBytes: number) => {
    offsetBytes = receivedBytes;
    if (receivedBytes > mostBytes) {
      mostBytes = receivedBytes;
      failures = 0;
    }
    transfer.onProgress(receivedBytes);
  };

  for (;;) {
    try {
      const receivedBytes = await attempt(tools, { ...transfer, offsetBytes, onProgress }, signal);
      onProgress(receivedBytes);
      if (transfer.expectedBytes === undefined || receivedBytes === transfer.expectedBytes) {
        return receivedBytes;
      }
      throw new ModelError('NET_INTERRUPTED', { host: new URL(transfer.url).host });
    } catch (error) {
      throwIfAborted(signal);
      if (!isModelError(error)) throw error;
      failures += 1;
      const delayMs = retryDelayMs(error, failures, tools.random());
      if (delayMs === undefined) throw error;
      // A server whose ranges are wrong twice in a row can still send the whole file.
      if (error.code === 'RANGE_INVALID' && failures > 1) offsetBytes = 0;
      transfer.onRetry(error, delayMs);
      await wait(tools.clock, delayMs, signal);
    }
  }
}

/** One request, given up after `STALL_MS` without a byte, before the first as well as after the last but one. */
async function attempt(
  { downloader, clock }: TransferTools,
  transfer: Transfer,
  signal: AbortSignal,
): Promise<number> {
  const { url, path, offsetBytes, expectedBytes } = transfer;
  const { controller, release } = abortable(signal);
  const stall = { happened: false };
  const giveUpLater = () =>
    clock.after(STALL_MS, () => {
      stall.happened = true;
      controller.abort();
    });
  let callOff = giveUpLater();
  const onProgress = (receivedBytes: number) => {
    callOff();
    callOff = giveUpLater();
    transfer.onProgress(receivedBytes);
  };
  try {
    const request = { url, path, offsetBytes, expectedBytes };
    const answer = await downloader.fetchFile(request, onProgress, controller.signal);
    return answer.receivedBytes;
  } catch (error) {
    // The adapter rejects with AbortError; why it was aborted is ours to say.
    if (!stall.happened) throw error;
    const { host } = new URL(url);
    throw new ModelError('NET_STALLED', { host, silentMs: STALL_MS }, { cause: error });
  } finally {
    callOff();
    release();
  }
}
