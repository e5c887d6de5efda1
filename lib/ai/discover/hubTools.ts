/** One question to the hub's API, repeated while its failures are temporary, and counted. */
import { isModelError, ModelError } from '../../errors';
import type { AskTools } from '../../download/answers/askText';
import { untilDone, type RetryTools } from '../../download/flow/untilDone';
import { askJson, type JsonAnswer, type JsonQuestion } from '../../download/plan/askJson';
import { addressBelow, urlOf } from '../../platform/addresses/hubEndpoint';
import type { RequestBudget } from './requestBudget';

export interface HubTools extends AskTools, RetryTools {
  /** The hub's address without a trailing slash; it may contain a path. */
  hubEndpoint: string;
  /** Called before each wait for another attempt. */
  onRetry: (error: ModelError, delayMs: number) => void;
  budget: RequestBudget;
  /**
   * Whether a question waits as long as the hub wants, and for a connection. Otherwise only for a few seconds, and not at
   * all for a connection: a person is watching.
   */
  waitsForQuota: boolean;
}

const LONGEST_SILENT_WAIT_MS = 20_000;

/**
 * @throws ModelError NET_*, HTTP_*; unless `waitsForQuota`, NET_OFFLINE and, for a wait of more than twenty seconds,
 * HTTP_RATE_LIMITED at once; NOT_A_MODEL for an answer of another form; AbortError
 */
export async function askHub<T>(
  tools: HubTools,
  question: JsonQuestion<T>,
  signal: AbortSignal,
): Promise<JsonAnswer<T>> {
  const { host } = new URL(tools.hubEndpoint);
  let refusal: ModelError | undefined;
  const work = async () => {
    try {
      tools.budget.spend(host);
      return await askJson(tools, question, signal);
    } catch (error) {
      if (isOffline(error) && !tools.waitsForQuota) {
        refusal = error;
        return undefined;
      }
      if (!isLimited(error)) throw error;
      const { retryAfterMs } = error.details;
      tools.budget.refused(retryAfterMs);
      if (tools.waitsForQuota || (retryAfterMs ?? Infinity) <= LONGEST_SILENT_WAIT_MS) throw error;
      // Kept, because `untilDone` waits after each failure of this kind that is thrown.
      refusal = error;
      return undefined;
    }
  };
  const answer = await untilDone(tools, { work, onRetry: tools.onRetry }, signal);
  if (answer === undefined) throw refusal ?? new ModelError('INTERNAL', { reason: 'no answer' });
  return answer;
}

function isOffline(error: unknown): error is ModelError<'NET_OFFLINE'> {
  return isModelError(error) && error.code === 'NET_OFFLINE';
}

export function isLimited(error: unknown): error is ModelError<'HTTP_RATE_LIMITED'> {
  return isModelError(error) && error.code === 'HTTP_RATE_LIMITED';
}

/** The address of the next page of a list; only one at the same hub is followed. */
export function nextPage(
  link: string | undefined,
  page: string,
  hubEndpoint: string,
): string | undefined {
  const [, address] = /<([^<>]+)>\s*;\s*rel="?next"?/.exec(link ?? '') ?? [];
  const url = address === undefined ? undefined : urlOf(address, new URL(page));
  return url && addressBelow(url, hubEndpoint) !== undefined ? url.href : undefined;
}
