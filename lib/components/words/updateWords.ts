/** Updates in words for people. */
import type { UpdateChange, ModelUpdate } from '../../ai/updates/modelUpdate';
import { WENT_BACK } from '../../errors';
import { givenReason } from './failureWords';
import { t } from './language';
import { formatBytes, printable } from './words';

/** For the card: the bytes that are known. */
export function updateLine({ downloadBytes, totalBytes }: ModelUpdate): string {
  if (downloadBytes === undefined || totalBytes === undefined) return t('Update available');
  const [size, total] = [formatBytes(downloadBytes), formatBytes(totalBytes)];
  return size === total
    ? t('Update: {size}', { size })
    : t('Update: {size} of {total}', { size, total });
}

function changeWords(change: UpdateChange): string {
  switch (change) {
    case 'weights':
      return t('its weights');
    case 'template':
      return t('the form in which it gets conversations');
    case 'metadata':
      return t('facts about it');
    case 'tokenizer':
    case 'tokenizerConfig':
      return t('how it reads words');
    case 'projector':
      return t('the part that sees pictures');
  }
}

/** One for each kind of change. */
export function changesWords(changes: readonly UpdateChange[]): readonly string[] {
  return [...new Set(changes.map(changeWords))];
}

export function licenseChangeWords({ from, to }: { from: string; to: string }): string {
  return t('The licence changes from {from} to {to}.', {
    from: printable(from),
    to: printable(to),
  });
}

export function heldWords(reason: string): string {
  return reason === WENT_BACK
    ? t('Held at this version, because you went back to it')
    : t('Held at this version: {reason}', { reason: givenReason(reason) });
}
