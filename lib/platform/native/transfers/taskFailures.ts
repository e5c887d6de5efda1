/** What the codes mean with which the system's downloads fail. Pure. */
import { failureOf } from '../../../download/answers/readAnswer';
import { ModelError } from '../../../errors';
import type { FileRequest } from '../../types';

/**
 * Of Apple's NSURLErrorDomain: the server's certificate, with a wrong date, an unknown issuer or an
 * untrusted one. A handshake that failed (-1200) says nothing of trust.
 */
const APPLE_UNTRUSTED = [-1201, -1202, -1203, -1204];
const APPLE_OFFLINE = [-1003, -1004, -1006, -1009];

interface Known {
  request: FileRequest;
  freeBytes: number | undefined;
}

/**
 * A status, a code of Apple's, or -1, which is all that Android says. Only that the disk is full is
 * seen by looking at it.
 */
export function failureOfTask(errorCode: number, { request, freeBytes }: Known): ModelError {
  const { host } = new URL(request.url);
  if (errorCode >= 400) return failureOfStatus(errorCode, request.url);
  const neededBytes = request.expectedBytes ?? 0;
  if (freeBytes !== undefined && freeBytes < neededBytes) {
    return new ModelError('NO_SPACE', { neededBytes, freeBytes });
  }
  if (APPLE_UNTRUSTED.includes(errorCode)) return new ModelError('NET_TLS', { host });
  if (APPLE_OFFLINE.includes(errorCode)) return new ModelError('NET_OFFLINE', { host });
  return new ModelError('NET_INTERRUPTED', { host });
}

// The file was there when the app asked: an address that is refused now has expired, as signed ones
// do while they wait for a network, and the next attempt asks for a new one.
function failureOfStatus(status: number, url: string): ModelError {
  const failure = failureOf({ status, url, header: () => undefined });
  const mayHaveExpired = failure.code === 'HTTP_DENIED' || failure.code === 'HTTP_NOT_FOUND';
  if (!mayHaveExpired) return failure;
  return new ModelError('NET_INTERRUPTED', { host: new URL(url).host });
}
