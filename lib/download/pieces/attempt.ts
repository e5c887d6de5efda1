/** One request for one range, given up when it brings no bytes for too long. */
import type { Clock, Downloader, FileAnswer, FileEvents, FileRequest } from '../../platform/types';
import { FILE_PATIENCE, watchSilence, type Watch } from '../flow/watchSilence';

export interface AttemptTools {
  downloader: Downloader;
  clock: Clock;
}

export interface Attempt extends FileEvents {
  request: FileRequest;
  /** The longest time without a byte, whether before the first byte or later. */
  silenceMs: number;
}

/**
 * A request that was handed over to the system is never given up: the system may suspend it, and this app, too.
 * @throws what `fetchFile` does, NET_STALLED after `silenceMs` without a byte, or two minutes with almost none.
 */
export async function attempt(
  { downloader, clock }: AttemptTools,
  { request, silenceMs, onAnswer, onProgress, onUnderway }: Attempt,
  signal: AbortSignal,
): Promise<void> {
  let position = request.offsetBytes;
  let receivedBytes = 0;
  const fetchWatched = (watch: Watch) => {
    const events: FileEvents = {
      onAnswer(answer: FileAnswer) {
        if (answer.isHandedOver) watch.stop();
        position = answer.offsetBytes;
        watch.onProgress(receivedBytes);
        onAnswer(answer);
      },
      onUnderway,
      onProgress(endBytes: number) {
        receivedBytes += endBytes - position;
        position = endBytes;
        watch.onProgress(receivedBytes);
        onProgress(endBytes);
      },
    };
    return downloader.fetchFile(request, events, watch.signal);
  };
  const patience = { ...FILE_PATIENCE, silentMs: silenceMs };
  await watchSilence(clock, { url: request.url, patience, request: fetchWatched }, signal);
}
