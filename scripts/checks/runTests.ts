/** Runs a test runner to its end and reads its report. */
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../build/command';
import type { Command } from '../build/command';
import { PROJECT_ROOT } from '../build/projectRoot';
import { readReport } from './tally';
import type { StepResult } from './tally';

export interface VitestOrder {
  environment: Record<string, string>;
  /** As many as Vitest thinks fit unless given. */
  workers?: number | undefined;
  /** Parts of the names of test files; all files unless given. */
  filters?: readonly string[];
}

export function runVitest(
  project: string,
  { environment, workers, filters = [] }: VitestOrder,
): Promise<StepResult> {
  return runTests(project, (report) => ({
    tool: 'vitest/vitest.mjs',
    args: [
      ...['run', ...filters, '--project', project, '--reporter', 'default'],
      ...['--reporter', 'json', `--outputFile.json=${report}`],
      ...(workers === undefined ? [] : ['--maxWorkers', String(workers)]),
    ],
    env: environment,
  }));
}

/** `command` gets the path at which its report is expected. */
export async function runTests(
  name: string,
  command: (report: string) => Command,
): Promise<StepResult> {
  const folder = join(PROJECT_ROOT, '.cache', 'reports');
  const report = join(folder, `${name}.json`);
  await mkdir(folder, { recursive: true });
  // An old report would speak for a runner that crashed.
  await rm(report, { force: true });
  const { tool, args, env } = command(report);
  const { exitCode, output } = await runCommand({ tool, args, env: { ...env, NO_COLOR: '1' } });
  const result = readReport(await readIfThere(report), exitCode);
  // The report knows nothing of a runner that crashed.
  const isUnexplained = result.tally.failed > 0 && result.failures.length === 0;
  return isUnexplained ? { ...result, failures: [output] } : result;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    // The runner ended before it wrote one; its output says why.
    return undefined;
  }
}
