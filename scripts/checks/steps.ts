/** What `pnpm test` runs, in order: checks of the source, then the build, then the tests. */
import { availableParallelism } from 'node:os';
import { buildApp } from '../build/buildApp';
import { runCommand } from '../build/command';
import type { Command } from '../build/command';
import { checkPackage } from '../package/checkPackage';
import { SMOLLM2 } from '../proof/model/models';
import { proveModels } from '../proof/model/proveModels';
import { runTests, runVitest } from './runTests';
import type { StepResult } from './runTests';
import type { TestReport } from './tally';

export interface Step {
  name: string;
  /** Whether it may run beside others: it measures nothing and writes nothing that they read. */
  independent: boolean;
  needsBrowser: boolean;
  run(environment: Record<string, string>): Promise<StepResult>;
}

const TYPE_PASSES = ['core', 'native', 'phones', 'web', 'node', 'pages'];

export const STEPS: readonly Step[] = [
  // The longest of the independent ones: begun last, it would run alone at the end.
  check('lint', { tool: 'eslint/bin/eslint.js', args: ['--max-warnings', '0', '.'] }),
  // One processor is enough for the first, and the second mostly waits.
  vitest('phones', { independent: true, needsBrowser: false }),
  vitest('kotlin', { independent: true, needsBrowser: false }),
  ...TYPE_PASSES.map((pass) =>
    check(`types:${pass}`, {
      tool: 'typescript-native/bin/tsc',
      args: ['--project', `tsconfig.${pass}.json`],
    }),
  ),
  check('format', {
    tool: 'prettier/bin/prettier.cjs',
    args: ['--check', '--log-level', 'warn', '.'],
  }),
  check('layers', {
    tool: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['app', 'lib', 'package/entries', 'scripts', 'tests'],
  }),
  check('docs', { tool: 'tsx/dist/cli.mjs', args: ['scripts/docs/main.ts', '--check'] }),
  check('dead-code', { tool: 'knip/bin/knip.js', args: ['--no-progress'] }),
  { name: 'build', independent: false, needsBrowser: false, run: runBuild },
  { name: 'package', independent: false, needsBrowser: false, run: runPackage },
  // Most of these wait for other processes.
  vitest('node', { needsBrowser: false, workers: availableParallelism() + 1 }),
  { name: 'torture', independent: false, needsBrowser: false, run: runTorture },
  { name: 'model', independent: false, needsBrowser: false, run: runModelProof },
  { name: 'jest', independent: false, needsBrowser: false, run: runJest },
  vitest('browser', { needsBrowser: true }),
  vitest('e2e', { needsBrowser: true }),
  // After the package, whose tarball it installs.
  vitest('examples', { needsBrowser: true }),
  vitest('measures', { needsBrowser: true }),
];

function check(name: string, command: Command): Step {
  return {
    name,
    independent: true,
    needsBrowser: false,
    async run() {
      const { exitCode, output } = await runCommand({ ...command, env: { NO_COLOR: '1' } });
      return { ...oneResult(exitCode === 0), output };
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
  return { tally, notes, output };
}

async function runBuild(): Promise<StepResult> {
  try {
    const { reused } = await buildApp(() => undefined);
    const notes = reused ? ['nothing changed since the last build'] : [];
    return { ...oneResult(true), notes, output: '' };
  } catch (error) {
    return { ...oneResult(false), output: (error as Error).message };
  }
}

async function runPackage(): Promise<StepResult> {
  try {
    const { faults, notes } = await checkPackage();
    return { ...oneResult(faults.length === 0), notes, output: faults.join('\n') };
  } catch (error) {
    return { ...oneResult(false), output: (error as Error).message };
  }
}

function vitest(
  project: string,
  {
    independent = false,
    needsBrowser,
    workers,
  }: { independent?: boolean; needsBrowser: boolean; workers?: number },
): Step {
  return {
    name: project,
    independent,
    needsBrowser,
    run: (environment) => runVitest(project, { environment, workers }),
  };
}

/** Of the proof what takes a minute: one model, without a page. */
function runModelProof(environment: Record<string, string>): Promise<StepResult> {
  return proveModels({ models: [SMOLLM2], parts: ['terminal', 'engine'], environment });
}

function runJest(environment: Record<string, string>): Promise<StepResult> {
  return runTests('jest', (report) => ({
    tool: 'jest/bin/jest.js',
    args: ['--ci', '--json', `--outputFile=${report}`],
    env: environment,
  }));
}

function oneResult(passed: boolean): TestReport {
  return { tally: { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 }, notes: [] };
}
