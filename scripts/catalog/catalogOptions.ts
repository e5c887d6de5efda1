/** Reads the command line of `modelshelf catalog`. Nothing is printed, read or written here. */
import { parseArgs } from 'node:util';

import { refuseEmpty } from '../cli/emptyOption';
import { localPath } from '../cli/localPath';
import { UsageError } from '../cli/usageError';

const CATALOG_TASKS = ['keygen', 'root', 'sign', 'verify'] as const;
export type CatalogTask = (typeof CATALOG_TASKS)[number];

export const CATALOG_HELP = `Usage: modelshelf catalog keygen FILE
       modelshelf catalog root FILE --root-key KEY... --catalog-key KEY... [options]
       modelshelf catalog sign CATALOG --key FILE... [--root ROOT...] [options]
       modelshelf catalog verify CATALOG --root ROOT

Signs catalogs, so that an app uses only those of its publisher. docs/publishing.md has the whole way.

keygen writes a new secret key of Ed25519, readable for this account alone, and prints its public key.

root writes a root: the keys that an app trusts. With --from it writes the next version of a root, whose
keys have to sign it, too. Where the keys are on several computers, sign ROOT --key FILE adds one more
signature.

sign writes CATALOG’s signature beside it (catalog.signature.json), with all roots since the first. The
version is one higher than that of the last signature.

verify says whether an app with this root would use the catalog.

  --key FILE            a secret key to sign with; may be given several times
  --root-key KEY        a public key, as keygen prints it, that may change the root
  --catalog-key KEY     a public key that may sign catalogs
  --threshold N         how many root keys have to sign a root (1)
  --catalog-threshold N how many catalog keys have to sign a catalog (1)
  --from ROOT           the root before this one
  --root ROOT           the app's root; for sign also each newer one, once
  --version N           the version to sign, in place of the next one
  --add                 adds a signature to the one that lies beside the catalog
  --expires TIME        until when it is good: 90d, or a date such as 2027-06-30. 365d for a root,
                        90d for a catalog
  --json                one object on standard output
  --help                this text

Exit codes: 0 done, 1 something failed, or the catalog would be refused, 2 wrong usage.
`;

export interface CatalogOptions {
  task: CatalogTask | 'help';
  path: string;
  keyFiles: readonly string[];
  rootKeys: readonly string[];
  catalogKeys: readonly string[];
  threshold: number;
  catalogThreshold: number;
  from: string | undefined;
  rootFiles: readonly string[];
  version: number | undefined;
  adds: boolean;
  /** Milliseconds from now, or a moment; undefined for the usual time. */
  expires: string | undefined;
  isJson: boolean;
}

/** @throws UsageError */
export function parseCatalogOptions(args: readonly string[]): CatalogOptions {
  const { values, positionals } = readArguments(args);
  refuseEmpty(values);
  const { task, path } = values.help ? HELP : readTask(positionals);
  if (values.expires !== undefined) expiryFrom(values.expires, Date.now());
  return {
    ...{ task, path },
    keyFiles: values.key.map(localPath),
    rootKeys: values['root-key'].map(publicKey),
    catalogKeys: values['catalog-key'].map(publicKey),
    threshold: count(values.threshold, '--threshold'),
    catalogThreshold: count(values['catalog-threshold'], '--catalog-threshold'),
    from: values.from === undefined ? undefined : localPath(values.from),
    rootFiles: values.root.map(localPath),
    version: values.version === undefined ? undefined : count(values.version, '--version'),
    adds: values.add,
    expires: values.expires,
    isJson: values.json,
  };
}

const HELP = { task: 'help', path: '' } as const;

function readTask([word = '', path, ...more]: readonly string[]) {
  const task = CATALOG_TASKS.find((name) => name === word);
  if (task === undefined) throw new UsageError(`catalog takes one of ${CATALOG_TASKS.join(', ')}.`);
  if (path === undefined || more.length > 0)
    throw new UsageError(`catalog ${word} takes one file.`);
  return { task, path: localPath(path) };
}

function publicKey(text: string): string {
  if (/^[0-9a-f]{64}$/.test(text)) return text;
  throw new UsageError('A public key has 64 digits in hex, as catalog keygen prints it.');
}

function count(text: string, name: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(`${name} takes a whole number from 1 on.`);
}

const DAY_MS = 86_400_000;

/** The moment that `--expires` means, in ISO 8601. @throws UsageError for one that is over */
export function expiryFrom(text: string, nowMs: number): string {
  const [, days] = /^(\d{1,5})d$/.exec(text) ?? [];
  const isDate = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/.test(text);
  const at = days === undefined ? (isDate ? Date.parse(text) : NaN) : nowMs + Number(days) * DAY_MS;
  if (Number.isNaN(at)) throw new UsageError('--expires takes days (90d) or a date (2027-06-30).');
  if (at <= nowMs) throw new UsageError('--expires is a time that is over.');
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

function readArguments(args: readonly string[]) {
  const list = { type: 'string', multiple: true, default: [] as string[] } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        key: list,
        'root-key': list,
        'catalog-key': list,
        root: list,
        threshold: { type: 'string', default: '1' },
        'catalog-threshold': { type: 'string', default: '1' },
        from: { type: 'string' },
        version: { type: 'string' },
        add: { type: 'boolean', default: false },
        expires: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    // Node's own message names the unknown option.
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
