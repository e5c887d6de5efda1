/** `pnpm bench:engine`: what our layer costs on top of the engines, and how fast it obeys. */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../build/projectRoot';
import { findBrowser } from '../checks/browser';
import { ensureNoiseModel } from '../demoModel/noiseModel';
import { packageVersion, programVersion } from './contenders';
import { benchInBrowser } from './engine/inBrowser';
import { benchInNode } from './engine/inNode';
import type { EngineResults } from './engine/cost';
import { engineReport } from './engine/report';
import { parseOptions, USAGE, type EngineBenchOptions } from './engineOptions';
import { runBench } from './runBench';
import { makeScratchFolder } from './scratch';

const MODEL_FILE = join(PROJECT_ROOT, '.cache', 'bench', 'noise-25m.gguf');

process.exitCode = await runBench(
  { usage: USAGE, heading: 'The engines', parseOptions, measure: bench },
  process.argv.slice(2),
);

async function bench({ runs, threads, engines }: EngineBenchOptions): Promise<string> {
  const [load = 0] = loadavg();
  await ensureNoiseModel(MODEL_FILE);
  const scratch = makeScratchFolder();
  const common = { scratch, modelFile: MODEL_FILE, runs, threads };
  const results: Record<string, EngineResults> = {};
  const versions = [`Modelshelf ${packageVersion(PROJECT_ROOT) ?? '?'}`, `Node ${process.version}`];
  for (const engine of engines) {
    console.error(`Measuring in ${engine === 'node' ? 'Node' : 'Chromium'} …`);
    if (engine === 'node') {
      results['node-llama-cpp'] = await benchInNode(common);
      versions.push(versionWords('node-llama-cpp'));
    } else {
      const executablePath = findBrowser(console.error).path;
      results['wllama'] = await benchInBrowser({ ...common, executablePath });
      versions.push(versionWords('@wllama/wllama'));
      versions.push(`Chromium ${programVersion(executablePath) ?? '?'}`);
    }
  }
  return engineReport({ runs, threads, load, versions, results });
}

function versionWords(name: string): string {
  return `${name} ${packageVersion(join(PROJECT_ROOT, 'node_modules', name)) ?? '?'}`;
}
