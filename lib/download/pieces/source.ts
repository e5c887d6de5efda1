/** The knowledge about one file's source: which address to ask, and whether it supports ranges. */
import { isModelError, ModelError } from '../../errors';

export interface Source {
  /** The address for the next connection: the target of earlier redirects, as long as it is known. */
  readonly url: string;
  /** Whether the next connection goes straight to the address of the file's bytes. */
  readonly isDirect: boolean;
  /** Whether the server has answered a request for a range with that range. */
  readonly hasRanges: boolean;
  answered(url: string, isRange: boolean): void;
  /** Tells that a connection to `url` failed: the hub is asked for the address again before the next request to it. */
  forget(url: string): void;
  /**
   * Whether a failure at `url` only means that a signed address has expired. Asking the hub for
   * another address doesn't count as a new attempt.
   */
  isExpiry(url: string, error: unknown): boolean;
  /** The failure as one of the file: only a refusal by `hubUrl` itself is about access to the file. */
  judge(error: ModelError): ModelError;
}

export function createSource(hubUrl: string): Source {
  // Kept so that the hub isn't asked for every piece. It is signed and short-lived, so it stays in memory only.
  let direct: string | undefined;
  let hasRanges = false;
  const { host } = new URL(hubUrl);
  return {
    get url() {
      return direct ?? hubUrl;
    },
    get isDirect() {
      return direct !== undefined;
    },
    get hasRanges() {
      return hasRanges;
    },
    answered(url, isRange) {
      direct = url;
      hasRanges ||= isRange;
    },
    forget(url) {
      if (direct === url) direct = undefined;
    },
    isExpiry: (url, error) => url !== hubUrl && isModelError(error) && isRefusal(error),
    judge(error) {
      if (!isRefusal(error) || error.details.host === host) return error;
      const what = error.code === 'HTTP_DENIED' ? 'denied' : 'absent';
      return new ModelError('STORE_REFUSED', { host, what }, { cause: error });
    },
  };
}

type Refusal = ModelError<'HTTP_DENIED'> | ModelError<'HTTP_NOT_FOUND'>;

function isRefusal(error: ModelError): error is Refusal {
  return error.code === 'HTTP_DENIED' || error.code === 'HTTP_NOT_FOUND';
}
