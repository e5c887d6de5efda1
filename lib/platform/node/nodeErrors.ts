/** Turns what Node throws into what the ports promise. The only place that reads `errno` names. */
import { describe, isAbortError, isModelError, ModelError } from '../../errors';

/** The system's name of an error, such as `ENOSPC`; undefined for what the system didn't raise. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function isAbsent(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export interface DiskContext {
  /** In the store. */
  path: string;
  /** What was about to be written. */
  neededBytes?: number;
}

/** What a failed file operation means. What already is an answer of a port passes through. */
export function diskError(error: unknown, { path, neededBytes = 0 }: DiskContext): Error {
  if (isModelError(error) || isAbortError(error)) return error as Error;
  const cause = { cause: error };
  switch (systemCode(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new ModelError('NO_SPACE', { neededBytes, freeBytes: undefined }, cause);
    case 'EBUSY':
      return new ModelError('STORAGE_BUSY', { path }, cause);
    default:
      return new ModelError('DISK_IO', { path, reason: reasonOf(error) }, cause);
  }
}

// Without the absolute path that Node's own message carries: the caller knows the path in the store.
export function reasonOf(error: unknown): string {
  const code = systemCode(error);
  if (code === undefined) return describe(error);
  const syscall = error instanceof Error && 'syscall' in error ? ` (${String(error.syscall)})` : '';
  return code + syscall;
}

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NODATA',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
]);
/**
 * All that Node names when it has looked at a certificate and rejects it: X.509's codes
 * (https://nodejs.org/api/tls.html#x509-certificate-error-codes), and that of another name in it.
 */
const UNTRUSTED = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECRYPT_CRL_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CRL_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CRL_NOT_YET_VALID',
  'CRL_HAS_EXPIRED',
  'ERROR_IN_CERT_NOT_BEFORE_FIELD',
  'ERROR_IN_CERT_NOT_AFTER_FIELD',
  'ERROR_IN_CRL_LAST_UPDATE_FIELD',
  'ERROR_IN_CRL_NEXT_UPDATE_FIELD',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'INVALID_CA',
  'PATH_LENGTH_EXCEEDED',
  'INVALID_PURPOSE',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'HOSTNAME_MISMATCH',
  // What Node calls those that it has no name for, such as a key that is too short.
  'UNSPECIFIED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_TLS_CERT_ALTNAME_FORMAT',
]);

/**
 * What a failed request means. `host` is who was asked. Whatever else goes wrong under TLS, a byte
 * that was changed on its way or an answer in plain text, ends a connection and says nothing of trust.
 */
export function networkError(error: unknown, host: string): Error {
  if (isModelError(error) || isAbortError(error)) return error as Error;
  const cause = { cause: error };
  const code = systemCode(error) ?? '';
  if (UNREACHABLE.has(code)) return new ModelError('NET_OFFLINE', { host }, cause);
  if (UNTRUSTED.has(code)) return new ModelError('NET_TLS', { host }, cause);
  return new ModelError('NET_INTERRUPTED', { host }, cause);
}
