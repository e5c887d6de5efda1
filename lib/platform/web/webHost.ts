/** What a browser is and allows. */
import type { Host } from '../types';

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
  };
}
