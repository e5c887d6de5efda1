#!/usr/bin/env node
/** `modelshelf`: parse, run the command, print. */
import { isAbortError } from '../lib/errors';
import { packageVersion } from '../lib/platform/node/packageVersion';
import { readEnvironment, wantsColours } from './cli/environment';
import { createReporter, type Reporter } from './cli/reporter';
import { INTERRUPTED, runCommandLine } from './cli/runCommandLine';
import { login, logout, whoAmI } from './shelf/account';
import { add } from './shelf/add';
import { helpOf } from './shelf/help';
import { importFiles } from './shelf/importFiles';
import { install, verify } from './shelf/install';
import { list } from './shelf/list';
import { exportList, importList } from './shelf/lists';
import { LockError } from './shelf/lock/lockError';
import { remove } from './shelf/remove';
import { search } from './shelf/search';
import { parseShelfOptions, type ShelfOptions } from './shelf/shelfOptions';

async function main(): Promise<number> {
  const options = parseShelfOptions(process.argv.slice(2));
  const { env, stdout, stderr } = process;
  const colours = stdout.isTTY && wantsColours(env);
  const reporter = await createReporter(options.output, { out: stdout, err: stderr, colours });
  try {
    return await run(options, reporter);
  } catch (error) {
    if (error instanceof LockError) {
      stderr.write(`${error.message}\n`);
      return 1;
    }
    if (!isAbortError(error)) throw error;
    reporter.interrupted();
    return INTERRUPTED;
  }
}

async function run(options: ShelfOptions, reporter: Reporter): Promise<number> {
  const { hubEndpoint } = readEnvironment(process.env, {
    proxy: options.proxy,
    warn: () => undefined,
  });
  switch (options.command) {
    case 'help':
      process.stdout.write(helpOf(options.about));
      return 0;
    case 'version':
      process.stdout.write(`${packageVersion()}\n`);
      return 0;
    case 'search':
      return search(options, reporter);
    case 'add':
      return add(options, reporter);
    case 'install':
      return install(options, reporter, hubEndpoint);
    case 'export':
      return exportList(options, reporter, hubEndpoint);
    case 'import':
      if (options.listPath === undefined) return importFiles(options, reporter);
      return importList(options, reporter, hubEndpoint);
    case 'verify':
      return verify(options, reporter, hubEndpoint);
    case 'list':
      return list(options, reporter, hubEndpoint);
    case 'remove':
      return remove(options, reporter, hubEndpoint);
    case 'login':
      return login(options, reporter);
    case 'logout':
      return logout(options, reporter);
    case 'whoami':
      return whoAmI(options, reporter);
  }
}

await runCommandLine('modelshelf', main);
