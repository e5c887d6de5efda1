/** Counts what passed and failed, from the reports that Vitest and Jest write in the same shape. */
import * as v from 'valibot';

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

export interface TestReport {
  tally: Tally;
  /** Measurements that tests left in their `meta.note`, for the person who runs them. */
  notes: string[];
}

const reportSchema = v.object({
  numPassedTests: v.number(),
  numFailedTests: v.number(),
  numPendingTests: v.number(),
  numTodoTests: v.number(),
  testResults: v.array(
    v.object({
      status: v.string(),
      assertionResults: v.array(
        v.object({
          status: v.string(),
          meta: v.optional(v.object({ note: v.optional(v.string()) })),
        }),
      ),
    }),
  ),
});

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
export function readReport(text: string | undefined, exitCode: number | undefined): TestReport {
  const report = v.safeParse(reportSchema, parseJson(text));
  if (!report.success) return { tally: { ...NOTHING, failed: 1 }, notes: [] };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = report.output;
  const { testResults } = report.output;
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  ).length;
  const failed = numFailedTests + brokenFiles;
  const endedBadly = failed === 0 && (exitCode !== 0 || numPassedTests === 0);
  return {
    tally: {
      passed: numPassedTests,
      failed: endedBadly ? 1 : failed,
      skipped: numPendingTests + numTodoTests,
    },
    notes: testResults
      .flatMap(({ assertionResults }) => assertionResults.map(({ meta }) => meta?.note))
      .filter((note) => note !== undefined),
  };
}

function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    // A runner that was killed while it wrote: as good as no report.
    return undefined;
  }
}
