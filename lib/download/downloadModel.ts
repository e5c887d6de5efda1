/** Brings one model here: plan, transfer, verify, install. The only download loop. */
import type { LlmModelConfig } from '../ai/modelConfig';
import type { ModelError } from '../errors';
import { bringFiles, type OnReceived } from './bringFiles';
import { finishInstall, install } from './install';
import { preparePlan, type PlanTools } from './preparePlan';
import { verifyStaged } from './verifyFiles';

/** What the loop tells while it works; called often, throttled by whoever shows it. */
export interface DownloadObserver {
  onReceived: OnReceived;
  onVerified: (verifiedBytes: number, totalBytes: number) => void;
  /** Before each wait for another attempt. */
  onRetry: (error: ModelError, delayMs: number) => void;
}

/**
 * Resolves when the model is installed. The caller holds the model's lock and has seen that it
 * isn't installed. Bytes stay through every failure that `ERROR_TRAITS` says keeps them.
 * @throws ModelError NO_SPACE before the first byte, HASH_MISMATCH after the last; AbortError.
 */
export async function downloadModel(
  tools: PlanTools,
  { config, observer }: { config: LlmModelConfig; observer: DownloadObserver },
  signal: AbortSignal,
): Promise<void> {
  const { files, host, clock } = tools;
  if (await finishInstall(files, config.folderName)) return;
  const { onReceived, onVerified, onRetry } = observer;
  const plan = await preparePlan(tools, { config, onRetry }, signal);
  await bringFiles(tools, { config, plan, onReceived, onRetry }, signal);
  const verification = { files, onVerified, discardWrong: true };
  const installed = await verifyStaged(verification, { config, plan }, signal);
  // From here on it is done sooner than a cancellation could be, and a half-done install is finished anyway.
  await install(files, config.folderName, {
    modelId: config.modelId,
    runtime: host.runtime,
    installedAt: clock.nowMs(),
    files: installed,
  });
}
