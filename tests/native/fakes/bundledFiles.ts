/** What Metro makes of the files that are packaged with the app; they lie in the project. */
import { resolve } from 'node:path';

import { PHONE_DEMO_FILES } from '../../../scripts/proof/executorch/phoneDemo';

const FIRST_NUMBER = 1_001;
const names = Object.values(PHONE_DEMO_FILES);

export const BUNDLED_FILES: ReadonlyMap<string, number> = new Map(
  names.map((name, index) => [name, FIRST_NUMBER + index]),
);

/** By what an import of them gives: their absolute paths. */
export const PACKAGED: ReadonlyMap<number, string> = new Map(
  names.map((name, index) => [FIRST_NUMBER + index, resolve('assets', 'bundled', name)]),
);
