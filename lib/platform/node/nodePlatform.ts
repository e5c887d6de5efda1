/** The composition of Node's adapters: what the command line runs on. */
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { systemClock } from '../shared/systemClock';
import type { Platform, Runtime, SqlDatabase } from '../types';
import { createNodeDigester } from './files/nodeDigester';
import { createNodeDownloader } from './nodeDownloader';
import { createNodeEngine } from './engine/nodeEngine';
import { createNodeFileStore } from './files/nodeFileStore';
import { createNodeHost } from './nodeHost';
import { createNodePeers } from './peers/nodePeers';
import type { ProxyFor } from './http/nodeProxy';
import { createNodeWeb } from './http/nodeRequest';
import { packageVersion } from './packageVersion';

export interface NodePlatformOptions {
  modelsFolder: string;
  /** Whose builds are fetched: a developer's machine fetches for phones as well as for itself. */
  runtime: Runtime;
  hubEndpoint: string;
  catalogText: string | undefined;
  /** What is sent to the hub's endpoint and below it alone; asked for when it is about to be sent. */
  token: (() => string | undefined) | undefined;
  proxyFor?: ProxyFor;
  /** The setting that forbids every request; undefined while they are allowed. */
  switchedOffBy?: string | undefined;
  /** Where files that are packaged with the app lie; `assets/bundled` by default. */
  bundledFolder?: string;
  /** What the engine's processes run; its own module by default. */
  engineProgram?: URL;
}

/** The database lives in memory: a terminal makes no choices to keep, and the disk says what is installed. */
export function createNodePlatform(options: NodePlatformOptions): Platform {
  const root = resolve(options.modelsFolder);
  const database = createLateDatabase();
  const web = createNodeWeb({ ...options, userAgent: `modelshelf/${packageVersion()}` });
  const files = createNodeFileStore(root);
  const digester = createNodeDigester(root);
  const engine = createNodeEngine({
    ...{ root, clock: systemClock },
    program: options.engineProgram,
  });
  const bundledFolder =
    options.bundledFolder ?? fileURLToPath(new URL('../../../assets/bundled/', import.meta.url));
  return {
    host: createNodeHost({ root, runtime: options.runtime }),
    environment: { hubEndpoint: options.hubEndpoint, catalogText: options.catalogText },
    files,
    digester,
    downloader: createNodeDownloader({ root, web, bundledFolder }),
    peers: createNodePeers({
      modelsFolder: root,
      clock: systemClock,
      closeBelow: files.closeBelow,
    }),
    database,
    engines: { 'llama.cpp': engine },
    clock: systemClock,
    async close() {
      web.close();
      await engine.close();
      await digester.close();
      await files.close();
      await database.close();
    },
  };
}

/** Opened when somebody asks: a command that keeps nothing has no need to wait for SQLite. */
function createLateDatabase(): SqlDatabase {
  let opened: Promise<SqlDatabase> | undefined;
  const open = () =>
    (opened ??= import('../shared/inMemoryDatabase').then(({ createInMemoryDatabase }) =>
      createInMemoryDatabase(),
    ));
  return {
    all: async (statement) => (await open()).all(statement),
    batch: async (statements) => (await open()).batch(statements),
    wasReset: () => Promise.resolve(false),
    close: async () => (await opened)?.close(),
  };
}
