/** Turns Node's errors into the errors that the ports promise. The only place that reads `errno` names. */
import { describe, isAbortError, isModelError, ModelError } from '../../errors';

/** The system's name of an error, such as `ENOSPC`; undefined for an error that isn't the system's. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function isAbsent(error: unknown): boolean {
  const code = systemCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

export interface DiskContext {
  /** The path in the store. */
  path: string;
  /** The number of bytes that were about to be written. */
  neededBytes?: number;
}

/** The port's error for a failed file operation. An error that already is the port's passes through. */
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

// Leaves out the absolute path in Node's own message: the caller knows the path in the store.
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
 * All codes with which Node rejects a certificate: X.509's codes
 * (https://nodejs.org/api/tls.html#x509-certificate-error-codes), and the code for a certificate of another host.
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
  // Node's code for reasons without a code of their own, such as a key that is too short.
  'UNSPECIFIED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_TLS_CERT_ALTNAME_FORMAT',
]);

/**
 * The port's error for a failed request to `host`. Any other failure of TLS, such as a changed byte or an
 * answer in plain text, counts as a broken connection, because it doesn't concern the certificate.
 */
export function networkError(error: unknown, host: string): Error {
  if (isModelError(error) || isAbortError(error)) return error as Error;
  const cause = { cause: error };
  const code = systemCode(error) ?? '';
  if (UNREACHABLE.has(code)) return new ModelError('NET_OFFLINE', { host }, cause);
  if (UNTRUSTED.has(code)) return new ModelError('NET_TLS', { host }, cause);
  return new ModelError('NET_INTERRUPTED', { host }, cause);
}
