/** The engine's bench in Chromium, on a page with the headers that the app has. */
import { copyFile, cp, mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright';
import { PROJECT_ROOT } from '../../build/projectRoot';
import { buildWorkers } from '../../buildWorkers';
import { CHROMIUM_FLAGS } from '../../checks/browser';
import { startServer } from '../../serve/server';
import type { EngineResults } from './cost';

export interface BrowserBenchOptions {
  scratch: string;
  modelFile: string;
  executablePath: string;
  runs: number;
  threads: number;
}

export async function benchInBrowser(options: BrowserBenchOptions): Promise<EngineResults> {
  const { scratch, executablePath, runs, threads } = options;
  const folder = await buildPage(options);
  const server = await startServer({ folder, port: 0 });
  const profile = await mkdtemp(join(scratch, 'profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    args: [...CHROMIUM_FLAGS, '--enable-precise-memory-info'],
  });
  try {
    const page = await context.newPage();
    await page.goto(server.url);
    await page.waitForFunction('globalThis.benchEngine !== undefined');
    return await page.evaluate<EngineResults>(`benchEngine(${JSON.stringify({ runs, threads })})`);
  } finally {
    await context.close();
    await server.close();
  }
}

async function buildPage({ scratch, modelFile }: BrowserBenchOptions): Promise<string> {
  const folder = join(scratch, 'page');
  await mkdir(folder, { recursive: true });
  await buildWorkers();
  for (const part of ['workers', 'engine']) {
    await cp(join(PROJECT_ROOT, 'public', part), join(folder, part), { recursive: true });
  }
  await build({
    absWorkingDir: PROJECT_ROOT,
    entryPoints: { page: 'scripts/bench/page/enginePage.ts' },
    outdir: folder,
    ...{ bundle: true, splitting: true, minify: true, format: 'esm' as const },
    ...{ platform: 'browser' as const, target: 'es2023' },
  });
  await copyFile(join(PROJECT_ROOT, 'scripts/bench/page/index.html'), join(folder, 'index.html'));
  await copyFile(modelFile, join(folder, 'noise.gguf'));
  await writeFile(join(folder, 'config.json'), '{}');
  return folder;
}
