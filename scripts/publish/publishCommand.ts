/** `modelshelf publish`: parse, lay out, sign, print. */
import { formatBytes, printable } from '../../lib/components/words/words';
import { CatalogCommandError } from '../catalog/catalogCommandError';
import { readEnvironment } from '../cli/environment';
import { LockError } from '../shelf/lock/lockError';
import { readLock } from '../shelf/lock/lockFile';
import { createBucket } from './bucket';
import { createBucketTarget } from './bucketTarget';
import { createFolderTarget } from './folderTarget';
import { CATALOG, publishCatalog } from './publishCatalog';
import { publishModels, type PublishedEntry, type PublishedFile } from './publishModels';
import { parsePublishOptions, PUBLISH_HELP, type PublishOptions } from './publishOptions';
import { PublishError, type PublishTarget } from './publishTarget';

/** Resolves with the exit code. @throws UsageError */
export async function publishCommand(args: readonly string[]): Promise<number> {
  const { hubEndpoint } = readEnvironment(process.env, { proxy: undefined, warn: () => undefined });
  const options = parsePublishOptions(args, hubEndpoint);
  if (options.isHelp) {
    process.stdout.write(PUBLISH_HELP);
    return 0;
  }
  try {
    await publish(options, hubEndpoint);
    return 0;
  } catch (error) {
    const isKnown = [PublishError, CatalogCommandError, LockError].some(
      (kind) => error instanceof kind,
    );
    if (!isKnown) throw error;
    process.stderr.write(`${(error as Error).message}\n`);
    return 1;
  }
}

async function publish(options: PublishOptions, hubEndpoint: string): Promise<void> {
  const target = targetOf(options);
  const catalogText = await publishModels(
    {
      ...{ target, baseUrl: options.baseUrl, folder: options.modelsFolder },
      isDryRun: options.isDryRun,
      onFile: (file) => {
        tellFile(options, file);
      },
    },
    await entriesOf(options, hubEndpoint),
  );
  if (options.isDryRun) return;
  const { keyFiles, rootFiles, expires } = options;
  const request = { catalogText, keyFiles, rootFiles, expires, hubEndpoint, nowMs: Date.now() };
  const { version, isChanged } = await publishCatalog(target, request);
  const signed = version === undefined ? 'unsigned' : `version ${String(version)}`;
  const text = `${CATALOG}: ${isChanged ? 'written' : 'already there'}, ${signed}`;
  tell(options, { event: 'catalog', version, changed: isChanged }, text);
}

function targetOf({ place }: PublishOptions): PublishTarget {
  if (place.folder !== undefined) return createFolderTarget(place.folder);
  return createBucketTarget(createBucket(place.bucket, process.env), place.prefix);
}

async function entriesOf(
  { lockPath }: PublishOptions,
  hubEndpoint: string,
): Promise<PublishedEntry[]> {
  const { text, entries, models } = await readLock(lockPath, hubEndpoint);
  if (text === undefined)
    throw new PublishError(`There is no ${lockPath}. modelshelf add writes it.`);
  return entries.flatMap((entry) => {
    const model = models.find(({ modelId }) => modelId === entry.modelId);
    return model ? { entry, model } : [];
  });
}

function tellFile(options: PublishOptions, { modelId, name, sizeBytes, outcome }: PublishedFile) {
  const text = `${printable(modelId)}  ${name}  ${formatBytes(sizeBytes)}, ${outcome}`;
  tell(options, { event: 'file', modelId, name, sizeBytes, outcome }, text);
}

function tell({ isJson }: PublishOptions, event: object, text: string): void {
  process.stdout.write(`${isJson ? JSON.stringify(event) : text}\n`);
}
