/** A long and lossy path on this computer: a network of its own, behind a link that delays packets and loses some. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../build/projectRoot';
import type { BenchCommand } from './measure';

export interface FarPath {
  /** By which a server on this side is reached from the other. */
  address: string;
  /** The same command, run on the other side. */
  beyond(command: BenchCommand): BenchCommand;
}

export const ROUND_TRIP_MS = 40;
/** In each direction. */
export const LOSS_PERCENT = 0.1;

const LINK = join(PROJECT_ROOT, 'scripts', 'bench', 'delayingLink.py');
/** As the link's own code has it. */
const ADDRESS = '10.77.0.1';

/** Undefined where this computer doesn't allow it. Ends with the bench. @throws Error with the link's words. */
export async function openFarPath(): Promise<FarPath | undefined> {
  if (!isAllowed()) return undefined;
  const namespace = `modelshelf-${String(process.pid)}`;
  const args = [LINK, namespace, String(ROUND_TRIP_MS / 2), String(LOSS_PERCENT)];
  const link = spawn('python3', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const failed = once(link, 'exit').then(() => {
    throw new Error('The link of 40 ms ended.');
  });
  await Promise.race([once(link.stdout, 'data'), failed]);
  failed.catch(() => undefined);
  // It ends when nobody holds its input any more, also after a kill of the bench.
  link.unref();
  for (const stream of [link.stdin, link.stdout]) (stream as Socket).unref();
  return {
    address: ADDRESS,
    beyond: ({ program, args: own, ...rest }) => ({
      ...rest,
      program: 'ip',
      args: ['netns', 'exec', namespace, program, ...own],
    }),
  };
}

/** Namespaces and tunnels are for root, on Linux; the link is a script. */
function isAllowed(): boolean {
  try {
    accessSync('/dev/net/tun', constants.R_OK | constants.W_OK);
    for (const program of ['ip', 'python3']) execFileSync('sh', ['-c', `command -v ${program}`]);
    return process.getuid?.() === 0;
  } catch {
    return false;
  }
}
