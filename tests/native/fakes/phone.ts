/**
 * One phone of a test: real folders, what the system knows, and what outlives the app. The fakes of
 * native modules beside this file all look at it.
 */
import type { CardVolume } from '../../../modules/model-files';
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Phone {
  system: 'ios' | 'android';
  /** Bytes that the disk still takes; each write of a fake takes from it. Undefined for as many as one likes. */
  freeBytes: number | undefined;
  network: 'WIFI' | 'CELLULAR' | 'NONE';
  /** Whether Android holds Wi-Fi for one that costs, as that of another phone. It tells no app. */
  isWifiMetered: boolean;
  /** Folders that were excluded from the backup, relative to the documents. */
  readonly excludedFromBackup: Set<string>;
  /** Files that are packaged with the app, by what `require` gave for them: their absolute paths. */
  readonly assets: Map<number, string>;
  /** What is kept in its Keychain or Keystore, which outlives the app and is in no backup. */
  readonly keystore: Map<string, string>;
  /** Files of other apps that Android lends this one, by their addresses: their absolute paths. Others can't be read. */
  readonly lentFiles: Map<string, string>;
  /** Those of which Android's screen told the app's native module, and which JavaScript hasn't taken. */
  readonly arrived: string[];
  /** Android's cards that are in; a test takes them out and puts them back. */
  readonly cards: CardVolume[];
  /** Whether every call to it fails. */
  isKeystoreBroken: boolean;
  /** What a person does on a page of the system's browser. */
  browse: (url: string, redirectUrl: string) => Promise<{ type: string; url: string }>;
  /** The absolute path of the app's documents; another one after each update of the app. */
  documents(): string;
  /** The system moves the app's container, with all that is in it, as iOS does with every update. */
  updateApp(): void;
  /** The app's process ends: everything in its memory is gone; files, databases and what the system does stay. */
  killApp(): void;
  /** How often it ended so far: what an ended one still does reaches nobody. */
  lives(): number;
  /** Runs when the app's process ends. */
  onKill(forget: () => void): void;
  /** Tells listeners that the network is another one. */
  changeNetwork(network: Phone['network']): void;
  /** Until the app's process ends. */
  onNetwork(listener: () => void): () => void;
  /** The system itself looks at the network, whether or not the app is alive. */
  onNetworkForSystem(listener: () => void): () => void;
  /** Takes from the free space. @throws Error when there is none left, without a code, as the packages do. */
  take(bytes: number): void;
  /** A phone like new. Call it before each test. */
  reset(): void;
  /** `reset`, and removes its folders: the next file of tests in this process finds a phone like new. */
  dispose(): void;
}

const closePage = () => Promise.resolve({ type: 'cancel', url: '' });

export const phone: Phone = createPhone();

function createPhone(): Phone {
  let root: string | undefined;
  let container = randomUUID();
  let lives = 0;
  const forgetting = new Set<() => void>();
  const networkListeners = new Set<() => void>();
  const systemListeners = new Set<() => void>();

  function containerAt(name: string): string {
    root ??= mkdtempSync(join(tmpdir(), 'modelshelf-phone-'));
    return join(root, 'Containers', name);
  }

  function documents(): string {
    const folder = join(containerAt(container), 'Documents');
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  function removeFolders(): void {
    if (root !== undefined) rmSync(root, { recursive: true, force: true });
    root = undefined;
  }

  function killApp(): void {
    lives += 1;
    self.arrived.length = 0;
    networkListeners.clear();
    for (const forget of forgetting) forget();
  }

  const self: Phone = {
    system: 'ios',
    freeBytes: undefined,
    network: 'WIFI',
    isWifiMetered: false,
    excludedFromBackup: new Set(),
    assets: new Map(),
    keystore: new Map(),
    lentFiles: new Map(),
    arrived: [],
    cards: [],
    isKeystoreBroken: false,
    browse: closePage,
    documents,
    updateApp() {
      documents();
      const next = randomUUID();
      renameSync(containerAt(container), containerAt(next));
      container = next;
    },
    killApp,
    lives: () => lives,
    onKill(forget) {
      forgetting.add(forget);
    },
    changeNetwork(network) {
      self.network = network;
      for (const listener of [...networkListeners, ...systemListeners]) listener();
    },
    onNetwork(listener) {
      networkListeners.add(listener);
      return () => networkListeners.delete(listener);
    },
    onNetworkForSystem(listener) {
      systemListeners.add(listener);
      return () => systemListeners.delete(listener);
    },
    take(bytes) {
      if (self.freeBytes === undefined) return;
      if (bytes > self.freeBytes) throw new Error('The operation couldn’t be completed.');
      self.freeBytes -= bytes;
    },
    reset() {
      self.keystore.clear();
      self.lentFiles.clear();
      self.cards.length = 0;
      self.isKeystoreBroken = false;
      self.browse = closePage;
      killApp();
      removeFolders();
      container = randomUUID();
      self.system = 'ios';
      self.freeBytes = undefined;
      self.network = 'WIFI';
      self.isWifiMetered = false;
      self.excludedFromBackup.clear();
      self.assets.clear();
    },
    dispose() {
      self.reset();
      removeFolders();
    },
  };
  return self;
}

/** The bare path behind a `file://` URI, or behind one of Android's. @throws Error for anything else, as the packages do. */
export function pathOfUri(uri: string): string {
  if (phone.system === 'android' && uri.startsWith('content://')) {
    return phone.lentFiles.get(uri) ?? '/nowhere';
  }
  if (!uri.startsWith('file:///')) throw new Error(`Not a file URI: ${uri}`);
  return decodeURIComponent(uri.slice('file://'.length)).replace(/\/+$/, '');
}

/** A path that native code takes as it is. @throws Error for a URI, which it would look up as a name. */
export function bare(path: string): string {
  if (!path.startsWith('/')) throw new Error(`No such file: ${path}`);
  return path;
}
