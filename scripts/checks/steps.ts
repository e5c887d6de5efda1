/** What `pnpm test` runs, in order: checks of the source, then the build, then the tests. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { buildApp } from '../build/buildApp';
import { runCommand } from '../build/command';
import type { Command } from '../build/command';
import { PROJECT_ROOT } from '../build/projectRoot';
import { readReport } from './tally';
import type { TestReport } from './tally';

export interface StepResult extends TestReport {
  /** All that was printed; for the person when it failed. */
  output: string;
}

export interface Step {
  name: string;
  /** Whether it may run beside others: it measures nothing and writes nothing that they read. */
  independent: boolean;
  needsBrowser: boolean;
  run(environment: Record<string, string>): Promise<StepResult>;
}

const TYPE_PASSES = ['core', 'native', 'phones', 'web', 'node', 'pages'];

export const STEPS: readonly Step[] = [
  ...TYPE_PASSES.map((pass) =>
    check(`types:${pass}`, {
      tool: 'typescript/bin/tsc',
      args: ['--project', `tsconfig.${pass}.json`],
    }),
  ),
  check('lint', { tool: 'eslint/bin/eslint.js', args: ['--max-warnings', '0', '.'] }),
  check('format', {
    tool: 'prettier/bin/prettier.cjs',
    args: ['--check', '--log-level', 'warn', '.'],
  }),
  check('layers', {
    tool: 'dependency-cruiser/bin/dependency-cruise.mjs',
    args: ['app', 'lib', 'scripts', 'tests'],
  }),
  check('dead-code', { tool: 'knip/bin/knip.js', args: ['--no-progress'] }),
  { name: 'build', independent: false, needsBrowser: false, run: runBuild },
  // Most of these wait for other processes.
  vitest('node', { needsBrowser: false, workers: availableParallelism() + 1 }),
  vitest('phones', { needsBrowser: false }),
  vitest('kotlin', { needsBrowser: false }),
  { name: 'torture', independent: false, needsBrowser: false, run: runTorture },
  { name: 'jest', independent: false, needsBrowser: false, run: runJest },
  vitest('browser', { needsBrowser: true }),
  vitest('e2e', { needsBrowser: true }),
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

function vitest(
  project: string,
  { needsBrowser, workers }: { needsBrowser: boolean; workers?: number },
): Step {
  return {
    name: project,
    independent: false,
    needsBrowser,
    run: (environment) =>
      runTests(project, (report) => ({
        tool: 'vitest/vitest.mjs',
        args: [
          ...['run', '--project', project, '--reporter', 'default'],
          ...['--reporter', 'json', `--outputFile.json=${report}`],
          ...(workers === undefined ? [] : ['--maxWorkers', String(workers)]),
        ],
        env: environment,
      })),
  };
}

function runJest(environment: Record<string, string>): Promise<StepResult> {
  return runTests('jest', (report) => ({
    tool: 'jest/bin/jest.js',
    args: ['--ci', '--json', `--outputFile=${report}`],
    env: environment,
  }));
}

async function runTests(name: string, command: (report: string) => Command): Promise<StepResult> {
  const folder = join(PROJECT_ROOT, '.cache', 'reports');
  const report = join(folder, `${name}.json`);
  await mkdir(folder, { recursive: true });
  // An old report would speak for a runner that crashed.
  await rm(report, { force: true });
  const { tool, args, env } = command(report);
  const { exitCode, output } = await runCommand({ tool, args, env: { ...env, NO_COLOR: '1' } });
  return { ...readReport(await readIfThere(report), exitCode), output };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // The runner ended before it wrote one; its output says why.
    return undefined;
  }
}

function oneResult(passed: boolean): TestReport {
  return { tally: { passed: passed ? 1 : 0, failed: passed ? 0 : 1, skipped: 0 }, notes: [] };
}
