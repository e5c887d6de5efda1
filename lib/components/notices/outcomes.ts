/** The outcomes worth reporting when a model's state has changed, in this tab or another one. */
import type { ModelState } from '../../ai/modelState';
import { isVerified } from '../../ai/registry/published';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { formatBytes, formatPercent, percentOf } from '../words/words';

/** A sentence, or undefined if the change needs no report. `before` is the last state that wasn't `verifying`. */
export function outcomeOf(name: string, before: ModelState, after: ModelState): string | undefined {
  if (before.kind === after.kind) return undefined;
  switch (after.kind) {
    case 'installed':
      if (after.sizeBytes === 0) return t('{name} is ready', { name });
      return after.files.every(isVerified)
        ? t('{name} is installed', { name })
        : t('{name} is installed: complete; its publisher states no digest', { name });
    case 'failed':
    case 'differs':
      return t('{name}: {problem}', { name, problem: describeFailure(after.failure).title });
    case 'paused':
      return after.totalBytes === undefined
        ? t('{name} is paused', { name })
        : t('{name} is paused at {percent}', {
            name,
            percent: formatPercent(percentOf(after.receivedBytes, after.totalBytes)),
          });
    case 'absent':
      return absence(name, before);
    default:
      return undefined;
  }
}

/** Whether a person removed the model; the system's own models are removed elsewhere. */
export function isRemoval(before: ModelState, after: ModelState): boolean {
  const wasHere = before.kind === 'installed' || before.kind === 'differs';
  return after.kind === 'absent' && wasHere && before.sizeBytes > 0;
}

function absence(name: string, before: ModelState): string | undefined {
  if (before.kind === 'installed' || before.kind === 'differs') {
    // The system kept this model and removed it, not a person here.
    if (before.sizeBytes === 0) return t('{name} is not here any more', { name });
    return t('{name} was removed, {size} freed', {
      name,
      size: formatBytes(before.sizeBytes),
    });
  }
  return before.kind === 'unavailable'
    ? undefined
    : t('The download of {name} was cancelled', { name });
}
