/** Finds the browsers for the tests, or brings a Chromium here, and says how. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

/**
 * What Playwright switches off, since the last list is the only one that counts; and the popups of the address bar, which
 * are two pages that each window of a test loads and never shows.
 */
export const DISABLED_FEATURES = [
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'TcpPortRandomizationWin',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
  'msForceBrowserSignIn',
  'msEdgeUpdateLaunchServicesPreferredVersion',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
];

/** What every test starts Chromium with: no sandbox (containers have none), no GPU, no traffic of its own. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--disable-features=${DISABLED_FEATURES.join(',')}`,
];

export interface FoundBrowser {
  path: string;
  /** How it was found, in words. */
  how: string;
}

const COMMANDS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const FIREFOX_COMMANDS = ['firefox', 'firefox-esr'];

/** A Chromium that is here already and starts: `CHROMIUM_PATH`, then PATH, then Playwright's own. */
export function installedBrowser(): FoundBrowser | undefined {
  const chosen = process.env.CHROMIUM_PATH;
  // A wrong choice is reported, not replaced: whoever set it wants that one.
  if (chosen) return { path: chosen, how: 'from CHROMIUM_PATH' };
  return onPath(COMMANDS) ?? playwrights();
}

/** A Firefox that is here already and starts, as its publisher built it: `FIREFOX_PATH`, then PATH. */
export function installedFirefox(): FoundBrowser | undefined {
  const chosen = process.env.FIREFOX_PATH;
  if (chosen) return { path: chosen, how: 'from FIREFOX_PATH' };
  return onPath(FIREFOX_COMMANDS);
}

/** Commands that aren't on PATH, of those that drive WebKitGTK without a screen. */
export function missingForWebKitGtk(): string[] {
  return ['WebKitWebDriver', 'xvfb-run'].filter((command) => !findOnPath(command));
}

/**
 * A Chromium that starts; downloads Playwright's own or asks the system's packages when
 * there is none. `say` hears what is going on, since both take minutes.
 * @throws Error with what to do, when no way worked.
 */
export function findBrowser(say: (line: string) => void): FoundBrowser {
  const found = installedBrowser();
  if (found !== undefined) {
    if (starts(found.path)) return found;
    throw new Error(`${found.path} (${found.how}) doesn't start.`);
  }
  say('No Chromium here: downloading the one that Playwright keeps.');
  // Without a connection its own time limits end this after a minute or two.
  if (run('npx', ['playwright', 'install', 'chromium', '--no-shell'])) {
    const downloaded = playwrights();
    if (downloaded !== undefined) return { ...downloaded, how: 'downloaded by Playwright' };
  }
  if (canInstallPackages()) {
    say('The download failed: asking apt-get for Chromium.');
    run('apt-get', ['update', '-q']);
    run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium']);
    const installed = onPath(COMMANDS);
    if (installed !== undefined) return { ...installed, how: 'installed with apt-get' };
  }
  throw new Error(
    'No Chromium was found or could be installed. Install one, or set CHROMIUM_PATH to its program.',
  );
}

function onPath(commands: readonly string[]): FoundBrowser | undefined {
  for (const command of commands) {
    const path = findOnPath(command, starts);
    if (path !== undefined) return { path, how: 'on PATH' };
  }
  return undefined;
}

function findOnPath(command: string, isWanted = isExecutable): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, command))
    .find((path) => isExecutable(path) && isWanted(path));
}

function playwrights(): FoundBrowser | undefined {
  const path = chromium.executablePath();
  return existsSync(path) && starts(path) ? { path, how: "Playwright's own" } : undefined;
}

// Playwright's download comes without the system libraries that it needs, and on some
// systems the program on PATH is a stub that only says how to install the real one.
function starts(path: string): boolean {
  return spawnSync(path, ['--version'], { stdio: 'ignore', timeout: 30_000 }).status === 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not ours to run: the next one may be.
    return false;
  }
}

function canInstallPackages(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
}

// Silent: what either tool says about its failure fills a screen and names no remedy.
function run(command: string, args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  return spawnSync(command, args, { env, stdio: 'ignore' }).status === 0;
}
