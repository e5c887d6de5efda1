/** `pnpm hub`: starts the local hub, for watching real downloads without a network. */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { registryRepos, speakingModels } from './fixtures';
import { parseOptions, USAGE } from './options';
import type { MainOptions } from './options';
import { startHub } from './server';
import type { Hub } from './server';

const CATALOG_PATH = '.cache/hub-catalog.json';

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  try {
    const options = parseOptions(args);
    if (options.help) {
      console.log(USAGE);
      return 0;
    }
    await run(options);
    return 0;
  } catch (error) {
    return explain(error);
  }
}

async function run({ port, bytesPerSecond }: MainOptions): Promise<void> {
  const speaking = speakingModels();
  const hub = await startHub({
    repos: [...speaking.repos, ...registryRepos()],
    port,
    ...(bytesPerSecond === undefined ? {} : { bytesPerSecond }),
  });
  const catalog = speaking.catalog(hub.endpoint);
  await mkdir(dirname(CATALOG_PATH), { recursive: true });
  await writeFile(CATALOG_PATH, `${JSON.stringify(catalog, undefined, 2)}\n`);

  console.log(welcome(hub, bytesPerSecond));
  await interrupted();
  await hub.close();
  console.log('\nThe hub has stopped.');
}

function welcome({ endpoint, repos }: Hub, bytesPerSecond: number | undefined): string {
  const rate =
    bytesPerSecond === undefined ? 'as fast as it goes' : `${megabytes(bytesPerSecond)} MB/s each`;
  const large = [...repos.values()].flatMap(({ name, files }) =>
    Object.entries(files)
      .filter(([, { lfs }]) => lfs)
      .map(
        ([path, { content }]) =>
          `  ${megabytes(content.sizeBytes).padStart(5)} MB  ${name}/${path}`,
      ),
  );
  return `The hub is at ${endpoint}, ${rate}. It serves:

${large.join('\n')}

In another terminal, start the app with these models:
  HF_ENDPOINT=${endpoint} npx --yes pnpm@10 start --catalog ${CATALOG_PATH}

or download the registry's files, as small stand-ins:
  HF_ENDPOINT=${endpoint} npx --yes pnpm@10 download:models --all --runtime executorch

Ctrl-C stops the hub.`;
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1);
}

function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        resolve();
      });
    }
  });
}

function explain(error: unknown): number {
  if (!(error instanceof Error)) throw error;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'EADDRINUSE') {
    console.error('That port is taken. Choose another with --port, or 0 for a free one.');
    return 1;
  }
  if (code === 'EACCES') {
    console.error('That port is not open to you. Choose one above 1023 with --port.');
    return 1;
  }
  if (error instanceof RangeError || code.startsWith('ERR_PARSE_ARGS')) {
    console.error(`${error.message}\n\n${USAGE}`);
    return 2;
  }
  throw error;
}
