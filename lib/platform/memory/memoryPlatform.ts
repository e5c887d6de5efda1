/** Every port in memory, with parts that a test can script. */
import { ModelError } from '../../errors';
import { createHeldToken } from '../addresses/heldToken';
import { storeSegments } from '../shared/storePath';
import type {
  AppEnvironment,
  Clock,
  DeviceFacts,
  FilePlace,
  Host,
  Platform,
  SignInPage,
  SqlDatabase,
} from '../types';
import { createManualClock } from './manualClock';
import { createMemoryDisk, type MemoryDisk } from './memoryDisk';
import { createMemoryDigester } from './memoryDigester';
import { createMemoryDownloader } from './memoryDownloader';
import { createEngineScript, createMemoryEngine, type EngineScript } from './memoryEngine';
import { createMemoryFileRanges } from './memoryFileRanges';
import { createMemoryFileStore } from './memoryFileStore';
import { createMemoryForeignFiles } from './memoryForeignFiles';
import { createMemoryPlaces } from './memoryPlaces';
import { createMemoryPickedFiles } from './memoryPickedFiles';
import {
  createMemoryNeighbourhood,
  createMemoryPeers,
  type MemoryNeighbourhood,
} from './memoryPeers';
import { createMemorySignIn, type MemoryKept } from './memorySignIn';
import { createMemoryWeb, type MemoryWeb } from './memoryWeb';

/** The state that all tabs share. Plain objects: a test changes them at will. */
export interface MemoryWorld {
  disk: MemoryDisk;
  web: MemoryWeb;
  neighbourhood: MemoryNeighbourhood;
  /** Files that are packaged with the app, by id. */
  bundled: Map<string, Uint8Array>;
  /** The sign-in that all tabs share. */
  signIn: MemoryKept;
}

export function createMemoryWorld(): MemoryWorld {
  return {
    disk: createMemoryDisk(),
    web: createMemoryWeb(),
    neighbourhood: createMemoryNeighbourhood(),
    bundled: new Map(),
    signIn: { record: undefined, failure: undefined },
  };
}

export interface MemoryPlatformOptions {
  /** Shared between platforms that stand for tabs of one browser. */
  world?: MemoryWorld;
  /** `createInMemoryDatabase()` where the test needs one; without it every statement is UNSUPPORTED. */
  database?: SqlDatabase;
  clock?: Clock;
  engine?: EngineScript;
  host?: Partial<Host>;
  hubEndpoint?: string;
  catalogText?: string;
  /** The catalog's signature, address and root. */
  catalog?: Pick<AppEnvironment, 'catalogSignature' | 'catalogTrust' | 'catalogUrl'>;
  oauthClientId?: string;
  /** The hub's page; without it this host has no browser. */
  signInPage?: SignInPage;
  facts?: DeviceFacts;
}

const MODEST_FACTS: DeviceFacts = {
  memory: { totalBytes: undefined, availableBytes: undefined },
  storage: { state: 'writable', freeBytes: undefined },
  isOnline: undefined,
  aheadMs: undefined,
};

/** One tab or process of a test. */
export function createMemoryPlatform(options: MemoryPlatformOptions = {}): Platform {
  const { world = createMemoryWorld(), database = missingDatabase() } = options;
  const held = createHeldToken();
  const engine = createMemoryEngine(world.disk, options.engine ?? createEngineScript());
  return {
    host: {
      kind: 'memory',
      runtimes: ['llama.cpp'],
      maxModelBytes: undefined,
      storageName: 'memory',
      placeOf: placeInMemory,
      foreignFiles: createMemoryForeignFiles(world.disk),
      pickedFiles: createMemoryPickedFiles(world.disk),
      bootId: 'boot',
      requestPersistence: () => Promise.resolve(true),
      deviceName: 'memory',
      memory: () => Promise.resolve({ totalBytes: undefined, availableBytes: undefined }),
      lastWords: undefined,
      keepLastWords: () => undefined,
      subscribe: () => () => undefined,
      ...options.host,
    },
    environment: {
      hubEndpoint: options.hubEndpoint ?? 'https://huggingface.co',
      catalogText: options.catalogText,
      oauthClientId: options.oauthClientId,
      ...options.catalog,
    },
    files: createMemoryFileStore(world.disk),
    digester: createMemoryDigester(world.disk),
    ranges: createMemoryFileRanges(world.disk),
    places: createMemoryPlaces(world.disk),
    downloader: createMemoryDownloader({ ...world, token: held.token }),
    signIn: createMemorySignIn({ kept: world.signIn, held, page: options.signInPage }),
    peers: createMemoryPeers(world.neighbourhood),
    database,
    engines: { executorch: engine, 'llama.cpp': engine },
    clock: options.clock ?? createManualClock(),
    readFacts: () => Promise.resolve(options.facts ?? MODEST_FACTS),
    close: () => database.close(),
  };
}

/** A test finds the file by the part of the path below `/memory`. */
function placeInMemory(path: string): FilePlace {
  const segments = ['memory', ...storeSegments(path)];
  return {
    path: `/${segments.join('/')}`,
    uri: `file:///${segments.map(encodeURIComponent).join('/')}`,
  };
}

function missingDatabase(): SqlDatabase {
  const refuse = () =>
    Promise.reject(new ModelError('UNSUPPORTED', { feature: 'database', host: 'memory' }));
  return { all: refuse, batch: refuse, wasReset: refuse, close: () => Promise.resolve() };
}
