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
const UNTRUSTED =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)|SELF_SIGNED/;

/** What a failed request means. `host` is who was asked. */
export function networkError(error: unknown, host: string): Error {
  if (isModelError(error) || isAbortError(error)) return error as Error;
  const cause = { cause: error };
  const code = systemCode(error) ?? '';
  if (UNREACHABLE.has(code)) return new ModelError('NET_OFFLINE', { host }, cause);
  if (UNTRUSTED.test(code)) return new ModelError('NET_TLS', { host }, cause);
  return new ModelError('NET_INTERRUPTED', { host }, cause);
}
