/** Firefox as its publisher builds it, over WebDriver BiDi: Playwright's own build would be another browser. */
import { spawnSync } from 'node:child_process';

import { firefox, type Browser, type BrowserContext, type LaunchOptions } from 'playwright';

import { installedFirefox } from '../../../scripts/checks/browser';

const found = installedFirefox();

/** Why the tests in Firefox can't run here. */
export const NO_FIREFOX =
  found === undefined ? 'no firefox or firefox-esr on PATH, no FIREFOX_PATH' : undefined;

const OPTIONS: LaunchOptions = {
  // Any channel with this prefix makes Playwright talk WebDriver BiDi; the path decides which Firefox it is.
  channel: 'moz-firefox',
  ...(found && { executablePath: found.path }),
  firefoxUserPrefs: {
    // Each name leads to this machine: nothing can leave it.
    'network.dns.native-is-localhost': true,
    // One thread for the engine: while WebDriver BiDi watches workers, a worker that starts two others sometimes waits for
    // ever. The same Firefox without WebDriver loaded a model with two threads 60 times out of 60.
    'dom.maxHardwareConcurrency': 1,
  },
};

export function launchFirefox(): Promise<Browser> {
  return firefox.launch(OPTIONS);
}

/** A Firefox over a profile on disk that can be killed as a crash would. */
export async function startKillableFirefox(
  profile: string,
): Promise<{ context: BrowserContext; kill(): Promise<void> }> {
  const context = await firefox.launchPersistentContext(profile, OPTIONS);
  const closed = new Promise<void>((resolve) => {
    context.once('close', () => {
      resolve();
    });
  });
  return {
    context,
    async kill() {
      // Playwright starts it as the leader of a group: its content processes die with it.
      process.kill(-leaderOf(profile), 'SIGKILL');
      await closed;
    },
  };
}

/** Playwright doesn't tell the process of a browser over a profile. */
function leaderOf(profile: string): number {
  const { stdout } = spawnSync('ps', ['-axo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const rows = stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((row) => row?.[3]?.includes(`--profile ${profile}`));
  const leader = rows.find((row) => Number(row?.[2]) === process.pid);
  if (leader?.[1] === undefined) throw new Error(`No Firefox runs over ${profile}.`);
  return Number(leader[1]);
}
