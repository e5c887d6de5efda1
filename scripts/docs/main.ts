/** `pnpm run docs`: builds the documentation into `site/`. Exit code 1 if a link, a docstring or a code block is at fault. */
import { buildSite } from './buildSite';

const faults = await buildSite();
for (const fault of faults) console.error(fault);
console.log(faults.length === 0 ? 'The documentation is in site/.' : `${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
