/** How much memory the pages of a browser took, with their workers. Linux tells it. */
import { readdirSync, readFileSync } from 'node:fs';

interface Process {
  id: number;
  parent: number;
  command: string;
}

/** The peak of the largest renderer below the browser with this profile; undefined where the system doesn't tell. */
export function peakOfRenderers(profile: string): number | undefined {
  const processes = listProcesses();
  const browsers = processes.filter(({ command }) =>
    command.includes(`--user-data-dir=${profile}`),
  );
  const family = new Set(browsers.map(({ id }) => id));
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const { id, parent } of processes) if (family.has(parent)) family.add(id);
  }
  const peaks = processes
    .filter(({ id, command }) => family.has(id) && command.includes('--type=renderer'))
    .map(({ id }) => Number(/VmHWM:\s+(\d+)/.exec(read(id, 'status'))?.[1] ?? 0) * 1024);
  return peaks.length === 0 ? undefined : Math.max(...peaks);
}

function listProcesses(): Process[] {
  const ids = readIds();
  return ids.map((id) => {
    const parent = Number(/PPid:\s+(\d+)/.exec(read(id, 'status'))?.[1] ?? 0);
    return { id, parent, command: read(id, 'cmdline').replaceAll('\0', ' ') };
  });
}

function readIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    // Not Linux.
    return [];
  }
}

function read(id: number, name: string): string {
  try {
    return readFileSync(`/proc/${id}/${name}`, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
