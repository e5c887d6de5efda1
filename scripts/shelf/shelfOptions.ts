/** Reads the command line of `modelshelf`. Nothing is printed, read or written here. */
import { parseArgs } from 'node:util';

import type { HubSort } from '../../lib/ai/discover/searchHub';
import { isModelId } from '../../lib/ai/modelId';
import type { ModelOrder } from '../../lib/ai/registry/modelOrder';
import { RUNTIMES, TRAITS } from '../../lib/ai/runtimes/runtimes';
import type { Runtime } from '../../lib/platform/types';
import { refuseEmpty } from '../cli/emptyOption';
import { localPath, modelsFolder } from '../cli/localPath';
import { parseRate } from '../cli/options';
import { UsageError } from '../cli/usageError';
import { movingOf, type Moving } from './moving';
import { wantedBytesOf } from './wantedBytes';
import { COMMANDS, type ShelfCommand } from './help';
import { LOCK_NAME } from './lock/lockFile';
import { PROGRAMS, type Program } from './programs/programs';

/** The orders for which a terminal has the facts. */
type ListOrder = Extract<ModelOrder, 'listed' | 'name' | 'size'>;

export interface ShelfOptions {
  command: ShelfCommand | 'help' | 'version';
  /** Whose help; undefined for that of the whole program. */
  about: ShelfCommand | undefined;
  /** Words for `search`, specs for `add`, ids for the other commands, each once. */
  names: readonly string[];
  lockPath: string;
  folder: string;
  /** Only builds for this runtime; undefined for every build. */
  runtime: Runtime | undefined;
  modelId: string | undefined;
  isDryRun: boolean;
  isFrozen: boolean;
  keepsFiles: boolean;
  /** How many bytes more are to be free. */
  wantedBytes: number | undefined;
  isConfirmed: boolean;
  /** Whether removed files are deleted right away. */
  removesNow: boolean;
  /** What `move` does with the models; a folder that isn't a place yet becomes one. */
  moving: Moving | undefined;
  /** The place that `places` forgets: its folder or its id. */
  forgottenPlace: string | undefined;
  /** Whether licences that want acceptance are accepted. */
  acceptsLicenses: boolean;
  /** Whether models that their publisher has withdrawn are downloaded. */
  usesWithdrawn: boolean;
  /** The file that `export` writes; undefined for standard output. */
  exportPath: string | undefined;
  /** The list that `import` reads. */
  listPath: string | undefined;
  /** Where files may be that another program has downloaded. */
  adopt: string | undefined;
  /** Of several builds that fit a name, the recommended one is added. */
  takesRecommended: boolean;
  /** Of a search. */
  sort: HubSort;
  /** Of a list. */
  order: ListOrder;
  /** How many repositories a search shows at most. */
  mostFound: number;
  /** The program whose models are imported; undefined for files. */
  from: Program | undefined;
  isForAll: boolean;
  /** Why a model is held. */
  reason: string | undefined;
  /** How `login` signs in; undefined for the way that is configured. */
  loginWay: 'device' | 'token' | undefined;
  proxy: string | undefined;
  limitRate: number | undefined;
  output: 'human' | 'quiet' | 'json';
}

type Values = ReturnType<typeof readArguments>['values'];

/** The options that not every command has. */
const OWN_OPTIONS: Readonly<Record<ShelfCommand, readonly (keyof Values)[]>> = {
  search: ['sort', 'runtime', 'limit', 'lock'],
  add: ['id', 'dry-run', 'runtime', 'recommended', 'yes', 'accept-license', 'lock'],
  install: [
    'frozen',
    'dir',
    'runtime',
    'adopt',
    'limit-rate',
    'accept-license',
    'use-withdrawn',
    'lock',
  ],
  export: ['lock'],
  import: ['list', 'from', 'all', 'dry-run', 'dir', 'lock'],
  outdated: ['dir', 'lock'],
  update: ['all', 'dry-run', 'accept-license', 'dir', 'lock'],
  'go-back': ['dir', 'lock'],
  hold: ['reason', 'lock'],
  release: ['lock'],
  verify: ['dir', 'runtime', 'lock'],
  list: ['sort', 'dir', 'lock'],
  remove: ['dir', 'keep-files', 'now', 'lock'],
  restore: ['dir', 'lock'],
  move: ['to', 'back', 'cancel', 'give-up', 'dir', 'lock'],
  places: ['forget', 'dir'],
  du: ['dir', 'free', 'yes', 'dry-run', 'lock'],
  login: ['device', 'token-stdin'],
  logout: [],
  whoami: [],
  doctor: ['dir'],
};
const EVERYWHERE: readonly (keyof Values)[] = ['proxy', 'json', 'quiet', 'help', 'version'];

/** @throws UsageError */
export function parseShelfOptions(args: readonly string[]): ShelfOptions {
  const { values, positionals } = readArguments(args);
  refuseEmpty(values);
  const [first, ...rest] = positionals;
  const command = COMMANDS.find((name) => name === first);
  if (command === undefined && !values.help && !values.version) throw unknownCommand(first);
  if (command !== undefined) refuseForeign(command, values);
  const names = [...new Set(rest)];
  if (names.some((name) => name.trim() === '')) throw new UsageError('A name is empty.');
  const options: ShelfOptions = {
    command: commandOf(command, values),
    about: command,
    names,
    lockPath: localPath(values.lock ?? LOCK_NAME),
    folder: modelsFolder(values.dir),
    runtime: runtimeOf(values.runtime),
    modelId: values.id,
    isDryRun: values['dry-run'],
    isFrozen: values.frozen,
    keepsFiles: values['keep-files'],
    removesNow: values.now,
    moving: movingOf(command, values),
    forgottenPlace: values.forget,
    wantedBytes: wantedBytesOf(values.free),
    isConfirmed: values.yes,
    acceptsLicenses: values['accept-license'],
    usesWithdrawn: values['use-withdrawn'],
    exportPath: command === 'export' && names[0] !== undefined ? localPath(names[0]) : undefined,
    listPath: values.list === undefined ? undefined : localPath(values.list),
    takesRecommended: values.recommended || values.yes,
    ...sortsOf(command, values),
    mostFound: mostFoundOf(values.limit),
    loginWay: loginWayOf(values),
    adopt: values.adopt === undefined ? undefined : localPath(values.adopt),
    from: programOf(values.from),
    isForAll: values.all,
    reason: values.reason,
    proxy: values.proxy,
    limitRate: parseRate(values['limit-rate']),
    output: outputOf(values),
  };
  checkNames(options);
  return options;
}

function loginWayOf({ device, 'token-stdin': fromStdin }: Values): ShelfOptions['loginWay'] {
  if (device && fromStdin) throw new UsageError('--device and --token-stdin exclude each other.');
  if (device) return 'device';
  return fromStdin ? 'token' : undefined;
}

function outputOf({ json, quiet }: Values): ShelfOptions['output'] {
  if (json && quiet) throw new UsageError('--json and --quiet exclude each other.');
  if (json) return 'json';
  return quiet ? 'quiet' : 'human';
}

function commandOf(command: ShelfCommand | undefined, values: Values): ShelfOptions['command'] {
  if (values.version) return 'version';
  return values.help || command === undefined ? 'help' : command;
}

const NEEDS_NAMES: readonly ShelfOptions['command'][] = [
  ...(['remove', 'restore', 'move', 'go-back', 'hold', 'release'] as const),
];
const WITHOUT_NAMES: readonly ShelfOptions['command'][] = ['login', 'logout', 'whoami'];

function checkMostNames({ command, names }: ShelfOptions): void {
  if ((command === 'doctor' || command === 'du' || command === 'places') && names.length > 0) {
    throw new UsageError(`${command} takes no names.`);
  }
  if (WITHOUT_NAMES.includes(command) && names.length > 0) {
    // Not repeated: it may be a token.
    throw new UsageError(`${command} takes no names. A token comes with --token-stdin.`);
  }
  if (command === 'export' && names.length > 1) {
    throw new UsageError('export takes one file, or none for standard output.');
  }
}

function checkNames(options: ShelfOptions): void {
  const { command, names, modelId } = options;
  checkMostNames(options);
  if (command === 'import') checkImport(options);
  if (command === 'add' && names.length === 0) {
    throw new UsageError('add takes at least one model, such as hf:OWNER/NAME:Q4_K_M.');
  }
  if (NEEDS_NAMES.includes(command) && names.length === 0) {
    throw new UsageError(`${command} takes at least one id.`);
  }
  if (command === 'update' && options.isForAll === names.length > 0) {
    throw new UsageError('update takes ids of the lock, or --all.');
  }
  if (modelId === undefined) return;
  if (names.length > 1) throw new UsageError('--id is for one model.');
  if (!isModelId(modelId)) {
    throw new UsageError(
      '--id takes a-z, 0-9, . and -, at most 64 of them, and begins with a letter or a digit.',
    );
  }
}

function checkImport({ names, from, isForAll, listPath }: ShelfOptions): void {
  if (listPath !== undefined) {
    if (names.length === 0 && from === undefined && !isForAll) return;
    throw new UsageError('--list reads a list alone: without files, --from and --all.');
  }
  if (from === undefined && names.length === 0) {
    throw new UsageError(
      'import takes at least one file, --from and a program, or --list and a list.',
    );
  }
  if (isForAll && (from === undefined || names.length > 0)) {
    throw new UsageError('--all is for --from without names.');
  }
}

function programOf(name: string | undefined): Program | undefined {
  if (name === undefined) return undefined;
  const program = PROGRAMS.find((each) => each === name);
  if (program) return program;
  throw new UsageError(`--from is one of ${PROGRAMS.join(', ')}.`);
}

function unknownCommand(word: string | undefined): UsageError {
  const list = COMMANDS.join(', ');
  if (word === undefined) return new UsageError(`A command is missing: ${list}.`);
  // A token that was pasted here isn't shown once more.
  const name = word.startsWith('hf_') ? 'That' : word;
  return new UsageError(`${name} is no command. These are: ${list}.`);
}

function refuseForeign(command: ShelfCommand, values: Values): void {
  const known = [...OWN_OPTIONS[command], ...EVERYWHERE];
  const foreign = Object.entries(values).find(
    ([name, value]) => value !== false && !known.some((each) => each === name),
  );
  if (foreign) throw new UsageError(`${command} has no option --${foreign[0]}.`);
}

function runtimeOf(name: string | undefined): Runtime | undefined {
  if (name === undefined) return undefined;
  const inFiles = RUNTIMES.filter((runtime) => TRAITS[runtime].hasFiles);
  const runtime = inFiles.find((each) => each === name);
  if (runtime) return runtime;
  throw new UsageError(`--runtime is one of ${inFiles.join(', ')}.`);
}

/** As a person writes it, and as the hub names it. */
const SORTS: Readonly<Record<string, HubSort>> = {
  trending: 'trendingScore',
  downloads: 'downloads',
  likes: 'likes',
  date: 'lastModified',
  size: 'mainSize',
};

function sortOf(name = 'downloads'): HubSort {
  const sort = Object.hasOwn(SORTS, name) ? SORTS[name] : undefined;
  if (sort) return sort;
  throw new UsageError(`--sort is one of ${Object.keys(SORTS).join(', ')}.`);
}

const ORDERS: readonly ListOrder[] = ['listed', 'name', 'size'];

function orderOf(name = 'listed'): ListOrder {
  const order = ORDERS.find((each) => each === name);
  if (order) return order;
  throw new UsageError(`--sort is one of ${ORDERS.join(', ')}.`);
}

/** What `--sort` means depends on the command. */
function sortsOf(
  command: ShelfCommand | undefined,
  { sort }: Values,
): Pick<ShelfOptions, 'sort' | 'order'> {
  const isList = command === 'list';
  return { sort: sortOf(isList ? undefined : sort), order: orderOf(isList ? sort : undefined) };
}

const MOST_FOUND = 500;

function mostFoundOf(written = '20'): number {
  const most = Number(written);
  if (/^\d{1,3}$/.test(written) && most >= 1 && most <= MOST_FOUND) return most;
  throw new UsageError(`--limit takes a number from 1 to ${String(MOST_FOUND)}.`);
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      // pnpm passes its own separator on.
      args: args.filter((argument, place) => argument !== '--' || place > 0),
      allowPositionals: true,
      options: {
        lock: { type: 'string' },
        dir: { type: 'string' },
        runtime: { type: 'string' },
        id: { type: 'string' },
        adopt: { type: 'string' },
        sort: { type: 'string' },
        limit: { type: 'string' },
        recommended: { type: 'boolean', default: false },
        yes: { type: 'boolean', short: 'y', default: false },
        from: { type: 'string' },
        all: { type: 'boolean', default: false },
        reason: { type: 'string' },
        proxy: { type: 'string' },
        'limit-rate': { type: 'string' },
        device: { type: 'boolean', default: false },
        'token-stdin': { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        frozen: { type: 'boolean', default: false },
        'keep-files': { type: 'boolean', default: false },
        now: { type: 'boolean', default: false },
        free: { type: 'string' },
        to: { type: 'string' },
        back: { type: 'boolean', default: false },
        cancel: { type: 'boolean', default: false },
        'give-up': { type: 'boolean', default: false },
        forget: { type: 'string' },
        'accept-license': { type: 'boolean', default: false },
        'use-withdrawn': { type: 'boolean', default: false },
        list: { type: 'string' },
        json: { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
        version: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    // Node's own message names the unknown option.
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
