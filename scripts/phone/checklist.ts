/** The lines of docs/phones.md that only a device can tick, and a person's answers to them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelErrorCode } from '../../lib/errors';
import { PROJECT_ROOT } from '../build/projectRoot';

export interface ChecklistLine {
  /** A word that stands for it in a report. */
  id: string;
  /** What to do. */
  task: string;
  expected: string;
  /** What to add to the answer. */
  report: string;
}

export interface ChecklistAnswer {
  id: string;
  outcome: 'as expected' | 'not as expected' | 'not tried';
  errorCode: ModelErrorCode | undefined;
  /** The number that the line asks for, in its unit. */
  measured: number | undefined;
}

const LINE = /^- \[ \] (?:▸ )?\*\*([a-z-]+)\*\*: (.+?) Expected: (.+?) Report: (.+)$/gm;

export async function readChecklist(): Promise<ChecklistLine[]> {
  const page = await readFile(join(PROJECT_ROOT, 'docs', 'phones.md'), 'utf8');
  return [...page.matchAll(LINE)].map(([, id = '', task = '', expected = '', report = '']) => ({
    id,
    task,
    expected,
    report,
  }));
}
