/** The command line's composition root: parse, build, run, print. */
import { loadModels } from '../lib/ai/loadModels';
import { createModelManager, type ModelManager } from '../lib/ai/modelManager';
import { describeFailure } from '../lib/components/words';
import { createUnkeptSettings } from '../lib/db/unkeptSettings';
import { isAbortError, toFailure } from '../lib/errors';
import { createNodePlatform } from '../lib/platform/node/nodePlatform';
import { packageVersion } from '../lib/platform/node/packageVersion';
import { hubEndpoint, readCatalog } from './cli/environment';
import { HELP, UsageError, parseOptions, type Options } from './cli/options';
import { createReporter, type Reporter } from './cli/reporter';
import { runTask } from './cli/runTask';

const INTERRUPTED = 130;
const WRONG_USAGE = 2;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.task === 'help' || options.task === 'version') {
    process.stdout.write(options.task === 'help' ? HELP : `${packageVersion()}\n`);
    return 0;
  }
  const { env, stdout, stderr } = process;
  const colours = stdout.isTTY && !env['NO_COLOR'];
  const reporter = createReporter(options.output, { out: stdout, err: stderr, colours });
  const app = await build(options, reporter);
  const stopListening = onInterrupt(app.manager);
  try {
    return await runTask({ ...app, options, reporter });
  } catch (error) {
    if (!isAbortError(error)) throw error;
    reporter.interrupted();
    return INTERRUPTED;
  } finally {
    stopListening();
    await app.close();
  }
}

async function build(options: Options, reporter: Reporter) {
  const { env } = process;
  const platform = createNodePlatform({
    modelsFolder: options.folder,
    runtime: options.runtime,
    hubEndpoint: hubEndpoint(env['HF_ENDPOINT']),
    catalogText: undefined,
    token: env['HF_TOKEN'],
  });
  const { text, problem } = await readCatalog(options.catalog, platform.downloader);
  const { models, problems } = loadModels({ ...platform.environment, catalogText: text });
  if (problem !== undefined) reporter.warn(`The catalog was left out: ${problem}`);
  for (const { modelId = 'the catalog', reason } of problems) {
    reporter.warn(`Left out of the catalog: ${modelId}: ${reason}`);
  }
  const settings = createUnkeptSettings();
  const { random } = Math;
  const manager = createModelManager({ platform, settings, models, random, waitsForSpace: false });
  await manager.start();
  await manager.setRateLimit(options.limitRate);
  const close = async () => {
    await manager.close();
    await platform.close();
  };
  return { manager, models, close };
}

/** The first Ctrl-C keeps the bytes and ends in good order; the second ends at once. */
function onInterrupt(manager: ModelManager): () => void {
  let isSecond = false;
  const stop = () => {
    if (isSecond) process.exit(INTERRUPTED);
    isSecond = true;
    void manager.close();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n\nSee pnpm download:models --help.\n`);
    process.exitCode = WRONG_USAGE;
  } else {
    const { title, detail } = describeFailure(toFailure(error));
    process.stderr.write(`${title}. ${detail}\n`);
    process.exitCode = 1;
  }
}
