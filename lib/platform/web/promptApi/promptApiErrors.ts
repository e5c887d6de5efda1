/** Translates the Prompt API's exceptions into ModelErrors; only their names tell them apart. */
import { ModelError, describe, isModelError } from '../../../errors';
import type { SystemLack } from '../../../errors';
import { hasName } from '../files/storageErrors';

/** The operation of the API, and other facts that its exception depends on. */
export type PromptWork =
  | { kind: 'bring'; wasPressed: boolean }
  | { kind: 'load' }
  | { kind: 'answer'; contextTokens: number };

/** An AbortError here wasn't caused by this app: the browser ended the session. */
export function promptFailure(cause: unknown, work: PromptWork): ModelError {
  if (isModelError(cause)) return cause;
  if (work.kind === 'answer' && hasName(cause, 'QuotaExceededError')) {
    return new ModelError('CONTEXT_FULL', { contextTokens: work.contextTokens }, { cause });
  }
  const lack = lackOf(cause, work);
  if (lack !== undefined) return new ModelError('SYSTEM_MODEL', { lack, reason: '' }, { cause });
  const reason = describe(cause);
  return work.kind === 'answer'
    ? new ModelError('GENERATION_FAILED', { reason }, { cause })
    : new ModelError('SYSTEM_MODEL', { lack: 'failed', reason }, { cause });
}

function lackOf(cause: unknown, work: PromptWork): SystemLack | undefined {
  if (hasName(cause, 'NotAllowedError')) {
    return work.kind === 'bring' && !work.wasPressed ? 'press' : 'denied';
  }
  if (hasName(cause, 'NotSupportedError')) {
    return work.kind === 'answer' ? 'language' : 'unavailable';
  }
  if (hasName(cause, 'NetworkError')) return 'network';
  if (hasName(cause, 'NotReadableError')) return 'filtered';
  return undefined;
}
