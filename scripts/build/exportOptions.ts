/** The options of `pnpm export`, checked before anything is built. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readHubOptions, StartProblem } from '../serve/startOptions';
import type { HubOptions } from '../serve/startOptions';

export const USAGE = `Usage: pnpm export [--out FOLDER] [--catalog FILE] [--catalog-root FILE]

Writes the web app into a folder that any static host can serve, at any path.

  --out FOLDER    where to write it (./export); an earlier export is replaced
  --catalog FILE  more models, or others: served to the app as catalog.json
  --catalog-root FILE
                  the app uses the catalog only if the keys of this root have signed it; its
                  signature lies beside it (catalog.signature.json)
  -h, --help      this text

HF_ENDPOINT names a hub to use instead of https://huggingface.co. MODELSHELF_CLIENT_ID is the id
of a public app there that sends people back to the address of this folder and /oauth.`;

export interface ExportOptions extends HubOptions {
  /** Absolute. */
  target: string;
  /** Absolute. */
  catalogFile: string | undefined;
  /** Absolute. */
  catalogRootFile: string | undefined;
}

/** Undefined when help was asked for. @throws StartProblem with exit code 2 for wrong usage. */
export function readExportOptions(
  args: string[],
  environment: NodeJS.ProcessEnv,
): ExportOptions | undefined {
  const { out = 'export', catalog, 'catalog-root': root, help } = parseOptions(args);
  if (help === true) return undefined;
  if (out.trim() === '') throw new StartProblem(`--out is empty.\n\n${USAGE}`, 2);
  if (root?.trim() === '') throw new StartProblem(`--catalog-root is empty.\n\n${USAGE}`, 2);
  if (catalog?.trim() === '') throw new StartProblem(`--catalog is empty.\n\n${USAGE}`, 2);
  // The package manager changes the folder, but the person means a path relative to their own folder.
  const from = environment.INIT_CWD ?? '.';
  return {
    target: resolve(from, out),
    catalogFile: catalog === undefined ? undefined : resolve(from, catalog),
    catalogRootFile: root === undefined ? undefined : resolve(from, root),
    ...readHubOptions(environment),
  };
}

function parseOptions(args: string[]) {
  try {
    const { values } = parseArgs({
      args: args[0] === '--' ? args.slice(1) : args,
      options: {
        out: { type: 'string' },
        catalog: { type: 'string' },
        'catalog-root': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new StartProblem(`${(error as Error).message}\n\n${USAGE}`, 2);
  }
}
