/** Other work on this computer, made on purpose: what a download costs then is another question. */
import { spawn } from 'node:child_process';

import { atEnd } from './scratch';

const PROCESSES = 2;
/** They end by themselves, should the bench be killed. */
const LONGEST_MS = 600_000;
const COMPUTE = `for (const end = Date.now() + ${String(LONGEST_MS)}; Date.now() < end; );`;

export async function whileBusy<T>(work: () => Promise<T>): Promise<T> {
  const children = Array.from({ length: PROCESSES }, () =>
    spawn(process.execPath, ['-e', COMPUTE], { stdio: 'ignore' }),
  );
  const stop = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  atEnd(stop);
  try {
    return await work();
  } finally {
    stop();
  }
}
