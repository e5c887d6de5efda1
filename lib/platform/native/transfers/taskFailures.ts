/** Translates the error codes of the system's downloads. Pure. */
import { failureOf } from '../../../download/answers/readAnswer';
import { ModelError } from '../../../errors';
import type { FileRequest } from '../../types';

/**
 * Codes of Apple's NSURLErrorDomain for a server's certificate with a wrong date, an unknown issuer or an
 * untrusted issuer. A failed handshake (-1200) doesn't mean that the certificate isn't trusted.
 */
const APPLE_UNTRUSTED = [-1201, -1202, -1203, -1204];
const APPLE_OFFLINE = [-1003, -1004, -1006, -1009];

interface Known {
  request: FileRequest;
  freeBytes: number | undefined;
}

/**
 * `errorCode` is an HTTP status, one of Apple's codes, or -1, Android's only code. A full disk is recognised by its
 * free space.
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

// The file existed when the app requested it. An address that is refused now has expired, as signed addresses do
// while a transfer waits for a network. The next attempt requests a new address.
function failureOfStatus(status: number, url: string): ModelError {
  const failure = failureOf({ status, url, header: () => undefined });
  const mayHaveExpired = failure.code === 'HTTP_DENIED' || failure.code === 'HTTP_NOT_FOUND';
  if (!mayHaveExpired) return failure;
  return new ModelError('NET_INTERRUPTED', { host: new URL(url).host });
}
