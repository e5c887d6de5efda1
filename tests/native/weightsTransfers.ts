/** Which requests brought the weights of the models that `speakingPhoneModels` serves. For Jest. */
import { expect } from '@jest/globals';

import type { LogEntry } from '../hub/log';
import type { Hub } from '../hub/server';
import { phone } from './fakes/phone';
import { speakingPhoneModels } from './speakingPhoneModels';

/** Requests for their bytes; the one byte that is asked for before doesn't count. */
export function transfersOfWeights({ log }: Hub): LogEntry[] {
  return log.filter(
    ({ origin, file, headers }) =>
      origin === 'cdn' && file?.endsWith('.pte') === true && headers['range'] !== 'bytes=0-0',
  );
}

/**
 * Of one file, of which so many bytes had come when the app died. Android's job died with it, and the system ran it again:
 * it fetched what was still missing, and nothing twice.
 */
export function expectNothingTwice(hub: Hub, cameBytes: number): void {
  const transfers = transfersOfWeights(hub);
  expect(transfers.map(({ headers }) => headers['range'])).toEqual(
    phone.system === 'ios' ? [undefined] : [undefined, `bytes=${String(cameBytes)}-`],
  );
  const files = speakingPhoneModels().flatMap((repo) => Object.entries(repo.files));
  const weights = files.filter(([path]) => path.endsWith('.pte'));
  const sentBytes = transfers.reduce((sum, { bodyBytesSent }) => sum + bodyBytesSent, 0);
  expect(weights.map(([, { content }]) => content.sizeBytes)).toContain(sentBytes);
}
