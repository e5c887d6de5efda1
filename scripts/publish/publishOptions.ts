/** Reads the command line of `modelshelf publish`. Nothing is printed, read or written here. */
import { parseArgs } from 'node:util';

import { readFileAddress } from '../../lib/ai/registry/fileAddress';
import { expiryFrom } from '../catalog/catalogOptions';
import { refuseEmpty } from '../cli/emptyOption';
import { localPath, modelsFolder } from '../cli/localPath';
import { UsageError } from '../cli/usageError';
import { LOCK_NAME } from '../shelf/lock/lockFile';

export const PUBLISH_HELP = `Usage: modelshelf publish FOLDER|s3://BUCKET/PREFIX --url ADDRESS [options]

Lays out the models of the lock for any static host, CDN or S3-compatible store: files under names by
their digests, an index of each file of weights, by which devices fetch only what changed, and the
catalog last. Running it again writes only what is new; an interrupted upload goes on.

The files are those of the models folder: modelshelf install brings them, also from another hub, and
each is compared with the lock before it is published. That makes a mirror of a hub's models, too.

  --url ADDRESS    where devices will find the place
  --lock FILE      the lock file or another catalog of version 2 (models.lock.json)
  --dir PATH       the models folder (assets/models)
  --key FILE       signs the catalog with this secret key; may be given several times
  --root ROOT      the root of the signature; needed for the first one, and for a new root
  --expires TIME   until when the signature is good: 90d, or a date such as 2027-06-30
  --dry-run        says what would be written, and writes nothing
  --json           one event a line, and nothing else, on standard output
  --help           this text

For a bucket: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, and
AWS_ENDPOINT_URL for a store other than Amazon's. The keys are sent nowhere and never printed.

Exit codes: 0 done, 1 something failed, 2 wrong usage.
`;

export interface PublishOptions {
  isHelp: boolean;
  place: { folder: string; bucket?: never } | { bucket: string; prefix: string; folder?: never };
  baseUrl: string;
  lockPath: string;
  modelsFolder: string;
  keyFiles: readonly string[];
  rootFiles: readonly string[];
  expires: string | undefined;
  isDryRun: boolean;
  isJson: boolean;
}

/** Plain http is accepted or not depending on the hub's address. @throws UsageError */
export function parsePublishOptions(args: readonly string[], hubEndpoint: string): PublishOptions {
  const { values, positionals } = readArguments(args);
  refuseEmpty(values);
  const [place, more] = positionals;
  if (!values.help && (place === undefined || more !== undefined)) {
    throw new UsageError('publish takes one folder or one s3://BUCKET/PREFIX.');
  }
  if (!values.help && values.url === undefined) throw new UsageError('publish needs --url.');
  if (values.expires !== undefined) expiryFrom(values.expires, Date.now());
  return {
    isHelp: values.help,
    place: placeOf(place ?? ''),
    baseUrl: values.url === undefined ? '' : addressOf(values.url, hubEndpoint),
    lockPath: localPath(values.lock ?? LOCK_NAME),
    modelsFolder: modelsFolder(values.dir),
    keyFiles: values.key.map(localPath),
    rootFiles: values.root.map(localPath),
    expires: values.expires,
    isDryRun: values['dry-run'],
    isJson: values.json,
  };
}

function placeOf(text: string): PublishOptions['place'] {
  const [, bucket, prefix = ''] =
    /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(text) ?? [];
  if (bucket !== undefined) return { bucket, prefix: prefix.replace(/^\/+|\/+$/g, '') };
  if (/^[a-z0-9]+:\/\//i.test(text))
    throw new UsageError('publish takes a folder or s3://BUCKET/PREFIX.');
  return { folder: localPath(text) };
}

function addressOf(text: string, hubEndpoint: string): string {
  const bare = text.replace(/\/+$/, '');
  // Judged with a file below it, as devices will judge the addresses in the catalog.
  const { problem } = readFileAddress(`${bare}/catalog.json`, hubEndpoint);
  if (problem !== undefined || /[?#]/.test(bare)) {
    throw new UsageError(`--url ${problem ?? 'may have no ? and no #'}.`);
  }
  return bare;
}

function readArguments(args: readonly string[]) {
  const list = { type: 'string', multiple: true, default: [] as string[] } as const;
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        lock: { type: 'string' },
        dir: { type: 'string' },
        key: list,
        root: list,
        expires: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    // Node's own message names the unknown option.
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
