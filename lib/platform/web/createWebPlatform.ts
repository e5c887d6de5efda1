/** Composes the browser's adapters into the platform. */
import { loadPart } from '../../download/flow/loadPart';
import { ModelError } from '../../errors';
import { createHeldToken } from '../addresses/heldToken';
import { DEFAULT_HUB_ENDPOINT } from '../addresses/hubEndpoint';
import { systemClock } from '../shared/systemClock';
import type { AppEnvironment, LlmEngine, Platform } from '../types';
import { findPromptApi } from './promptApi/promptApi';
import { createWebDigester } from './files/webDigester';
import { readWebEnvironment } from './webEnvironment';
import { createWebFileRanges } from './files/webFileRanges';
import { openWebFiles } from './files/webFiles';
import { readWebFacts } from './webFacts';
import { createWebHost } from './webHost';
import { createWebSignIn } from './signIn/webSignIn';
import { createWebPeers } from './webPeers';
import { createWebSqlDatabase } from './database/webSqlDatabase';
import { SERVED_ASSETS } from './webAssets';
import type { WebAssets } from './webAssets';

export interface WebPlatformOptions {
  /** Loads models in llama.cpp's format. */
  engine?: LlmEngine;
  /** By default two files of the page's server: see `readWebEnvironment`. */
  environment?: AppEnvironment;
  assets?: WebAssets;
}

/**
 * Resolves when the models folder can be used. The database is then still opening; the engine starts on first use.
 * @throws ModelError UNSUPPORTED where the browser lacks an indispensable function,
 * STORAGE_UNAVAILABLE where it refuses storage, as in a private window.
 */
export async function createWebPlatform({
  engine,
  environment: stated,
  assets = SERVED_ASSETS,
}: WebPlatformOptions = {}): Promise<Platform> {
  if (typeof Worker === 'undefined') {
    throw new ModelError('UNSUPPORTED', { feature: 'workers', host: 'web' });
  }
  const peers = createWebPeers();
  const database = createWebSqlDatabase(undefined, assets.sqliteWorker);
  // SQLite takes longest to start, so it starts in parallel; the next query reports a failure.
  database.all({ sql: 'SELECT 1' }).catch(() => undefined);
  const held = createHeldToken();
  // No request carries a token before the endpoint is known and `use` was called.
  const access = { hubEndpoint: DEFAULT_HUB_ENDPOINT, ...held };
  const [environment, { files, downloader, pickedFiles, copyRanges, close }, system] =
    await Promise.all([
      stated ?? readWebEnvironment(),
      openWebFiles(assets, access),
      findSystemEngine(),
    ]);
  access.hubEndpoint = environment.hubEndpoint;
  const digester = createWebDigester(assets.hashWorker);

  return {
    host: createWebHost(pickedFiles),
    environment,
    files,
    digester,
    ranges: createWebFileRanges(digester, { copyRanges }),
    downloader,
    signIn: createWebSignIn(held),
    peers,
    database,
    engines: {
      ...(engine && { 'llama.cpp': engine }),
      ...(system && { system }),
    },
    clock: systemClock,
    readFacts: readWebFacts,
    async close() {
      peers.close();
      digester.close();
      close();
      await database.close();
    },
  };
}

/** Undefined where the browser has no model of its own. */
async function findSystemEngine(): Promise<LlmEngine | undefined> {
  const api = findPromptApi();
  if (api === undefined) return undefined;
  const { createPromptApiEngine } = await loadPart(
    'the Prompt API',
    () => import('./promptApi/promptApiEngine'),
  );
  return createPromptApiEngine({ clock: systemClock, api });
}
