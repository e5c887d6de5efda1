/** `pnpm registry:pin` and `pnpm registry:check`: the registry's files as the hub states them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { ALL_MODELS } from '../../lib/ai/modelConfig';
import { PINNED_FILES } from '../../lib/ai/registry/pinnedFiles';
import { PROJECT_ROOT } from '../build/projectRoot';
import { createReporter } from '../cli/reporter';
import { runCommandLine } from '../cli/runCommandLine';
import { UsageError } from '../cli/usageError';
import { withHubTools } from '../shelf/hubTools';
import { askHubFacts, differs, isPinned, type RegistryFile } from './askHubFacts';
import { pinnedText } from './pinnedText';

const USAGE = `Usage: pnpm registry:check
       pnpm registry:pin [--out FILE]

check asks the hub (HF_ENDPOINT) for size and SHA-256 of every file of the registry, and fails where
they differ from what the registry states. pin writes those that the registry doesn't state into
lib/ai/registry/pinnedFiles.ts, or into FILE, and changes nothing where one differs.

Exit codes: 0 done, 1 something differs or can't be asked, 2 wrong usage.
`;

async function main(): Promise<number> {
  const { task, out, help } = readOptions(process.argv.slice(2));
  if (help) {
    process.stdout.write(USAGE);
    return 0;
  }
  const { stdout, stderr } = process;
  const reporter = await createReporter('human', { out: stdout, err: stderr, colours: false });
  return withHubTools({ proxy: undefined }, reporter, async (tools, signal) => {
    const files = await askHubFacts(tools, ALL_MODELS, signal);
    const different = files.filter(differs);
    for (const file of different) stderr.write(`${wordsOf(file)}\n`);
    if (different.length > 0) return 1;
    const open = files.filter((file) => !isPinned(file));
    if (task === 'check') {
      const lines = open.map(({ url }) => `not pinned: ${url}\n`);
      stdout.write(`${lines.join('')}${String(files.length - open.length)} files are as pinned.\n`);
      return 0;
    }
    await writeFile(out, await pinnedText([...pinsBefore(), ...open.map(pinOf)]));
    stdout.write(`${String(open.length)} files pinned in ${out}.\n`);
    return 0;
  });
}

function pinsBefore() {
  return Object.entries(PINNED_FILES).map(([url, facts]) => ({ url, ...facts }));
}

const pinOf = ({ url, hub }: RegistryFile) => ({ url, ...hub });

function wordsOf({ modelId, fileName, stated, hub }: RegistryFile): string {
  const facts = ({ sizeBytes, sha256 }: RegistryFile['hub']) =>
    `${String(sizeBytes)} bytes, ${String(sha256)}`;
  return `${modelId}: ${fileName} differs.\n  registry: ${facts(stated)}\n  hub:      ${facts(hub)}`;
}

function readOptions(args: readonly string[]) {
  const { values, positionals } = parse(args);
  const [task] = positionals;
  if (!values.help && task !== 'pin' && task !== 'check') throw new UsageError(USAGE);
  const out = values.out ?? join(PROJECT_ROOT, 'lib/ai/registry/pinnedFiles.ts');
  return { task, out, help: values.help };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: args.filter((argument) => argument !== '--'),
      allowPositionals: true,
      options: { out: { type: 'string' }, help: { type: 'boolean', default: false } },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

await runCommandLine('pnpm registry:check', main);
