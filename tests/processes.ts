/** Looks at the processes of this machine, for tests of who has to end with whom. */
import { execFileSync, spawnSync } from 'node:child_process';

/** Ids of the processes that `parent` started to run `program`, a part of their command lines. */
export function childrenOf(parent: number, program: string): number[] {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,args=']).toString().trim().split('\n');
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter(([, ppid, ...words]) => Number(ppid) === parent && words.join(' ').includes(program))
    .map(([pid]) => Number(pid));
}

export function isAlive(pid: number): boolean {
  const row = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)])
    .stdout.toString()
    .trim();
  // One that nobody has collected yet is dead all the same.
  return row !== '' && !row.startsWith('Z');
}

/** Each look starts a process: without a pause the looks would take the time of those that are looked at. */
const LOOK_MS = 20;

/** Looks again and again; the test's own limit ends it. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
}
