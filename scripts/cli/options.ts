/** Reads the command line of `download:models`. Nothing is printed, read or written here. */
import { parseArgs } from 'node:util';

import { RUNTIMES } from '../../lib/ai/runtimes/runtimes';
import type { Runtime } from '../../lib/platform/types';
import { refuseEmpty } from './emptyOption';
import { modelsFolder } from './localPath';
import { UsageError } from './usageError';

export type Task =
  ('download' | 'list' | 'verify' | 'repair' | 'remove') | ('restore' | 'help' | 'version');

export interface Options {
  task: Task;
  /** Ids in the order given, each once. Empty: the default model, or all installed ones to verify. */
  modelIds: readonly string[];
  /** Every available model. */
  all: boolean;
  folder: string;
  runtime: Runtime;
  /** A file or an address. */
  catalog: string | undefined;
  /** A file with the root that signs the catalog. */
  catalogRoot?: string | undefined;
  /** Replaces the proxies from the environment; '' means no proxy. */
  proxy: string | undefined;
  output: 'human' | 'quiet' | 'json';
  /** Bytes per second for all transfers together; undefined for no limit. */
  limitRate: number | undefined;
  /** Whether licences that want acceptance are accepted. */
  acceptsLicenses: boolean;
  /** Whether models that their publisher has withdrawn are downloaded. */
  usesWithdrawn?: boolean;
}

export const HELP = `Usage: pnpm download:models [options]

Downloads models for development, verified, and goes on where it stopped.

  --model ID       a model; may be given several times. Without it: the default model
  --all            every available model
  --dir PATH       the models folder (assets/models)
  --runtime NAME   whose build: executorch (the default, phones) or llama.cpp (browsers, Node)
  --catalog FILE   a catalog file or an https address; its models extend the registry
  --catalog-root FILE
                   use the catalog only if the keys of this root have signed it
  --proxy URL      through this proxy, in place of those that the environment names; '' for none
  --list           show the models and what is here, download nothing
  --limit-rate N   at most so many bytes a second, such as 500K or 10M
  --accept-license accept the licence of each model that wants it, for this run
  --use-withdrawn  download a model also if its publisher has withdrawn it
  --verify         read back what is installed and compare it with what is published and with
                   what was installed, download nothing
  --repair         read back what is installed and fetch what is damaged or isn't the file that
                   the registry names, and only that
  --remove ID      remove a model's build for that runtime, and no other
  --json           one event a line, and nothing else, on standard output
  --quiet          only failures
  --version        the version
  --help           this text

Environment:
  MODELSHELF_CATALOG_ROOT
                   as --catalog-root; with MODELSHELF_CATALOG_UNSIGNED=1 a catalog without a
                   signature is used, too, but none with a bad one
  HF_ENDPOINT      another hub in place of https://huggingface.co; it may lie below a path
  HF_TOKEN         for gated models, sent to that endpoint alone. Without it: the token that
                   hf auth login has saved (HF_TOKEN_PATH, HF_HOME)
  HF_HUB_OFFLINE   1: no request at all
  HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY
                   as for curl: http://name:password@host:port; names, addresses and subnets
  NODE_EXTRA_CA_CERTS
                   a file with more certificates to trust, such as your company's
  NO_COLOR         no colours

Exit codes: 0 done, 1 something failed, 2 wrong usage, 130 interrupted (bytes are kept),
141 nobody read the output any more (bytes are kept).
`;

/** @throws UsageError */
export function parseOptions(args: readonly string[]): Options {
  const { values } = readArguments(args);
  refuseEmpty(values);
  const task = taskOf(values);
  if (values.all && values.model) throw new UsageError('--all and --model exclude each other.');
  if (values.json && values.quiet) throw new UsageError('--json and --quiet exclude each other.');
  const runtime = RUNTIMES.find((name) => name === values.runtime);
  if (!runtime) throw new UsageError(`--runtime is one of ${RUNTIMES.join(', ')}.`);
  const given = values.remove === undefined ? (values.model ?? []) : [values.remove];
  const ids = given.flatMap((each) => each.split(',')).filter((id) => id !== '');
  if (given.length > 0 && ids.length === 0) throw new UsageError('An id is missing.');
  const manner = values.quiet ? 'quiet' : 'human';
  return {
    task,
    modelIds: [...new Set(ids)],
    all: values.all,
    folder: modelsFolder(values.dir),
    runtime,
    catalog: values.catalog,
    catalogRoot: values['catalog-root'],
    proxy: values.proxy,
    output: values.json ? 'json' : manner,
    limitRate: parseRate(values['limit-rate']),
    acceptsLicenses: values['accept-license'],
    usesWithdrawn: values['use-withdrawn'],
  };
}

type Values = ReturnType<typeof readArguments>['values'];

function taskOf(values: Values): Task {
  const asked: Task[] = (['list', 'verify', 'repair', 'help', 'version'] as const).filter(
    (name) => values[name],
  );
  if (values.remove !== undefined) asked.push('remove');
  const [task = 'download', second] = asked;
  if (second !== undefined) throw new UsageError(`--${task} and --${second} exclude each other.`);
  if (task === 'remove' && (values.all || values.model)) {
    throw new UsageError('--remove takes the one id that follows it.');
  }
  return task;
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1e3, M: 1e6, G: 1e9 };
/** At a slower rate, a single read takes so long that it looks like a dead connection. */
const SLOWEST_RATE = 16_000;

/** Bytes a second, as `--limit-rate` takes them. @throws UsageError */
export function parseRate(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const match = /^(\d{1,9}(?:\.\d{1,3})?)([KMG]?)$/i.exec(text);
  const rate = Math.floor(Number(match?.[1] ?? 0) * (UNITS[match?.[2]?.toUpperCase() ?? ''] ?? 1));
  if (rate >= SLOWEST_RATE) return rate;
  throw new UsageError('--limit-rate takes bytes a second, such as 500K or 10M, and at least 16K.');
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      // pnpm passes its own separator on.
      args: args.filter((argument, place) => argument !== '--' || place > 0),
      allowPositionals: false,
      options: {
        model: { type: 'string', multiple: true },
        all: { type: 'boolean', default: false },
        dir: { type: 'string' },
        runtime: { type: 'string', default: 'executorch' },
        catalog: { type: 'string' },
        'catalog-root': { type: 'string' },
        proxy: { type: 'string' },
        list: { type: 'boolean', default: false },
        verify: { type: 'boolean', default: false },
        repair: { type: 'boolean', default: false },
        'limit-rate': { type: 'string' },
        'accept-license': { type: 'boolean', default: false },
        'use-withdrawn': { type: 'boolean', default: false },
        remove: { type: 'string' },
        json: { type: 'boolean', default: false },
        quiet: { type: 'boolean', default: false },
        version: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    // Node's own message names the unknown option.
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
