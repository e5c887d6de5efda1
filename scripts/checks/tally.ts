/** Counts what passed and failed, from the reports that Vitest and Jest write in the same shape. */
import * as v from 'valibot';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** What a step came to. */
export interface StepResult {
  tally: Tally;
  /** Measurements that tests left in their `meta.note`, for the person who runs them. */
  notes: string[];
  /** What went wrong, for the person: a failed test's name and message, or what a tool printed. */
  failures: string[];
}

const reportSchema = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  numPendingTests: v.number(),
  numTodoTests: v.number(),
  testResults: v.array(
    v.object({
      name: v.optional(v.string()),
      message: v.optional(v.string()),
      status: v.string(),
      assertionResults: v.array(
        v.object({
          status: v.string(),
          fullName: v.optional(v.string()),
          failureMessages: v.optional(v.nullable(v.array(v.string()))),
          meta: v.optional(v.object({ note: v.optional(v.string()) })),
        }),
      ),
    }),
  ),
});

type FileReport = v.InferOutput<typeof reportSchema>['testResults'][number];
type TestReport = FileReport['assertionResults'][number];

/** So many tests of a step may pass only at their second try; with one more, each of them counts as failed. */
const MOST_SECOND_TRIES = 2;
/** Vitest's words for a test that ran out of its time, by a mistake in how it builds the stack. */
const TIMED_OUT = 'Error: STACK_TRACE_ERROR';

export const NOTHING: Tally = { passed: 0, failed: 0, skipped: 0 };

export function addTallies(tallies: readonly Tally[]): Tally {
  const sum = { ...NOTHING };
  for (const { passed, failed, skipped } of tallies) {
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  return sum;
}

/** The line that everything ends with. */
export function summaryLine({ passed, failed, skipped }: Tally): string {
  const counts = `${String(passed)} passed, ${String(failed)} failed`;
  return skipped > 0 ? `${counts}, ${String(skipped)} skipped` : counts;
}

/**
 * What a runner's report says. Never all well by accident: no report, no test, a file that
 * doesn't load and a runner that ends badly after good tests are one failure at least.
 */
export function readReport(text: string | undefined, exitCode: number | undefined): StepResult {
  const report = v.safeParse(reportSchema, parseJson(text));
  if (!report.success) return { tally: { ...NOTHING, failed: 1 }, notes: [], failures: [] };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report.output;
  const { testResults } = report.output;
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const late = testResults.flatMap(secondTriesOf);
  const lateFailures = late.length > MOST_SECOND_TRIES ? late : [];
  const failed = numFailedTests + brokenFiles + lateFailures.length;
  const endedBadly = failed === 0 && (exitCode !== 0 || numPassedTests === 0);
  return {
    tally: {
      passed: numPassedTests - lateFailures.length,
      failed: endedBadly ? 1 : failed,
      skipped: numPendingTests + numTodoTests,
    },
    notes: [
      ...late.map((test) => `at the second try only: ${test}`),
      ...testResults
        .flatMap(({ assertionResults }) => assertionResults.map(({ meta }) => meta?.note))
        .filter((note) => note !== undefined),
    ],
    failures: [...testResults.flatMap(failuresOf), ...lateFailures],
  };
}

function failuresOf({ name = '', message, status, assertionResults }: FileReport): string[] {
  if (status !== 'failed') return [];
  const failed = assertionResults.filter((test) => test.status === 'failed');
  if (failed.length === 0) return [`${name}\n${message ?? ''}`];
  return failed.map((test) => describeFailure(name, test));
}

/** Vitest keeps what was wrong at the first try of a test that passed then. */
function secondTriesOf({ name = '', assertionResults }: FileReport): string[] {
  return assertionResults
    .filter((test) => test.status === 'passed' && (test.failureMessages ?? []).length > 0)
    .map((test) => describeFailure(name, test));
}

function describeFailure(file: string, { fullName = '', failureMessages }: TestReport): string {
  const messages = (failureMessages ?? []).join('\n');
  return `${file} > ${fullName}\n${messages.replaceAll(TIMED_OUT, 'Error: It ran out of its time.')}`;
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // A runner that was killed while it wrote: as good as no report.
    return undefined;
  }
}
