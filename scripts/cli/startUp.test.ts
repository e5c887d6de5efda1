import { build } from 'esbuild';
import { expect, it } from 'vitest';

import { PROJECT_ROOT } from '../build/projectRoot';

/** What a start reads, by the paths of its sources; what is imported later isn't. */
async function readAtStart(command: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: [command],
    outdir: 'anywhere',
    write: false,
    metafile: true,
    ...{ bundle: true, splitting: true, format: 'esm', platform: 'node', packages: 'external' },
  });
  const { outputs } = metafile;
  const entry = Object.keys(outputs).find((path) => outputs[path]?.entryPoint === command);
  const wanted = new Set([entry ?? '']);
  for (const path of wanted) {
    for (const { path: imported, kind } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') wanted.add(imported);
    }
  }
  return [...wanted].flatMap((path) => [path, ...Object.keys(outputs[path]?.inputs ?? {})]);
}

it('reads nothing that knows the width of characters before there is a bar to draw', async () => {
  const read = await readAtStart('scripts/downloadModels.ts');
  expect(read).toContain('scripts/cli/reporter.ts');
  expect(read).not.toContain('scripts/cli/bars.ts');
  expect(read).not.toContain('string-width');
}, 60_000);
