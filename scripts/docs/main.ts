/**
 * `pnpm run docs`: builds the documentation into `site/`. With `--check`, only to find faults, into a cache. Exit code 1 if
 * a link, an anchor, a docstring or a code block is at fault.
 */
import { parseArgs } from 'node:util';
import { buildSite } from './buildSite';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const folder = values.check ? '.cache/docs/site' : 'site';
const faults = await buildSite({ folder, isOnlyToCheck: values.check });
for (const fault of faults) console.error(fault);
console.log(
  faults.length === 0 ? `The documentation is in ${folder}/.` : `${faults.length} faults`,
);
process.exitCode = faults.length === 0 ? 0 : 1;
