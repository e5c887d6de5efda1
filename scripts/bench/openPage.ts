/**
 * Opens a page in a browser that nobody looks into, and takes what the page posts. The tools that
 * drive a browser keep a copy of every answer below 20 MB while they watch its network: of a file
 * that comes in pieces that is all of it, and costs a worker three times what it does for a person.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { CHROMIUM_FLAGS } from '../checks/browser';
import type { PageAnswer, PageTask } from './page/cost';
import { peakOfRenderers } from './renderer';
import { atEnd } from './scratch';

export interface PageVisit {
  executablePath: string;
  /** Profiles lie here: on the disk, as that of a private window doesn't. */
  folder: string;
  url: string;
  task: Omit<PageTask, 'answerUrl'>;
}

/** @throws Error with what the page or the browser says. */
export async function visit({ executablePath, folder, url, task }: PageVisit) {
  const profile = await mkdtemp(join(folder, 'profile-'));
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const answerUrl = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  const told = once(server, 'request') as Promise<[IncomingMessage]>;
  const place = `${url}#${encodeURIComponent(JSON.stringify({ ...task, answerUrl }))}`;
  const flags = ['--headless', `--user-data-dir=${profile}`, '--enable-precise-memory-info'];
  const browser = spawn(executablePath, [...CHROMIUM_FLAGS, ...flags, place], {
    stdio: 'ignore',
    // A group of its own, so that none of its processes outlives it and writes to the profile.
    detached: true,
  });
  const gone = once(browser, 'exit');
  const end = () => {
    const isOver = browser.exitCode !== null || browser.signalCode !== null;
    if (browser.pid !== undefined && !isOver) process.kill(-browser.pid, 'SIGKILL');
  };
  atEnd(end);
  try {
    const left = gone.then(() => {
      throw new Error('The browser ended before its page was done.');
    });
    const [request] = await Promise.race([told, left]);
    left.catch(() => undefined);
    const answer = JSON.parse(await text(request)) as PageAnswer;
    if ('failure' in answer) throw new Error(`The page says: ${answer.failure}`);
    return { ...answer, peakBytes: peakOfRenderers(profile) };
  } finally {
    server.closeAllConnections();
    server.close();
    end();
    await gone;
    await rm(profile, { recursive: true, maxRetries: 5, retryDelay: 100 });
  }
}
