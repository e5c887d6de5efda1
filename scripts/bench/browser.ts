/** `pnpm bench:browser`: what downloading costs a page, with ours and with plain `fetch`. */
import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { PROJECT_ROOT } from '../build/projectRoot';
import { buildWorkers } from '../buildWorkers';
import { findBrowser } from '../checks/browser';
import { parseOptions, USAGE, type BrowserBenchOptions } from './browserOptions';
import { runBench } from './runBench';
import { reportText, type BrowserRace, type BrowserReport, type WayCost } from './browserReport';
import { benchModel } from './catalog';
import { makeCertificate } from './certificate';
import { packageVersion, programVersion } from './contenders';
import { median } from './measure';
import { visit } from './openPage';
import { HASHES, WAYS, type Hash, type Way } from './page/cost';
import { makePayload, MIB, type Payload } from './payload';
import { makeScratchFolder } from './scratch';
import { LOCAL, startServer, type BenchServer, type Lane } from './server';

interface Stage {
  scratch: string;
  server: BenchServer;
  /** Another origin than that of the files, as a hub is. */
  pageUrl: string;
  executablePath: string;
  runs: number;
}

process.exitCode = await runBench(
  { usage: USAGE, heading: 'Downloads in a browser', parseOptions, measure: bench },
  process.argv.slice(2),
);

async function bench({ runs, sizeMib }: BrowserBenchOptions): Promise<string> {
  const executablePath = findBrowser(console.error).path;
  const scratch = makeScratchFolder();
  await mkdir(join(scratch, 'files'));
  const free = await makePayload(join(scratch, 'files'), sizeMib * MIB);
  const throttled = await makePayload(join(scratch, 'files'), Math.ceil(sizeMib / 2) * MIB);
  await buildPage(join(scratch, 'page'));
  const server = await startServer({
    folder: scratch,
    payloads: [free, throttled],
    certificate: makeCertificate(scratch, [LOCAL]),
    folders: { page: join(scratch, 'page'), workers: join(PROJECT_ROOT, 'public', 'workers') },
  });
  const pageUrl = `${server.origin('http').replace('127.0.0.1', 'localhost')}/page/index.html`;
  const stage = { scratch, server, pageUrl, executablePath, runs };
  const races = {
    free: await race(stage, { title: 'No throttle', lane: 'http', payload: free }),
    throttled: await race(stage, {
      title: '25 MiB/s a connection',
      lane: 'throttled',
      payload: throttled,
    }),
  };
  const hashes = await raceHashes(stage, free);
  const versions = [
    `Modelshelf ${packageVersion(PROJECT_ROOT) ?? '?'}`,
    `Chromium ${programVersion(executablePath) ?? '?'}`,
    `nginx ${programVersion('nginx') ?? '?'}`,
  ];
  return reportText({ runs, versions, races, hashes });
}

async function buildPage(folder: string): Promise<void> {
  await buildWorkers();
  const source = join(PROJECT_ROOT, 'scripts', 'bench', 'page');
  await build({
    entryPoints: ['page.ts', 'plainWorker.ts'].map((name) => join(source, name)),
    outdir: folder,
    bundle: true,
    // The engine, which nobody starts here, stays in a file that nobody loads.
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
  });
  await copyFile(join(source, 'index.html'), join(folder, 'index.html'));
}

interface Race {
  title: string;
  lane: Lane;
  payload: Payload;
}

async function race(stage: Stage, { title, lane, payload }: Race): Promise<BrowserRace> {
  const all = new Map<Way, WayCost[]>(WAYS.map((way) => [way, []]));
  for (let run = 0; run < stage.runs; run += 1) {
    for (const way of WAYS) {
      const task = { way, model: benchModel(payload, stage.server.origin(lane)) };
      const cost = await visit({ ...stage, folder: stage.scratch, url: stage.pageUrl, task });
      all.get(way)?.push(cost);
      console.error(`${lane} ${way}: ${cost.seconds.toFixed(2)} s`);
    }
  }
  const summaries = [...all].map(([way, costs]) => [way, summaryOf(costs)]);
  return {
    title,
    sizeBytes: payload.sizeBytes,
    costs: Object.fromEntries(summaries) as BrowserRace['costs'],
  };
}

/** Seconds for as many bytes as the file has, medians. */
async function raceHashes(stage: Stage, payload: Payload): Promise<BrowserReport['hashes']> {
  const all: Record<Hash, number[]> = { simdSha256: [], hashWasm: [] };
  for (let run = 0; run < stage.runs; run += 1) {
    for (const way of HASHES) {
      const task = { way, model: benchModel(payload, stage.server.origin('http')) };
      const { seconds } = await visit({
        ...stage,
        folder: stage.scratch,
        url: stage.pageUrl,
        task,
      });
      all[way].push(seconds);
      console.error(`${way}: ${seconds.toFixed(2)} s`);
    }
  }
  return { simdSha256: median(all.simdSha256), hashWasm: median(all.hashWasm) };
}

function summaryOf(costs: readonly WayCost[]): WayCost {
  const middle = (value: (cost: WayCost) => number) => median(costs.map(value));
  const peakBytes = middle((cost) => cost.peakBytes ?? NaN);
  return {
    seconds: middle(({ seconds }) => seconds),
    // One that a person saw isn't made up for by others that nobody saw.
    frameGapMs: Math.max(...costs.map(({ frameGapMs }) => frameGapMs)),
    longTaskMs: Math.max(...costs.map(({ longTaskMs }) => longTaskMs)),
    peakHeapBytes: middle(({ peakHeapBytes }) => peakHeapBytes),
    peakBytes: Number.isNaN(peakBytes) ? undefined : peakBytes,
  };
}
