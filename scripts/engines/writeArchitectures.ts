/** `tsx scripts/engines/writeArchitectures.ts`: writes what the installed engines know into the registry's data. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { format, resolveConfig } from 'prettier';

import { PROJECT_ROOT } from '../build/projectRoot';
import { readArchitectures } from './readArchitectures';

const TARGET = join(PROJECT_ROOT, 'lib/ai/runtimes/architectureNames.ts');

const engines = await readArchitectures(PROJECT_ROOT);
const common = (engines[0]?.names ?? []).filter((name) =>
  engines.every(({ names }) => names.includes(name)),
);
const inLines = (names: readonly string[]) => JSON.stringify(names.join(' '));
const text = `
/** Written by scripts/engines/writeArchitectures.ts from the installed packages: what their llama.cpp knows. */

/** The architectures that all of these engines know. */
const COMMON = ${inLines(common)};

/** By an engine's name: the version of its package, and the other architectures that it knows. */
const ENGINES = {
  ${engines
    .map(({ engineName, version, names }) => {
      const more = names.filter((name) => !common.includes(name));
      return `${JSON.stringify(engineName)}: { version: ${JSON.stringify(version)}, more: ${inLines(more)} }`;
    })
    .join(',\n')}
};

export const ENGINE_ARCHITECTURES: Readonly<
  Record<string, { version: string; names: ReadonlySet<string> }>
> = Object.fromEntries(
  Object.entries(ENGINES).map(([name, { version, more }]) => [
    name,
    { version, names: new Set([COMMON, more].flatMap((names) => names.split(' ')).filter(Boolean)) },
  ]),
);
`;
const options = await resolveConfig(TARGET);
await writeFile(TARGET, await format(text, { ...options, parser: 'typescript' }));
