/**
 * `pnpm proof:executorch`: makes the demo for phones anew with ExecuTorch's exporter, lets ExecuTorch's own runner speak
 * it, and compares the bytes and what the runner did with what lies in the project. `--write` puts it there.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { format, resolveConfig } from 'prettier';

import { PROJECT_ROOT } from '../../build/projectRoot';
import { DEMO_SENTENCE } from '../../demoModel/tinyDemo';
import { describePhoneDemo, PHONE_DEMO_FILES } from './phoneDemo';
import { preparePython, Unavailable } from './python';
import type { Python } from './python';
import { DEMO, SCENARIOS } from './scenarios';
import type { RunnerRecord } from './scenarios';

const HERE = dirname(fileURLToPath(import.meta.url));
const CACHE = join(PROJECT_ROOT, '.cache', 'proof', 'executorch');
// The exporter looks for itself elsewhere in a folder whose name ends with its own.
const WORK = join(CACHE, 'work');
const ASSETS = join(PROJECT_ROOT, 'assets', 'bundled');
const RECORD = join(HERE, 'record.json');

try {
  const python = await preparePython(CACHE, join(HERE, 'requirements.lock'));
  await exportModels(python);
  const record = await observe(python);
  process.exitCode = process.argv.includes('--write') ? await keep(record) : compare(record);
} catch (error) {
  if (!(error instanceof Unavailable)) throw error;
  console.log(`skipped: ${error.message}`);
}

async function exportModels(python: Python): Promise<void> {
  const { tokenizer, tokenizerConfig, recipe } = describePhoneDemo();
  mkdirSync(WORK, { recursive: true });
  writeFileSync(join(WORK, 'tokenizer.json'), tokenizer);
  writeFileSync(join(WORK, 'tokenizer_config.json'), tokenizerConfig);
  writeFileSync(join(WORK, 'recipe.json'), JSON.stringify(recipe));
  const models = new Map(SCENARIOS.map(({ model }) => [model.file, model]));
  for (const { file, contextTokens, maxSeqTokens } of models.values()) {
    console.error(`Exporting ${file} …`);
    const lengths = [contextTokens, maxSeqTokens].map(String);
    await python.run(join(HERE, 'exportModel.py'), ['recipe.json', file, ...lengths], WORK);
  }
}

async function observe(python: Python): Promise<RunnerRecord> {
  console.error('Asking ExecuTorch’s runner …');
  writeFileSync(join(WORK, 'scenarios.json'), JSON.stringify(SCENARIOS));
  const output = await python.run(join(HERE, 'observeRunner.py'), ['scenarios.json', '.'], WORK);
  const seen = JSON.parse(output.trim().split('\n').at(-1) ?? '') as Omit<RunnerRecord, 'demo'>;
  const bytes = readFileSync(join(WORK, DEMO.file));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { versions, ...rest } = seen;
  return { versions, demo: { file: DEMO.file, sizeBytes: bytes.length, sha256 }, ...rest };
}

async function keep(record: RunnerRecord): Promise<number> {
  const style = await resolveConfig(RECORD);
  writeFileSync(RECORD, await format(JSON.stringify(record), { ...style, filepath: RECORD }));
  for (const [from, to] of assets()) writeFileSync(to, readFileSync(from));
  console.log(`Written: scripts/proof/executorch/record.json and the demo (${words(record)}).`);
  return 0;
}

function compare(record: RunnerRecord): number {
  const known = JSON.parse(readFileSync(RECORD, 'utf8')) as RunnerRecord;
  const said = record.scenarios[0]?.results.at(-1)?.pieces ?? [];
  const differing = record.scenarios.filter(
    (scenario, index) => !isDeepStrictEqual(scenario, known.scenarios[index]),
  );
  const checks: [holds: boolean, what: string][] = [
    [said.slice(0, -1).join('') === DEMO_SENTENCE, `it says: ${said.join('')}`],
    [
      assets().every(([from, to]) => readFileSync(from).equals(readFileSync(to))),
      `its files are the committed ones, byte by byte (${words(record)})`,
    ],
    [record.demo.sha256 === known.demo.sha256, 'the record speaks of these bytes'],
    [isDeepStrictEqual(record.versions, known.versions), 'the record speaks of these versions'],
    [
      isDeepStrictEqual(record.defaults, known.defaults),
      'the runner’s defaults are the recorded ones',
    ],
    [
      isDeepStrictEqual(record.statistics, known.statistics),
      'its statistics are the recorded ones',
    ],
    [
      differing.length === 0 && record.scenarios.length === known.scenarios.length,
      `it did in ${String(record.scenarios.length)} scenarios what is recorded`,
    ],
  ];
  for (const [holds, what] of checks) console.log(`${holds ? 'ok' : 'NOT SO'}: ${what}`);
  for (const { name, results } of differing) {
    console.log(`Different: ${name}\n${JSON.stringify(results, undefined, 2)}`);
  }
  return checks.every(([holds]) => holds) ? 0 : 1;
}

/** What was made, and where it is packaged with the app from. */
function assets(): [made: string, asset: string][] {
  return [
    [DEMO.file, PHONE_DEMO_FILES.weights],
    ['tokenizer.json', PHONE_DEMO_FILES.tokenizer],
    ['tokenizer_config.json', PHONE_DEMO_FILES.tokenizerConfig],
  ].map(([made = '', asset = '']) => [join(WORK, made), join(ASSETS, asset)]);
}

function words({ demo: { sizeBytes, sha256 }, versions }: RunnerRecord): string {
  return `${String(sizeBytes)} bytes, SHA-256 ${sha256.slice(0, 16)}…, ExecuTorch ${versions['executorch'] ?? '?'}`;
}
