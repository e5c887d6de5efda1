/** What is known of where one file comes from: which address to ask, and whether it keeps to ranges. */
import { isModelError, ModelError } from '../../errors';

export interface Source {
  /** Where the next connection asks: where redirects led, as long as that is known. */
  readonly url: string;
  /** Whether the next connection goes straight to where the file lies. */
  readonly isDirect: boolean;
  /** Whether a range was answered with that range. */
  readonly hasRanges: boolean;
  answered(url: string, isRange: boolean): void;
  /** A connection to `url` failed: the hub is asked where the file lies before anybody goes there again. */
  forget(url: string): void;
  /**
   * Whether a failure at `url` says no more than that a signed address has expired: asking for
   * another is no new attempt at the file.
   */
  isExpiry(url: string, error: unknown): boolean;
  /** The same failure as far as it concerns the file: only what `hubUrl` itself says is about access to it. */
  judge(error: ModelError): ModelError;
}

export function createSource(hubUrl: string): Source {
  // So that the hub isn't asked for every piece. Signed and short-lived: in memory alone.
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
