/** `pnpm start`: builds the web app if its sources changed, serves it, and stays up. */
import { once } from 'node:events';
import { access, constants } from 'node:fs/promises';
import { createServer } from 'node:net';
import { buildApp } from './build/buildApp';
import { readRootFile } from './serve/rootFile';
import { startServer } from './serve/server';
import type { AppServer, ServerOptions } from './serve/server';
import { readStartOptions, StartProblem, USAGE } from './serve/startOptions';

async function start(args: string[]): Promise<void> {
  const options = readStartOptions(args, process.env);
  if (options === undefined) {
    console.log(USAGE);
    return;
  }
  await requireCatalog(options.catalogFile);
  const catalogRoot = await readRootFile(options.catalogRootFile);
  await requirePort(options.port);
  const { folder, reused } = await buildApp(() => {
    console.log('Building the web app: about a minute the first time…');
  });
  if (reused) console.log('Nothing changed since the last build.');
  stopOnSignal(await serve({ folder, ...options, catalogRoot }));
}

async function serve(options: ServerOptions): Promise<AppServer> {
  try {
    const server = await startServer(options);
    console.log(`Modelshelf is on ${server.url}\nCtrl-C stops it.`);
    return server;
  } catch (error) {
    rejectPort(error, options.port);
    throw error;
  }
}

function stopOnSignal(server: AppServer): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void server.close());
  }
}

async function requireCatalog(file: string | undefined): Promise<void> {
  if (file === undefined) return;
  try {
    await access(file, constants.R_OK);
  } catch (cause) {
    throw new StartProblem(`The catalog ${file} can't be read.`, 1, { cause });
  }
}

// Before the build: nobody should wait a minute to hear it.
async function requirePort(port: number): Promise<void> {
  for (const host of ['127.0.0.1', '::1']) {
    const probe = createServer();
    try {
      await once(probe.listen(port, host), 'listening');
      await once(probe.close(), 'close');
    } catch (error) {
      rejectPort(error, port);
    }
  }
}

function rejectPort(cause: unknown, port: number): void {
  const { code } = cause as NodeJS.ErrnoException;
  const other = String(port < 65535 ? port + 1 : port - 1);
  if (code === 'EADDRINUSE') {
    const reason = `Port ${String(port)} is taken by another program.`;
    const advice = `Stop it, or choose another port: pnpm start --port ${other}`;
    throw new StartProblem(`${reason}\n${advice}`, 1, { cause });
  }
  if (code === 'EACCES') {
    throw new StartProblem(`This system doesn't let us use port ${String(port)}.`, 1, { cause });
  }
}

start(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof StartProblem ? error.message : error);
  process.exitCode = error instanceof StartProblem ? error.exitCode : 1;
});
