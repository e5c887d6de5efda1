import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { chromium, type Browser } from 'playwright';

import { browserArguments } from './scene';

/** A Chromium over a profile on disk that can be killed as a crash would. */
export async function startKillable(
  profile: string,
): Promise<{ browser: Browser; kill(): Promise<void> }> {
  const { executablePath, args } = browserArguments();
  const child = spawn(
    executablePath,
    [
      ...args,
      '--headless',
      `--user-data-dir=${profile}`,
      '--remote-debugging-port=0',
      'about:blank',
    ],
    // A group of its own, so that the kill reaches renderers too.
    { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const endpoint = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => {
      reject(new Error('Chromium ended before it listened'));
    });
    createInterface({ input: child.stderr }).on('line', (line) => {
      const match = /DevTools listening on (ws:\S+)/.exec(line);
      if (match?.[1] !== undefined) resolve(match[1]);
    });
  });
  const connected = await chromium.connectOverCDP(endpoint);
  return {
    browser: connected,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}
