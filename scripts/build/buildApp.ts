/**
 * Builds the web app into `dist/`: workers, Metro's export, compression. Reuses an existing build when nothing changed.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildWorkers } from '../buildWorkers';
import { runCommand } from './command';
import { compressFiles } from './compress';
import { finishPage } from './finishPage';
import { PROJECT_ROOT } from './projectRoot';
import { inputStamp } from './stamp';

export interface AppBuild {
  folder: string;
  reused: boolean;
}

const STAMP_NAME = '.stamp';

/** No network, no questions, no telemetry. */
export const EXPO_ENVIRONMENT = { EXPO_OFFLINE: '1', CI: '1', EXPO_NO_TELEMETRY: '1' };

/**
 * The built app. A build that fails or is interrupted leaves the earlier one in place.
 * @throws Error with the tool's whole output.
 */
export async function buildApp(onBuild: () => void): Promise<AppBuild> {
  const folder = join(PROJECT_ROOT, 'dist');
  // Calculated before the build reads anything, so that an edit during the build isn't missed.
  const stamp = await inputStamp(PROJECT_ROOT);
  if ((await readStamp(folder)) === stamp) return { folder, reused: true };

  onBuild();
  const staging = join(PROJECT_ROOT, '.cache', `web-${String(process.pid)}`);
  try {
    await buildWorkers();
    await exportApp(staging);
    await preloadLayout(staging);
    await finishPage(staging);
    await rejectInlineScripts(join(staging, 'index.html'));
    await compressFiles(staging);
    await writeFile(join(staging, STAMP_NAME), stamp);
    await rm(folder, { recursive: true, force: true });
    await rename(staging, folder);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return { folder, reused: false };
}

async function readStamp(folder: string): Promise<string | undefined> {
  try {
    return await readFile(join(folder, STAMP_NAME), 'utf8');
  } catch {
    // There is no build, or its record can't be read: build anew.
    return undefined;
  }
}

async function exportApp(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const { exitCode, output } = await runCommand({
    tool: 'expo/bin/cli',
    args: ['export', '--platform', 'web', '--output-dir', folder],
    env: EXPO_ENVIRONMENT,
  });
  if (exitCode !== 0) throw new Error(`The export of the web app failed.\n${output}`);
}

/** Every screen is inside of the layout, which is a file of its own: without this it is asked for only after the first. */
async function preloadLayout(folder: string): Promise<void> {
  const scripts = '_expo/static/js/web';
  const layout = (await readdir(join(folder, scripts))).find((name) =>
    /^_layout-.*\.js$/.test(name),
  );
  if (layout === undefined) throw new Error('The export has no file for the layout.');
  const page = join(folder, 'index.html');
  const html = await readFile(page, 'utf8');
  const link = `<link rel="preload" href="/${scripts}/${layout}" as="script"></head>`;
  await writeFile(page, html.replace('</head>', link));
}

// The server's policy forbids inline scripts: the browser would refuse them and show a blank page.
async function rejectInlineScripts(page: string): Promise<void> {
  const html = await readFile(page, 'utf8');
  if (/<script(?![^>]*\ssrc=)|\son\w+=/i.test(html)) {
    throw new Error(`${page} holds an inline script, which the server's policy forbids.`);
  }
}
