/** Runs one download for the manager: turns the progress of the loop into states. */
import { createRateMeter, secondsLeft } from '../../download/flow/rate';
import type { OnReceived } from '../../download/bringFiles';
import type { DownloadObserver, DownloadTools, Reusable } from '../../download/downloadModel';
import { loadPart } from '../../download/flow/loadPart';
import { toFailure } from '../../errors';
import type { OwnFolder, Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelState } from '../modelState';
import { createPacer } from '../snapshots/pacer';
import type { Pace } from '../snapshots/snapshotStore';

export type Show = (state: ModelState, pace: Pace) => void;

export interface ShownDownload {
  config: LlmModelConfig;
  runtime: Runtime;
  /** The folder in the store that only this owner writes to. */
  staging: string;
  own: OwnFolder;
  /** The bytes that were kept, as far as they are known before the first answer. */
  received: Parameters<OnReceived>[0];
  show: Show;
  reuse?: ((reusable: Reusable, signal: AbortSignal) => Promise<void>) | undefined;
}

/** Runs the download loop and shows each step. Rejects as `downloadModel` does, without showing the failure. */
export async function runDownload(
  tools: DownloadTools,
  { show, received: kept, ...download }: ShownDownload,
  signal: AbortSignal,
): Promise<void> {
  const meter = createRateMeter();
  let received = kept;
  let file: Parameters<OnReceived>[1];

  // A fast transfer reports progress thousands of times per second. A state for each would cost as much as the writes.
  const pacer = createPacer(tools.clock, () => {
    const { receivedBytes, totalBytes } = received;
    meter.add(tools.clock.monotonicMs(), receivedBytes);
    const bytesPerSecond = meter.bytesPerSecond();
    const remainingBytes = totalBytes === undefined ? undefined : totalBytes - receivedBytes;
    const left = secondsLeft(remainingBytes, bytesPerSecond);
    const moving = { ...(file && { file }), bytesPerSecond, secondsLeft: left };
    show({ kind: 'downloading', ...received, ...moving }, 'soon');
  });
  const showInstead: Show = (state, pace) => {
    pacer.callOff();
    show(state, pace);
  };
  showInstead({ kind: 'waiting', reason: 'preparing', ...received }, 'now');

  const observer: DownloadObserver = {
    onReceived(now, moving) {
      received = now;
      file = moving;
      pacer.soon();
    },
    onVerified(verifiedBytes, totalBytes) {
      showInstead({ kind: 'verifying', verifiedBytes, totalBytes }, 'soon');
    },
    onRetry(error, retryInMs) {
      const failure = toFailure(error);
      showInstead({ kind: 'waiting', reason: 'retrying', failure, retryInMs, ...received }, 'now');
    },
    onHeld() {
      showInstead({ kind: 'waiting', reason: 'wifi', ...received }, 'now');
    },
    onQueued() {
      showInstead({ kind: 'waiting', reason: 'queued', ...received }, 'now');
    },
    onNoSpace(error) {
      const failure = toFailure(error);
      showInstead({ kind: 'waiting', reason: 'space', failure, ...received }, 'now');
    },
  };
  const { downloadModel } = await loadDownloads();
  try {
    await downloadModel(tools, { ...download, observer }, signal);
  } finally {
    pacer.callOff();
  }
}

const loadDownloads = () => loadPart('downloadModel', () => import('../../download/downloadModel'));
