/** `pnpm download:models`: parse, compose, run, print. */
import { isAbortError } from '../lib/errors';
import { packageVersion } from '../lib/platform/node/packageVersion';
import { compose } from './cli/compose';
import { wantsColours } from './cli/environment';
import { HELP, parseOptions } from './cli/options';
import { createReporter } from './cli/reporter';
import { INTERRUPTED, onInterrupt, runCommandLine } from './cli/runCommandLine';
import { runTask } from './cli/runTask';

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.task === 'help' || options.task === 'version') {
    process.stdout.write(options.task === 'help' ? HELP : `${packageVersion()}\n`);
    return 0;
  }
  const { env, stdout, stderr } = process;
  const colours = stdout.isTTY && wantsColours(env);
  const reporter = await createReporter(options.output, { out: stdout, err: stderr, colours });
  const acceptedLicenses = options.acceptsLicenses ? 'all' : [];
  const app = await compose({ ...options, acceptedLicenses }, reporter.warn);
  await app.manager.setRateLimit(options.limitRate);
  // What arrived is kept.
  const stopListening = onInterrupt(() => void app.manager.close());
  try {
    return await runTask({ ...app, ...app.platform, options, reporter });
  } catch (error) {
    if (!isAbortError(error)) throw error;
    reporter.interrupted();
    return INTERRUPTED;
  } finally {
    stopListening();
    await app.close();
  }
}

await runCommandLine('pnpm download:models', main);
