/** One request for one range, given up when it falls silent. */
import type { Clock, Downloader, FileAnswer, FileEvents, FileRequest } from '../../platform/types';
import { FILE_PATIENCE, watchSilence, type Watch } from '../flow/watchSilence';

export interface AttemptTools {
  downloader: Downloader;
  clock: Clock;
}

export interface Attempt extends FileEvents {
  request: FileRequest;
  /** How long nothing may come, before the first byte as well as after the last but one. */
  silenceMs: number;
}

/**
 * What was handed over to the system is never given up: it may sleep, and so may this app.
 * @throws what `fetchFile` does, NET_STALLED after so much silence, or after two minutes that brought next to nothing.
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
