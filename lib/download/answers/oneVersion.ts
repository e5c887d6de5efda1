/**
 * Ensures that all bytes of a file come from one version of its source, where no digest would
 * reveal a mixture of two versions. It only judges answers; the caller acts on the verdict. Pure.
 */
import type { FileAnswer } from '../../platform/types';
import { isSameVersion } from './sourceVersion';

/**
 * `same`: the bytes may be added to those on the disk. `other`: the answer is of another version, so
 * all other bytes, on the disk or on their way, no longer count. `useless`: a part of an unknown
 * version; only the whole file in one answer is certain to be of one version.
 */
export type VersionVerdict = 'same' | 'other' | 'useless';

export interface OneVersion {
  /** The names of the version on the disk; undefined where any version is accepted, since a digest decides later. */
  readonly names: readonly string[] | undefined;
  /** Whether more bytes can be added to those on the disk. */
  mayGoOn(): boolean;
  /** `isBegun`: some bytes of the file are on the disk. */
  judge(answer: FileAnswer, isBegun: boolean): VersionVerdict;
}

/** Accepts any version: a published digest covers every byte. */
export const ANY_VERSION: OneVersion = {
  names: undefined,
  mayGoOn: () => true,
  judge: () => 'same',
};

/** `known`: the names of the version on the disk, from an earlier run. */
export function createOneVersion(known: readonly string[]): OneVersion {
  let names = [...known];
  /** How often the version changed. Without a limit, two servers with different versions would alternate for ever. */
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
