/** Words that only the terminal says: some failures can be solved there in other ways than in the app. */
import { describeFailure, type FailureWords } from '../../lib/components/words/failureWords';
import type { InstalledFile } from '../../lib/ai/modelState';
import { isVerified } from '../../lib/ai/registry/published';
import type { ModelErrorCode, ModelFailure } from '../../lib/errors';

const IN_A_TERMINAL: Partial<Record<ModelErrorCode, string>> = {
  NET_TLS:
    'Where a company’s own authority vouches for it, name its certificate in NODE_EXTRA_CA_CERTS, or trust whom this system trusts: NODE_OPTIONS=--use-system-ca (Node 22.15 and newer).',
  PROXY_UNREACHABLE:
    'HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and --proxy say which proxy, and NO_PROXY whom to reach without one.',
  HTTP_DENIED: 'modelshelf login signs in; HF_TOKEN takes a token, too.',
  LICENSE_UNACCEPTED: 'With --accept-license it is accepted for this run.',
  MODEL_WITHDRAWN: 'With --use-withdrawn it is used for this run.',
  HTTP_GATED: 'modelshelf login signs in; HF_TOKEN takes a token, too.',
};

/** For a model with a file whose digest isn't published. */
export const NO_DIGEST = 'complete; its publisher states no digest';

/** For a check that found every byte right. */
export function checkedWords(files: readonly InstalledFile[]): string {
  return files.every(isVerified)
    ? 'every byte is as it was installed'
    : 'every byte is as it was installed; its publisher states no digest';
}

export function describeInTerminal(failure: ModelFailure): FailureWords {
  const words = describeFailure(failure);
  const more = IN_A_TERMINAL[failure.code];
  return more === undefined ? words : { ...words, detail: `${words.detail} ${more}` };
}
