/** What is told about a model at an address that isn’t the hub’s, in words for people. No React. */
import type { HubAddressProblem } from '../../ai/discover/addressParts';
import type { ModelToAdd } from '../../ai/hub/modelHub';
import { buildsOf } from '../../ai/runtimes/notation';
import type { ModelFailure } from '../../errors';
import { chatFitWords, stated, type LabelledFact } from './addWords';
import { describeFailure, type FailureWords } from './failureWords';
import { t } from './language';
import { formatBytes, printable } from './words';

/** The facts of a model at an address that isn’t the hub’s. */
export function addressFacts({ config, sizeBytes, fit }: ModelToAdd, host: string): LabelledFact[] {
  const { quantization } = buildsOf(config)[0] ?? {};
  const facts: readonly (readonly [string, string | undefined])[] = [
    [t('From'), host],
    [
      t('Size'),
      sizeBytes === undefined ? t('Its server doesn’t state it') : formatBytes(sizeBytes),
    ],
    [t('Version'), quantization === 'unknown' ? undefined : quantization],
    [t('Parameters'), config.size === 'unknown' ? undefined : config.size],
    [t('Licence'), printable(config.license)],
    [t('Memory'), chatFitWords(fit)],
  ];
  return stated(facts);
}

/** Why the file at an address elsewhere can’t be looked at. */
export function addressFailureWords(failure: ModelFailure): FailureWords {
  const words = describeFailure(failure);
  if (failure.code !== 'HTTP_NOT_FOUND') return words;
  const host = printable(failure.details.host);
  return {
    ...words,
    title: t('There is no such file'),
    detail: t(
      '{host} doesn’t have it under this address. Check the address: the file may have been moved or deleted.',
      { host },
    ),
  };
}

/** What the bytes of a model at an address are compared with. */
export function checkWords(checkedAgainst: ModelToAdd['checkedAgainst']): string {
  switch (checkedAgainst) {
    case 'list':
      return t('It is the file of a model that is on the shelf already.');
    case 'server':
      return t('Its server states a digest. The download is compared with it.');
    case 'none':
      return t(
        'Its server states no digest: that all bytes arrive can be checked, but not that they are those of the publisher. Add it only if you trust this server.',
      );
  }
}

/** For an address with a query, whatever is in it: signatures and keys have no common name. */
export const queryKeptWords = (): string =>
  t(
    'The end of this address, from “?” on, is kept on this device, and is in lists that you export. If it is a key or a signature, whoever gets such a list can use it. A signed address also stops working after some time.',
  );

/** Why a text in the box for new models can’t be used as an address. */
export function addressProblemWords(problem: HubAddressProblem): string {
  switch (problem) {
    case 'must be an https address':
      return t('The text must be an https address.');
    case 'must not hold a name or a password':
      return t('The text must not hold a name or a password.');
    case 'must be an https address (http only on this computer)':
      return t('The text must be an https address (http only on this computer).');
    case 'is http on this computer, which serves only beside a hub that is here, too (HF_ENDPOINT)':
      return t(
        'The text is http on this computer, which serves only beside a hub that is here, too (HF_ENDPOINT).',
      );
    case 'names a page and no file: the address of a file has /resolve/ in it, such as …/resolve/main/model.gguf':
      return t(
        'The text names a page and no file: the address of a file has /resolve/ in it, such as …/resolve/main/model.gguf.',
      );
    case 'is no link to a model':
      return t('The text is no link to a model.');
    case 'is too long for an address':
      return t('The text is too long for an address.');
    case 'names no repository':
      return t('The text names no repository.');
    case 'names no repository and no file of the hub':
      return t('The text names no repository and no file of the hub.');
    case 'isn’t an address of the hub':
      return t('The text isn’t an address of the hub.');
  }
}
