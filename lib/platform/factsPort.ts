/** What a host knows about the device, for the doctor; a part of `types.ts`, which exports it. */

/** Numbers and words of closed sets: nothing that names a person, a place or a network. */
export interface DeviceFacts {
  /** Whether the page came over https or from this computer, and is isolated from others. Only of pages. */
  page?: { isSecure: boolean; isIsolated: boolean };
  /** What the processor runs at once; undefined where the host doesn't tell. Absent where engines decide by themselves. */
  threads?: number | undefined;
  memory: { totalBytes: number | undefined; availableBytes: number | undefined };
  storage: StorageFacts;
  /** Whether models are safe from eviction. Absent where nothing evicts them. */
  isPersistent?: boolean;
  /** What WebAssembly can do. Absent where the engine doesn't run on it. */
  webAssembly?: 'missing' | '32-bit' | '64-bit';
  /** Where an engine could use it. */
  graphics?: 'none' | 'software' | 'hardware';
  /** Of requests to the hub. Absent where the system decides it, unseen by the app. */
  proxy?: 'none' | 'set' | 'invalid';
  /** Whether the system says that it has a network; undefined where it doesn't say. */
  isOnline: boolean | undefined;
  /** By how much the clock is ahead of that of the page's server. Undefined without such an answer. */
  aheadMs: number | undefined;
}

export interface StorageFacts {
  /** `missing`: the host has no storage for models. `refused`: it has, and doesn't let the app write there. */
  state: 'writable' | 'refused' | 'missing';
  /** Bytes that can still be written; a browser's answer is an estimate. */
  freeBytes: number | undefined;
}

/** What the app keeps on the device beside the models folder, in bytes; undefined where the host doesn't tell. */
export interface AppStorage {
  /** Chats, settings and measurements. */
  databaseBytes: number | undefined;
  /** The app itself, kept by the browser so that it opens without a connection. */
  cacheBytes: number | undefined;
}
