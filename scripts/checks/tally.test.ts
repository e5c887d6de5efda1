import { expect, test } from 'vitest';
import { addTallies, readReport, summaryLine } from './tally';

interface FakeTest {
  status: string;
  fullName?: string;
  failureMessages?: string[];
  meta?: { note?: string };
}

interface FakeFile {
  status: string;
  name?: string;
  message?: string;
  tests: FakeTest[];
}

function report(...files: FakeFile[]): string {
  const tests = files.flatMap((file) => file.tests);
  const count = (status: string) => tests.filter((one) => one.status === status).length;
  return JSON.stringify({
    numPassedTests: count('passed'),
    numFailedTests: count('failed'),
    numPendingTests: count('skipped'),
    numTodoTests: count('todo'),
    testResults: files.map(({ tests: assertionResults, ...file }) => ({
      ...file,
      assertionResults,
    })),
  });
}

const passed: FakeTest = { status: 'passed' };
const failed: FakeTest = { status: 'failed' };

test('counts tests by what became of them', () => {
  const text = report(
    { status: 'passed', tests: [passed, passed, { status: 'skipped' }, { status: 'todo' }] },
    { status: 'failed', tests: [passed, failed] },
  );
  expect(readReport(text, 1).tally).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

test('counts a file that does not load as a failure', () => {
  const text = report(
    { status: 'passed', tests: [passed] },
    { status: 'failed', tests: [failed] },
    { status: 'failed', tests: [] },
  );
  expect(readReport(text, 1).tally).toEqual({ passed: 1, failed: 2, skipped: 0 });
});

test('counts a runner that ends badly after good tests as a failure', () => {
  const text = report({ status: 'passed', tests: [passed] });
  expect(readReport(text, 0).tally.failed).toBe(0);
  expect(readReport(text, 1).tally.failed).toBe(1);
  expect(readReport(text, undefined).tally.failed).toBe(1);
});

test('counts no test at all as a failure', () => {
  expect(readReport(report(), 0).tally).toEqual({ passed: 0, failed: 1, skipped: 0 });
  const skippedOnly = report({ status: 'passed', tests: [{ status: 'skipped' }] });
  expect(readReport(skippedOnly, 0).tally).toEqual({ passed: 0, failed: 1, skipped: 1 });
});

test.each([undefined, '', '{"numPassedTests":1', '{"numPassedTests":1}', 'null'])(
  'counts the report %j as a failure',
  (text) => {
    expect(readReport(text, 0).tally).toEqual({ passed: 0, failed: 1, skipped: 0 });
  },
);

test('hands on what tests measured', () => {
  const measured = { status: 'passed', meta: { note: 'cold start 900 ms' } };
  const text = report({ status: 'passed', tests: [passed, measured] });
  expect(readReport(text, 0).notes).toEqual(['cold start 900 ms']);
});

test('names each failed test, and a file that does not load, with what they said', () => {
  const slow = { ...failed, fullName: 'stops at once', failureMessages: ['expected 2 to be 1'] };
  const text = report(
    { status: 'passed', name: 'good.test.ts', tests: [passed] },
    { status: 'failed', name: 'stop.test.ts', tests: [passed, slow] },
    { status: 'failed', name: 'broken.test.ts', message: 'SyntaxError', tests: [] },
  );
  expect(readReport(text, 1).failures).toEqual([
    'stop.test.ts > stops at once\nexpected 2 to be 1',
    'broken.test.ts\nSyntaxError',
  ]);
});

test('names a test that passed at its second try, and fails when there are three', () => {
  const late = {
    ...passed,
    fullName: 'opens',
    failureMessages: ['Error: STACK_TRACE_ERROR\n at x'],
  };
  const note = 'a.test.ts > opens\nError: It ran out of its time.\n at x';
  const two = readReport(
    report({ status: 'passed', name: 'a.test.ts', tests: [passed, late, late] }),
    0,
  );
  expect(two.tally).toEqual({ passed: 3, failed: 0, skipped: 0 });
  expect(two.notes).toEqual(Array(2).fill(`at the second try only: ${note}`));
  expect(two.failures).toEqual([]);
  const three = readReport(
    report({ status: 'passed', name: 'a.test.ts', tests: [passed, late, late, late] }),
    0,
  );
  expect(three.tally).toEqual({ passed: 1, failed: 3, skipped: 0 });
  expect(three.failures).toEqual(Array(3).fill(note));
});

test('ends with the two counts, and the skipped only where there are any', () => {
  const one = { passed: 1, failed: 0, skipped: 0 };
  expect(summaryLine(addTallies([one, { passed: 2, failed: 3, skipped: 0 }]))).toBe(
    '3 passed, 3 failed',
  );
  expect(summaryLine({ ...one, skipped: 4 })).toBe('1 passed, 0 failed, 4 skipped');
});
