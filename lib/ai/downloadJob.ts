/** One running download as the manager sees it: turns what the loop tells into states. */
import { createRateMeter, secondsLeft } from '../download/rate';
import type { OnReceived } from '../download/bringFiles';
import {
  downloadModel,
  type DownloadObserver,
  type DownloadTools,
} from '../download/downloadModel';
import { toFailure } from '../errors';
import type { LlmModelConfig } from './modelConfig';
import type { ModelState } from './modelState';
import type { Pace } from './snapshotStore';

export type Show = (state: ModelState, pace: Pace) => void;

/** Runs the download loop and shows each step. Rejects as `downloadModel` does, without showing that. */
export async function runDownload(
  tools: DownloadTools,
  { config, show }: { config: LlmModelConfig; show: Show },
  signal: AbortSignal,
): Promise<void> {
  const meter = createRateMeter();
  let received: Parameters<OnReceived>[0] = { receivedBytes: 0, totalBytes: undefined };
  show({ kind: 'waiting', reason: 'preparing', ...received }, 'now');

  const onReceived: OnReceived = (now, file) => {
    received = now;
    const { receivedBytes, totalBytes } = now;
    meter.add(tools.clock.monotonicMs(), receivedBytes);
    const bytesPerSecond = meter.bytesPerSecond();
    const remainingBytes = totalBytes === undefined ? undefined : totalBytes - receivedBytes;
    const left = secondsLeft(remainingBytes, bytesPerSecond);
    const moving = { ...(file && { file }), bytesPerSecond, secondsLeft: left };
    show({ kind: 'downloading', ...now, ...moving }, 'soon');
  };
  const observer: DownloadObserver = {
    onReceived,
    onVerified(verifiedBytes, totalBytes) {
      show({ kind: 'verifying', verifiedBytes, totalBytes }, 'soon');
    },
    onRetry(error, retryInMs) {
      const failure = toFailure(error);
      show({ kind: 'waiting', reason: 'retrying', failure, retryInMs, ...received }, 'now');
    },
    onHeld() {
      show({ kind: 'waiting', reason: 'wifi', ...received }, 'now');
    },
    onQueued() {
      show({ kind: 'waiting', reason: 'queued', ...received }, 'now');
    },
    onNoSpace(error) {
      const failure = toFailure(error);
      show({ kind: 'waiting', reason: 'space', failure, ...received }, 'now');
    },
  };
  await downloadModel(tools, { config, observer }, signal);
}
