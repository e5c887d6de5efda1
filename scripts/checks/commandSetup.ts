/** Before Node's tests: the command lines that they start, which would each compile them otherwise. */
import { pathToFileURL } from 'node:url';

import { PROJECT_ROOT } from '../build/projectRoot';
import { compileCli } from '../cli/compile';

export async function setup(): Promise<void> {
  await compileCli(pathToFileURL(`${PROJECT_ROOT}/`));
}
