/** Asks the hub one small question, to learn whether it answers and what time it has. */
import { abortable, throwIfAborted } from '../../download/flow/abortable';
import { isModelError } from '../../errors';
import type { Platform } from '../../platform/types';
import type { HubAttempt } from './judgeHub';

const PATIENCE_MS = 10_000;
const MOST_BYTES = 256 * 1024;

export type HubParts = Pick<Platform, 'downloader' | 'environment' | 'clock'>;

/** No token is sent: whether the hub answers doesn't depend on who asks. @throws AbortError by `signal` only */
export async function askForTime(
  { downloader, environment, clock }: HubParts,
  signal: AbortSignal,
): Promise<HubAttempt> {
  const { controller, release } = abortable(signal);
  const stopWaiting = clock.after(PATIENCE_MS, () => controller.abort());
  const url = `${environment.hubEndpoint}/api/models?limit=1`;
  try {
    const { status, headers } = await downloader.fetchText(
      { url, maxBytes: MOST_BYTES, token: null },
      { onProgress: () => undefined },
      controller.signal,
    );
    return { kind: 'answered', status, aheadMs: aheadOf(headers, clock.nowMs()) };
  } catch (error) {
    throwIfAborted(signal);
    if (controller.signal.aborted) return { kind: 'silent' };
    return { kind: 'failed', code: isModelError(error) ? error.code : 'INTERNAL' };
  } finally {
    stopWaiting();
    release();
  }
}

/** A cache on the way keeps the date, and says for how many seconds. */
function aheadOf(headers: Readonly<Record<string, string>>, nowMs: number): number | undefined {
  const date = Date.parse(headers['date'] ?? '');
  const ageSeconds = Number(headers['age'] ?? 0);
  const hubMs = date + ageSeconds * 1000;
  return Number.isNaN(hubMs) ? undefined : nowMs - hubMs;
}
