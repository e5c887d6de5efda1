/** What a browser is and allows. */
import type { Host, HostMemory } from '../types';
import { usableThreads } from './wllamaEngine';

const GIB = 1024 ** 3;

/** WebAssembly addresses 4 GiB; the weights share them with the KV cache and the working buffers. */
const LARGEST_MODEL_BYTES = 3.6 * GIB;

export function createWebHost(): Host {
  return {
    kind: 'web',
    runtime: 'llama.cpp',
    maxModelBytes: Math.floor(LARGEST_MODEL_BYTES),
    storageName: 'This browser’s private storage (OPFS)',
    bootId: undefined,
    async requestPersistence() {
      const { storage } = navigator;
      return (await storage.persisted()) || (await storage.persist());
    },
    deviceName: deviceName(),
    memory: () => Promise.resolve(webMemory()),
    lastWords: takeLastWords(),
    keepLastWords(words) {
      addEventListener('pagehide', () => {
        const kept = words();
        if (kept !== undefined) localStorage.setItem(LAST_WORDS, kept);
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

/** The one store that still writes while a page is being left; everything else would come too late. */
const LAST_WORDS = 'modelshelf.last-words';

function takeLastWords(): string | undefined {
  const words = localStorage.getItem(LAST_WORDS) ?? undefined;
  localStorage.removeItem(LAST_WORDS);
  return words;
}

/** What Chromium tells beyond the standard's types; other browsers tell neither. */
interface MoreNavigator {
  /** GiB, rounded to a power of two and capped. */
  deviceMemory?: number;
  userAgentData?: { platform: string; brands: { brand: string; version: string }[] };
}

function webMemory(): HostMemory {
  const { deviceMemory } = navigator as MoreNavigator;
  return {
    totalBytes: deviceMemory === undefined ? undefined : deviceMemory * GIB,
    availableBytes: undefined,
  };
}

function deviceName(): string {
  const data = (navigator as MoreNavigator).userAgentData;
  // One of the brands is made up, so that nobody relies on a fixed list.
  const brand = data?.brands.find((each) => !/not.?a.?brand/i.test(each.brand.replace(/\W/g, '')));
  const browser = brand ? `${brand.brand} ${brand.version}` : 'Browser';
  const parts = [data?.platform ?? 'Unknown system', browser, `${String(usableThreads())} threads`];
  return parts.join(', ');
}
