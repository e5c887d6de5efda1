/**
 * Keeps what lands of a file to one version of its source, where no digest would tell a mixture
 * of two. Judges answers; what follows from that is up to whoever fetches. Pure.
 */
import type { FileAnswer } from '../../platform/types';
import { isSameVersion } from './sourceVersion';

/**
 * `same`: may be added to what is here. `other`: stands alone, and nothing else that is here or on
 * its way counts any more. `useless`: a part of nobody knows which version; only the whole file in
 * one answer is of one version for certain.
 */
export type VersionVerdict = 'same' | 'other' | 'useless';

export interface OneVersion {
  /** By what the version that is here is known; undefined where any will do, for a digest judges in the end. */
  readonly names: readonly string[] | undefined;
  /** Whether more can be added to the bytes that are here. */
  mayGoOn(): boolean;
  /** `isBegun`: bytes of the file are here. */
  judge(answer: FileAnswer, isBegun: boolean): VersionVerdict;
}

/** Any version: each byte is vouched for by a digest that somebody published. */
export const ANY_VERSION: OneVersion = {
  names: undefined,
  mayGoOn: () => true,
  judge: () => 'same',
};

/** `known`: the names of the version that is here, from an earlier run. */
export function createOneVersion(known: readonly string[]): OneVersion {
  let names = [...known];
  /** How often another version answered: two servers that differ would take turns for ever. */
  let changes = 0;
  return {
    get names() {
      return names;
    },
    mayGoOn: () => names.length > 0,
    judge(answer, isBegun) {
      const { versions, offsetBytes, endBytes } = answer;
      const bringsNothing = offsetBytes === endBytes;
      if (isSameVersion(names, versions)) {
        names = [...new Set([...names, ...versions])];
        return 'same';
      }
      if (bringsNothing && versions.length === 0) return 'same';
      const isFirst = !isBegun && names.length === 0;
      if (!isFirst) changes += 1;
      const isIdentified = versions.length > 0 && changes < 2;
      const isUsable = isIdentified || bringsAll(answer);
      names = isUsable ? [...versions] : [];
      if (!isUsable) return 'useless';
      return isFirst ? 'same' : 'other';
    },
  };
}

function bringsAll({ offsetBytes, endBytes, totalBytes }: FileAnswer): boolean {
  return offsetBytes === 0 && (endBytes === undefined || endBytes === totalBytes);
}
