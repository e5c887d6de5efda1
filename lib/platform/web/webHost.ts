/** A browser's properties and limits. */
import { toldBy, toldNumber } from '../shared/told';
import type { Host, HostMemory, PickedFiles } from '../types';
import { createWebFileArrivals } from './webFileArrivals';
import { browserBrand, userAgentData } from './promptApi/browserBrand';
import { findPromptApi } from './promptApi/promptApi';
import { webAppStorage } from './webAppStorage';
import { createWebNotifications } from './webNotifications';
import { usableThreads } from './engine/usableThreads';
import { hasMemory64 } from './hasMemory64';

const GIB = 1024 ** 3;

/** WebAssembly addresses 4 GiB; the weights share them with the KV cache and the working buffers. */
const LARGEST_MODEL_BYTES = 3.6 * GIB;
/** Positions in a file have 32 bits, one of them the sign, in the engine's build without 64-bit addresses. */
const LARGEST_MODEL_BYTES_32 = 2 * GIB;

export function createWebHost(pickedFiles?: PickedFiles): Host {
  return {
    kind: 'web',
    // Whether the browser's own model is available is found out later.
    runtimes: ['llama.cpp', ...(findPromptApi() ? (['system'] as const) : [])],
    maxModelBytes: Math.floor(hasMemory64() ? LARGEST_MODEL_BYTES : LARGEST_MODEL_BYTES_32),
    storageName: 'This browser’s private storage (OPFS)',
    ...(pickedFiles && { pickedFiles, fileArrivals: createWebFileArrivals() }),
    ...(typeof Notification !== 'undefined' && { notifications: createWebNotifications() }),
    bootId: undefined,
    requestPersistence,
    deviceName: deviceName(),
    memory: () => Promise.resolve(webMemory()),
    quotaBytes,
    appStorage: webAppStorage,
    lastWords: takeLastWords(),
    keepLastWords(words) {
      addEventListener('pagehide', () => {
        const kept = words();
        if (kept !== undefined)
          toldBy(() => {
            localStorage.setItem(LAST_WORDS, kept);
          });
      });
    },
    subscribe(listener) {
      const tell = () => {
        listener(document.hidden ? 'hidden' : 'shown');
      };
      document.addEventListener('visibilitychange', tell);
      return () => {
        document.removeEventListener('visibilitychange', tell);
      };
    },
  };
}

/** A browser that refuses, or can't persist storage, may evict models: the page then warns of this. */
async function requestPersistence(): Promise<boolean> {
  const { storage } = navigator as { storage?: Partial<StorageManager> };
  try {
    return (await storage?.persisted?.()) === true || (await storage?.persist?.()) === true;
  } catch {
    // Treated like a refusal.
    return false;
  }
}

/** A private window of some browsers has a small one. */
async function quotaBytes(): Promise<number | undefined> {
  const { storage } = navigator as { storage?: Partial<StorageManager> };
  const told = await storage?.estimate?.().catch(() => undefined);
  return toldNumber(told?.quota, 1);
}

/** Kept in local storage, the only storage that can still be written while a page is being left. */
const LAST_WORDS = 'modelshelf.last-words';

/** A browser may refuse this storage: then a page that was left looks like one that crashed. */
function takeLastWords(): string | undefined {
  return toldBy(() => {
    const words = localStorage.getItem(LAST_WORDS) ?? undefined;
    localStorage.removeItem(LAST_WORDS);
    return words;
  });
}

/** Chromium's properties beyond the standard's types; other browsers don't have them. */
interface MoreNavigator {
  /** GiB, rounded to a power of two and capped. */
  deviceMemory?: number;
}

/** A browser tells a rough total, or nothing. */
export function webMemory(): HostMemory {
  const { deviceMemory } = navigator as MoreNavigator;
  return {
    totalBytes: typeof deviceMemory === 'number' ? toldNumber(deviceMemory * GIB, 1) : undefined,
    availableBytes: undefined,
  };
}

function deviceName(): string {
  const brand = browserBrand();
  const browser = brand ? `${brand.brand} ${brand.version}` : 'Browser';
  const parts = [
    userAgentData()?.platform ?? 'Unknown system',
    browser,
    `${String(usableThreads())} threads`,
  ];
  return parts.join(', ');
}
