/** Where the documentation's site is built. */
import { join } from 'node:path';
import { PROJECT_ROOT } from '../build/projectRoot';

export const DOCS_FOLDER = join(PROJECT_ROOT, 'docs');
export const BLOCKS_FOLDER = join(PROJECT_ROOT, '.cache/docs/blocks');
