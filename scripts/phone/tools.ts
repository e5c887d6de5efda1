/** Runs a phone's own tools, of which any may be missing. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PATIENCE_MS = 20_000;
const MOST_BYTES = 32 * 1024 * 1024;

/** What it printed; undefined where it isn't installed, fails or takes too long. Its errors go nowhere. */
export function runTool(tool: string, args: readonly string[]): Promise<string | undefined> {
  const options = { timeout: PATIENCE_MS, maxBuffer: MOST_BYTES };
  return new Promise((resolve) => {
    execFile(tool, args, options, (error, stdout) => {
      resolve(error === null ? stdout : undefined);
    });
  });
}

/** What a tool writes as JSON into the file that it is given last. */
export async function runToolForJson(tool: string, args: readonly string[]): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'phone-report-'));
  try {
    const file = join(folder, 'out.json');
    if ((await runTool(tool, [...args, file])) === undefined) return undefined;
    return parseJson(await readFile(file, 'utf8').catch(() => ''));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A tool of another version, or half an answer.
    return undefined;
  }
}
