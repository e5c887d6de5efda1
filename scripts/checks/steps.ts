/** What `pnpm test` runs: the build, the tests, and the checks of the source. */
import { buildApp } from '../build/buildApp';
import { runCommand } from '../build/command';
import type { Command } from '../build/command';
import { checkPackage } from '../package/checkPackage';
import { SMOLLM2 } from '../proof/model/models';
import { proveModels } from '../proof/model/proveModels';
import { runTests, runVitest } from './runTests';
import type { StepResult } from './tally';

export interface Step {
  name: string;
  /** The step whose result this one needs; a step that isn't run is taken as done. */
  after?: string;
  /** Whether it measures time, so that nothing else may run. Such steps come last. */
  isAlone?: boolean;
  needsBrowser?: boolean;
  run(order: StepOrder): Promise<StepResult>;
}

export interface StepOrder {
  environment: Record<string, string>;
  /** How many processes of tests may run at once. */
  workers: number;
}

const TYPE_PASSES = ['core', 'native', 'phones', 'web', 'node', 'pages'];

/** The longest first: begun last, it would run without company at the end. */
export const STEPS: readonly Step[] = [
  { name: 'build', run: runBuild },
  vitest('e2e', { needsBrowser: true, after: 'build' }),
  // Half of these wait for other processes.
  vitest('node', { extraWorkers: 1 }),
  check('lint', { tool: 'eslint/bin/eslint.js', args: ['--max-warnings', '0', '.'] }),
  { name: 'jest', run: runJest },
  vitest('phones'),
  { name: 'package', run: runPackage },
  // After the package, whose tarball it installs.
  vitest('examples', { needsBrowser: true, after: 'package' }),
  vitest('browser', { needsBrowser: true }),
  vitest('browsers', { needsBrowser: true, after: 'build' }),
  vitest('kotlin'),
  { name: 'torture', run: runTorture },
  { name: 'model', run: runModelProof },
  check('docs', { tool: 'tsx/dist/cli.mjs', args: ['scripts/docs/main.ts', '--check'] }),
  check('format', {
    tool: 'prettier/bin/prettier.cjs',
    args: ['--check', '--log-level', 'warn', '.'],
  }),
  ...TYPE_PASSES.map((pass) =>
    check(`types:${pass}`, {
      tool: 'typescript-native/bin/tsc',
      args: ['--project', `tsconfig.${pass}.json`],
    }),
  ),
  check('layers', {
    tool: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['app', 'lib', 'package/entries', 'scripts', 'tests'],
  }),
  check('dead-code', { tool: 'knip/bin/knip.js', args: ['--no-progress'] }),
  vitest('measures', { needsBrowser: true, after: 'build', isAlone: true }),
];

function check(name: string, command: Command): Step {
  return {
    name,
    async run() {
      const { exitCode, output } = await runCommand({ ...command, env: { NO_COLOR: '1' } });
      return oneResult({ failures: exitCode === 0 ? [] : [output] });
    },
  };
}

const TORTURE_ROUNDS = 200;
const TORTURE_TALLY = /^(\d+) passed, (\d+) failed$/;

async function runTorture(): Promise<StepResult> {
  const args = ['scripts/torture/main.ts', '--rounds', String(TORTURE_ROUNDS)];
  const { output } = await runCommand({ tool: 'tsx/dist/cli.mjs', args, env: { NO_COLOR: '1' } });
  const lines = output.trimEnd().split('\n');
  const [, passed = 0, failed = 1] = TORTURE_TALLY.exec(lines.at(-1) ?? '') ?? [];
  const notes = lines.slice(0, -1).filter((line) => line.trim() !== '');
  const tally = { passed: Number(passed), failed: Number(failed), skipped: 0 };
  return { tally, notes, failures: tally.failed > 0 ? [output] : [] };
}

async function runBuild(): Promise<StepResult> {
  try {
    const { reused } = await buildApp(() => undefined);
    const notes = reused ? ['nothing changed since the last build'] : [];
    return oneResult({ notes });
  } catch (error) {
    return oneResult({ failures: [(error as Error).message] });
  }
}

async function runPackage(): Promise<StepResult> {
  try {
    const { faults, notes } = await checkPackage();
    return oneResult({ notes, failures: faults.length > 0 ? [faults.join('\n')] : [] });
  } catch (error) {
    return oneResult({ failures: [(error as Error).message] });
  }
}

interface VitestStep extends Omit<Step, 'name' | 'run'> {
  /** More workers than the step is given, for tests that mostly wait. */
  extraWorkers?: number;
}

function vitest(project: string, { extraWorkers = 0, ...step }: VitestStep = {}): Step {
  return {
    ...step,
    name: project,
    run: ({ environment, workers }) =>
      runVitest(project, { environment, workers: workers + extraWorkers }),
  };
}

/** Of the proof what takes a minute: one model, without a page. */
function runModelProof({ environment }: StepOrder): Promise<StepResult> {
  return proveModels({ models: [SMOLLM2], parts: ['terminal', 'engine'], environment });
}

function runJest({ environment, workers }: StepOrder): Promise<StepResult> {
  return runTests('jest', (report) => ({
    tool: 'jest/bin/jest.js',
    args: ['--ci', '--json', `--outputFile=${report}`, `--maxWorkers=${String(workers)}`],
    env: environment,
  }));
}

/** Of a step that counts as one test. */
function oneResult({ notes = [], failures = [] }: Partial<StepResult>): StepResult {
  const failed = failures.length > 0 ? 1 : 0;
  return { tally: { passed: 1 - failed, failed, skipped: 0 }, notes, failures };
}
