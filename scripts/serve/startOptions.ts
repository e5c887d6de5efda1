/** The options of `pnpm start`, checked before anything is built. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { readEndpoint } from '../../lib/platform/addresses/hubEndpoint';
import { emptyOption } from '../cli/emptyOption';

export const USAGE = `Usage: pnpm start [--port N] [--catalog FILE] [--catalog-root FILE]

Builds the web app if its sources changed and serves it on this machine.

  --port N        the port to listen on (8081)
  --catalog FILE  more models, or others: served to the app as catalog.json
  --catalog-root FILE
                  the app uses the catalog only if the keys of this root have signed it; its
                  signature lies beside it (catalog.signature.json)
  -h, --help      this text

HF_ENDPOINT names a hub to use instead of https://huggingface.co. MODELSHELF_CLIENT_ID is the id
of a public app there that sends people back to http://localhost/oauth: with it they can sign in.`;

export interface HubOptions {
  /** Without a trailing slash. */
  hubEndpoint: string | undefined;
  oauthClientId: string | undefined;
}

export interface StartOptions extends HubOptions {
  port: number;
  /** Absolute. */
  catalogRootFile: string | undefined;
  /** Absolute. */
  catalogFile: string | undefined;
}

/** A problem that the person can solve; the message is all that they need. */
export class StartProblem extends Error {
  constructor(
    message: string,
    readonly exitCode: 1 | 2,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const DEFAULT_PORT = '8081';

/** Undefined when help was asked for. @throws StartProblem with exit code 2 for wrong usage. */
export function readStartOptions(
  args: string[],
  environment: NodeJS.ProcessEnv,
): StartOptions | undefined {
  const options = parseOptions(args);
  const { port = DEFAULT_PORT, catalog, 'catalog-root': catalogRoot, help } = options;
  const from = environment.INIT_CWD ?? '.';
  if (help === true) return undefined;
  const empty = emptyOption(options);
  if (empty !== undefined) throw new StartProblem(`${empty} is empty.\n\n${USAGE}`, 2);
  return {
    port: readPort(port),
    // The package manager changes the folder, but the person means a path relative to their own folder.
    catalogFile: catalog === undefined ? undefined : resolve(from, catalog),
    catalogRootFile: catalogRoot === undefined ? undefined : resolve(from, catalogRoot),
    ...readHubOptions(environment),
  };
}

/** @throws StartProblem with exit code 2 for a hub that a page can't reach. */
export function readHubOptions(environment: NodeJS.ProcessEnv): HubOptions {
  return {
    hubEndpoint: hubEndpoint(environment.HF_ENDPOINT),
    oauthClientId: clientId(environment.MODELSHELF_CLIENT_ID),
  };
}

function parseOptions(args: string[]) {
  try {
    const { values } = parseArgs({
      // `pnpm start -- --port 1` passes the dashes on.
      args: args[0] === '--' ? args.slice(1) : args,
      options: {
        port: { type: 'string' },
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

function readPort(value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port >= 1 && port <= 65535) return port;
  throw new StartProblem(`--port ${value}: not a number from 1 to 65535.\n\n${USAGE}`, 2);
}

function clientId(stated = ''): string | undefined {
  return stated.trim() === '' ? undefined : stated.trim();
}

function hubEndpoint(stated = ''): string | undefined {
  if (stated.trim() === '') return undefined;
  const { endpoint, problem } = readEndpoint(stated);
  if (endpoint === undefined) throw new StartProblem(`HF_ENDPOINT ${problem}.`, 2);
  return endpoint;
}
