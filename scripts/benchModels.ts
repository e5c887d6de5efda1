/** `pnpm models:bench`: parse, compose, measure, print. */
import { runBenchmark } from '../lib/ai/measure/runBenchmark';
import { createLlm } from '../lib/ai/engine/createLlm';
import { printable } from '../lib/components/words/words';
import { migrate } from '../lib/db/migrations';
import { isAbortError } from '../lib/errors';
import { BENCH_HELP, parseBenchOptions } from './cli/benchOptions';
import type { BenchOptions } from './cli/benchOptions';
import { benchmarkJson, benchmarkTable, progressWords } from './cli/benchReport';
import { compose } from './cli/compose';
import type { Composition } from './cli/compose';
import { INTERRUPTED, onInterrupt, runCommandLine } from './cli/runCommandLine';
import { known } from './cli/runTask';

const CLEAR_LINE = '\r\u001b[2K';

async function main(): Promise<number> {
  const options = parseBenchOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(BENCH_HELP);
    return 0;
  }
  const app = await compose({ ...options, proxy: undefined }, (text) =>
    process.stderr.write(`${printable(text)}\n`),
  );
  const stopping = new AbortController();
  const stopListening = onInterrupt(() => stopping.abort());
  try {
    return await measure(app, options, stopping.signal);
  } catch (error) {
    if (!isAbortError(error)) throw error;
    process.stderr.write('Stopped. Nothing was measured.\n');
    return INTERRUPTED;
  } finally {
    stopListening();
    await app.close();
  }
}

async function measure(
  { platform, manager, models }: Composition,
  { modelId, folder, runs, promptFormat, json }: BenchOptions,
  signal: AbortSignal,
): Promise<number> {
  const config = known(models, modelId);
  if (manager.getSnapshot().states[modelId]?.kind !== 'installed') {
    const install = `pnpm download:models --runtime llama.cpp --model ${modelId}`;
    process.stderr.write(
      `${modelId} isn’t installed in ${printable(folder)}. To install it: ${install}\n`,
    );
    return 1;
  }
  await migrate(platform.database);
  const llm = createLlm(platform, manager);
  await llm.start();
  if (promptFormat !== undefined) await llm.choices.choose(config, { promptFormat });
  const { session, engineOf } = llm;
  const { host, clock } = platform;
  const { isTTY } = process.stderr;
  const clear = () => isTTY && process.stderr.write(CLEAR_LINE);
  try {
    const benchmark = await runBenchmark({ session, engineOf, host, clock }, config, {
      runs,
      signal,
      onProgress: (progress) =>
        isTTY && process.stderr.write(`${CLEAR_LINE}${progressWords(progress)}`),
    });
    clear();
    process.stdout.write(json ? benchmarkJson(benchmark) : benchmarkTable(config, benchmark));
    return 0;
  } catch (error) {
    clear();
    throw error;
  } finally {
    await session.unload();
  }
}

await runCommandLine('pnpm models:bench', main);
