/** `pnpm test`: runs every check and test, a line for each, and ends with the counts. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { findBrowser } from './checks/browser';
import { runSteps } from './checks/runSteps';
import { STEPS } from './checks/steps';
import type { Step, StepOrder } from './checks/steps';
import { addTallies, summaryLine } from './checks/tally';
import type { StepResult } from './checks/tally';

const USAGE = `Usage: pnpm test [--only NAME]...

Runs all checks and tests, or those whose name begins with NAME:
${STEPS.map(({ name }) => `  ${name}`).join('\n')}`;

async function test(args: string[]): Promise<void> {
  const steps = chooseSteps(args);
  if (steps === undefined) return;
  const environment = browserEnvironment(steps);
  const results = await runSteps(steps, {
    processors: availableParallelism(),
    runStep: (step, workers) => runStep(step, { environment, workers }),
  });
  const total = addTallies(results.map(({ tally }) => tally));
  process.exitCode = total.failed > 0 ? 1 : 0;
  // Once more at the end: a log of half an hour is read from there.
  for (const failure of results.flatMap(({ failures }) => failures)) {
    console.log(`\nFAIL  ${shorten(failure)}`);
  }
  console.log(`\n${summaryLine(total)}`);
}

function chooseSteps(args: string[]): Step[] | undefined {
  const { values } = parseArgs({
    args: args[0] === '--' ? args.slice(1) : args,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    console.log(USAGE);
    return undefined;
  }
  if (values.only.length === 0) return [...STEPS];
  const chosen = STEPS.filter(({ name }) => values.only.some((start) => name.startsWith(start)));
  if (chosen.length === 0) throw new TypeError(`No step is called ${values.only.join(', ')}.`);
  return chosen;
}

/** Undefined when no browser was found: the steps that need one then fail, the others run. */
function browserEnvironment(steps: readonly Step[]): Record<string, string> | undefined {
  if (!steps.some((step) => step.needsBrowser)) return {};
  try {
    const { path, how } = findBrowser((line) => console.log(line));
    console.log(`Chromium: ${path} (${how})`);
    return { CHROMIUM_PATH: path };
  } catch (error) {
    console.log((error as Error).message);
    return undefined;
  }
}

interface Order extends Omit<StepOrder, 'environment'> {
  /** Undefined when there is no browser. */
  environment: StepOrder['environment'] | undefined;
}

async function runStep(step: Step, order: Order): Promise<StepResult> {
  const startedMs = performance.now();
  const result = await runGuarded(step, order);
  report(step.name, result, (performance.now() - startedMs) / 1000);
  return result;
}

async function runGuarded(step: Step, { environment, workers }: Order): Promise<StepResult> {
  const tally = { passed: 0, failed: 1, skipped: 0 };
  if (environment === undefined && step.needsBrowser === true) {
    return { tally, notes: [], failures: ['There is no browser.'] };
  }
  try {
    return await step.run({ environment: environment ?? {}, workers });
  } catch (error) {
    // A tool that can't be started fails its own step; the others still have their say.
    return { tally, notes: [], failures: [String(error)] };
  }
}

function report(name: string, { tally, notes, failures }: StepResult, seconds: number): void {
  const isFailed = tally.failed > 0;
  const columns = [
    isFailed ? 'FAIL' : 'ok  ',
    name.padEnd(12),
    `${seconds.toFixed(1)} s`.padStart(8),
    summaryLine(tally),
  ];
  console.log(columns.join('  '));
  for (const note of notes) console.log(`      ${note}`);
  for (const failure of failures) console.log(`\n${failure.trimEnd()}\n`);
}

const SHORT_LINES = 12;

function shorten(failure: string): string {
  const lines = failure.trimEnd().split('\n');
  return [...lines.slice(0, SHORT_LINES), ...(lines.length > SHORT_LINES ? ['…'] : [])].join('\n');
}

test(process.argv.slice(2)).catch((error: unknown) => {
  const isUsage = error instanceof TypeError;
  console.error(isUsage ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = isUsage ? 2 : 1;
});
