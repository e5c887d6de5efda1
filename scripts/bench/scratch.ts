/** A folder that is gone when the bench is, and what else has to end with it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const endings: (() => void)[] = [];
const ends = () => {
  for (const end of endings.splice(0).reverse()) end();
};
process.once('exit', ends);
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));

/** Runs when the process ends, in the reverse order; the callback can't wait for anything. */
export function atEnd(end: () => void): void {
  endings.push(end);
}

/** Files of several GiB lie here: `TMPDIR` says where. */
export function makeScratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'modelshelf-bench-'));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
