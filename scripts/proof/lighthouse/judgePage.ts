/** Runs Lighthouse, as a program of its own, over one page. */
import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CHROMIUM_FLAGS } from '../../checks/browser';
import { PROJECT_ROOT } from '../../build/projectRoot';

// The last release that runs on Node 20; 13 needs Node 22.
const LIGHTHOUSE = 'lighthouse@12.8.2';
const CATEGORIES = ['performance', 'accessibility', 'best-practices', 'seo'];

export type FormFactor = 'phone' | 'desktop';

export interface Judgement {
  route: string;
  form: FormFactor;
  /** Of 100, by category. */
  scores: Readonly<Record<string, number>>;
  /** The audits that cost something, each with what Lighthouse says. */
  failed: readonly string[];
}

/**
 * The path of its program; fetched when it isn't there yet.
 * @throws Error with npm's words
 */
export function installLighthouse(): string {
  const folder = join(PROJECT_ROOT, '.cache', 'lighthouse');
  const program = join(folder, 'node_modules', 'lighthouse', 'cli', 'index.js');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--no-audit', '--no-fund', '--prefix', folder, LIGHTHOUSE];
  const { status, stderr } = spawnSync('npm', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm couldn’t install ${LIGHTHOUSE}: ${stderr}`);
  return program;
}

interface Page {
  program: string;
  browser: string;
  url: string;
  form: FormFactor;
}

/** What Lighthouse writes, as far as it is read here. */
interface Report {
  categories: Record<string, { score: number | null; auditRefs: { id: string; weight: number }[] }>;
  audits: Record<string, { title: string; score: number | null; displayValue?: string }>;
  runtimeError?: { code: string; message: string };
}

/**
 * The median of several runs by their performance, as Lighthouse advises: a single one differs from the next by up to ten
 * points. An odd number of them.
 * @throws Error where Lighthouse couldn't judge the page
 */
export async function judgePage(page: Page, runs: number): Promise<Omit<Judgement, 'route'>> {
  const reports: Report[] = [];
  for (let tries = 0; reports.length < runs; tries += 1) {
    const report = await runLighthouse(page);
    // Now and then it misses the beginning of the page in the browser's trace, and asks to be run again.
    if (report.runtimeError?.code === 'NO_NAVSTART' && tries < 2 * runs) continue;
    if (report.runtimeError !== undefined) throw new Error(report.runtimeError.message);
    reports.push(report);
  }
  const speed = ({ categories }: Report) => categories['performance']?.score ?? 0;
  const median = reports.toSorted((one, other) => speed(one) - speed(other))[runs >> 1];
  if (median === undefined) throw new Error('Lighthouse was not run.');
  return { form: page.form, ...readReport(median) };
}

async function runLighthouse(page: Page): Promise<Report> {
  const { program, browser, url, form } = page;
  const folder = await mkdtemp(join(tmpdir(), 'modelshelf-lighthouse-'));
  // A file, because it ends before a pipe has taken the whole report of a failure.
  const path = join(folder, 'report.json');
  const flags = [
    ...[program, url, '--output=json', `--output-path=${path}`, '--quiet'],
    '--no-enable-error-reporting',
    ...[`--only-categories=${CATEGORIES.join()}`, '--max-wait-for-load=60000'],
    `--chrome-flags=${['--headless=new', ...CHROMIUM_FLAGS].join(' ')}`,
    ...(form === 'desktop' ? ['--preset=desktop'] : []),
  ];
  const environment = { ...process.env, CHROME_PATH: browser };
  try {
    // The caller may be the server of the page, so it can't be kept waiting. The report says what went wrong.
    let failure: unknown;
    try {
      await promisify(execFile)(process.execPath, flags, { env: environment });
    } catch (error) {
      failure = error;
    }
    const report = await readFile(path, 'utf8').catch(() => undefined);
    if (report === undefined) throw new Error('Lighthouse wrote no report.', { cause: failure });
    return JSON.parse(report) as Report;
  } finally {
    await rm(folder, { recursive: true });
  }
}

function readReport({ categories, audits }: Report): Pick<Judgement, 'scores' | 'failed'> {
  const scores: Record<string, number> = {};
  const failed: string[] = [];
  for (const name of CATEGORIES) {
    const category = categories[name];
    if (category === undefined) throw new Error(`Lighthouse reports no ${name}.`);
    scores[name] = Math.round((category.score ?? 0) * 100);
    for (const { id, weight } of category.auditRefs) {
      const audit = audits[id];
      if (weight === 0 || audit?.score === undefined || audit.score === null) continue;
      if (audit.score < 0.9) failed.push([name, audit.title, audit.displayValue ?? ''].join(': '));
    }
  }
  return { scores, failed };
}
