/** The outcomes worth reporting when a model's state has changed, in this tab or another one. */
import type { ModelState } from '../../ai/modelState';
import { isVerified } from '../../ai/registry/published';
import { describeFailure } from '../words/failureWords';
import { formatBytes, NO_DIGEST, percentOf } from '../words/words';

/** A sentence, or undefined if the change needs no report. `before` is the last state that wasn't `verifying`. */
export function outcomeOf(name: string, before: ModelState, after: ModelState): string | undefined {
  if (before.kind === after.kind) return undefined;
  switch (after.kind) {
    case 'installed':
      if (after.sizeBytes === 0) return `${name} is ready`;
      return after.files.every(isVerified)
        ? `${name} is installed`
        : `${name} is installed: ${NO_DIGEST}`;
    case 'failed':
    case 'differs':
      return `${name}: ${describeFailure(after.failure).title}`;
    case 'paused':
      return after.totalBytes === undefined
        ? `${name} is paused`
        : `${name} is paused at ${percentOf(after.receivedBytes, after.totalBytes)}%`;
    case 'absent':
      return absence(name, before);
    default:
      return undefined;
  }
}

function absence(name: string, before: ModelState): string | undefined {
  if (before.kind === 'installed' || before.kind === 'differs') {
    // The system kept this model and removed it, not a person here.
    if (before.sizeBytes === 0) return `${name} is not here any more`;
    return `${name} was removed, ${formatBytes(before.sizeBytes)} freed`;
  }
  return before.kind === 'unavailable' ? undefined : `The download of ${name} was cancelled`;
}
