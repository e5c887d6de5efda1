#!/usr/bin/env node
/** `modelshelf`: parse, run the command, print. */
import { isAbortError } from '../lib/errors';
import { packageVersion } from '../lib/platform/node/packageVersion';
import { readEnvironment, wantsColours } from './cli/environment';
import { createReporter, type Reporter } from './cli/reporter';
import { INTERRUPTED, runCommandLine } from './cli/runCommandLine';
import { login, logout, whoAmI } from './shelf/account';
import { add } from './shelf/add';
import { doctor } from './shelf/doctor';
import { du } from './shelf/du';
import { helpOf, type ShelfCommand } from './shelf/help';
import { importFiles } from './shelf/importFiles';
import { install, verify } from './shelf/install';
import { list } from './shelf/list';
import { exportList, importList } from './shelf/lists';
import { LockError } from './shelf/lock/lockError';
import { move } from './shelf/move';
import { places } from './shelf/places';
import { outdated } from './shelf/outdated';
import { update } from './shelf/update';
import { goBack, hold, release } from './shelf/versions';
import { remove } from './shelf/remove';
import { restore } from './shelf/restore';
import { search } from './shelf/search';
import { parseShelfOptions, type ShelfOptions } from './shelf/shelfOptions';

async function main(): Promise<number> {
  const [command, ...args] = process.argv
    .slice(2)
    .filter((each, place) => each !== '--' || place > 0);
  if (command === 'catalog') {
    return (await import('./catalog/catalogCommand')).catalogCommand(args);
  }
  if (command === 'publish') {
    return (await import('./publish/publishCommand')).publishCommand(args);
  }
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
  if (options.command === 'help' || options.command === 'version') {
    const text = options.command === 'help' ? helpOf(options.about) : `${packageVersion()}\n`;
    process.stdout.write(text);
    return 0;
  }
  return RUN[options.command](options, reporter, hubEndpoint);
}

type Run = (options: ShelfOptions, reporter: Reporter, hubEndpoint: string) => Promise<number>;

const RUN: Readonly<Record<ShelfCommand, Run>> = {
  search,
  add,
  install,
  outdated,
  update,
  'go-back': goBack,
  hold,
  release,
  verify,
  list,
  remove,
  restore,
  move,
  places,
  du,
  login,
  logout,
  whoami: whoAmI,
  doctor,
  export: exportList,
  import: (options, reporter, hubEndpoint) =>
    options.listPath === undefined
      ? importFiles(options, reporter)
      : importList(options, reporter, hubEndpoint),
};

await runCommandLine('modelshelf', main);
