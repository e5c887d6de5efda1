/** Composes Node's adapters into the platform that the command line runs on. */
import { join, resolve } from 'node:path';

import { createHeldToken } from '../addresses/heldToken';
import { DEFAULT_HUB_ENDPOINT } from '../addresses/hubEndpoint';
import { systemClock } from '../shared/systemClock';
import type { AppEnvironment, Platform, Runtime, SqlDatabase } from '../types';
import { createHashThread } from './files/hashThread';
import { createNodeDigester } from './files/nodeDigester';
import { createNodeFileRanges } from './files/nodeFileRanges';
import { createNodeModelPlaces } from './files/nodeModelPlaces';
import { createNodeDownloader } from './nodeDownloader';
import { createNodeEngine } from './engine/nodeEngine';
import { createNodeFileStore } from './files/nodeFileStore';
import { readNodeFacts } from './nodeFacts';
import { createNodeHost } from './nodeHost';
import { createNodePeers } from './peers/nodePeers';
import type { ProxyFor } from './http/nodeProxy';
import { createNodeWeb } from './http/nodeRequest';
import { createNodeSignIn } from './nodeSignIn';
import { packageFolder, packageVersion } from './packageVersion';

export interface NodePlatformOptions {
  modelsFolder: string;
  /**
   * The runtime whose builds are fetched: a developer's machine also fetches models for phones. `llama.cpp` by default,
   * which is the one that runs here.
   */
  runtime?: Runtime;
  /** Hugging Face by default. */
  hubEndpoint?: string;
  catalogText?: string | undefined;
  /** As `AppEnvironment` has them. */
  catalogSignature?: string | undefined;
  catalogTrust?: AppEnvironment['catalogTrust'];
  catalogUrl?: string | undefined;
  /** Sent only to the hub's endpoint and addresses below it. Called when the token is about to be sent. */
  token?: (() => string | undefined) | undefined;
  /** Called when the hub refuses `token` itself; requests go on without it. */
  onTokenRefused?: (() => void) | undefined;
  /** Where `hf` keeps the token; without it, a sign-in lasts as long as this process. */
  tokenPath?: string | undefined;
  /** The id under which the hub knows this app. */
  oauthClientId?: string | undefined;
  proxyFor?: ProxyFor;
  /** The setting that forbids every request; undefined while they are allowed. */
  switchedOffBy?: string | undefined;
  /** The folder of files that are packaged with the app; `assets/bundled` by default. */
  bundledFolder?: string;
  /** The module that the engine's processes run; by default the engine's own module. */
  engineProgram?: URL;
}

/** The database is in memory: the command line has no choices to store, and installed models are found on the disk. */
export function createNodePlatform(options: NodePlatformOptions): Platform {
  const { runtime = 'llama.cpp', token } = options;
  const { hubEndpoint } = environmentOf(options);
  const root = resolve(options.modelsFolder);
  const database = createLateDatabase();
  const held = createHeldToken(token, options.onTokenRefused);
  const web = createNodeWeb({
    ...{ ...options, ...held, hubEndpoint },
    userAgent: `modelshelf/${packageVersion()}`,
  });
  const files = createNodeFileStore(root);
  const thread = createHashThread();
  const digester = createNodeDigester(root, thread);
  const engine = createNodeEngine({
    ...{ root, clock: systemClock },
    program: options.engineProgram,
  });
  const bundledFolder = options.bundledFolder ?? join(packageFolder(), 'assets', 'bundled');
  return {
    host: createNodeHost({ root, runtime }),
    environment: environmentOf(options),
    files,
    digester,
    ranges: createNodeFileRanges(root, thread),
    places: createNodeModelPlaces(root, files.writeText),
    downloader: createNodeDownloader({ root, web, bundledFolder }),
    signIn: createNodeSignIn({ held, hubEndpoint, tokenPath: options.tokenPath }),
    peers: createNodePeers({
      modelsFolder: root,
      clock: systemClock,
      closeBelow: files.closeBelow,
    }),
    database,
    engines: { 'llama.cpp': engine },
    clock: systemClock,
    readFacts: () => readNodeFacts({ root, hubEndpoint, proxyFor: options.proxyFor }),
    async close() {
      web.close();
      await engine.close();
      await digester.close();
      await files.close();
      await database.close();
    },
  };
}

/** Opened at the first query: a command that stores nothing needn't wait for SQLite. */
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

function environmentOf({
  hubEndpoint = DEFAULT_HUB_ENDPOINT,
  catalogText,
  ...options
}: NodePlatformOptions): AppEnvironment {
  const { catalogSignature, catalogTrust, catalogUrl, oauthClientId } = options;
  return {
    ...{ hubEndpoint, catalogText, oauthClientId },
    ...{ catalogSignature, catalogTrust, catalogUrl },
  };
}
