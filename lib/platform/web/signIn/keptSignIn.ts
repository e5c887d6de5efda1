/**
 * A text for all tabs of this origin, encrypted in IndexedDB. The key can't be exported, so a copy of the database on
 * another computer, or a script that reads it, gets no text to take away; a script of this page can still use the key.
 */
import { ModelError } from '../../../errors';

const DATABASE = 'modelshelf-sign-in';
const STORE = 'kept';
const ENTRY = 'sign-in';

interface Kept {
  key: CryptoKey;
  iv: Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer;
}

export const keptForAllTabs = {
  /** Undefined also for a text that can't be decrypted any more. */
  async read(): Promise<string | undefined> {
    const kept = await inStore<Kept | undefined>('readonly', (store) => store.get(ENTRY));
    if (kept === undefined) return undefined;
    try {
      const { key, iv, bytes } = kept;
      const text = await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, bytes);
      return new TextDecoder().decode(text);
    } catch {
      // Changed by something else: it is as good as none.
      return undefined;
    }
  },

  async write(text: string): Promise<void> {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]);
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(text);
    const bytes = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plain);
    await inStore('readwrite', (store) => store.put({ key, iv, bytes } satisfies Kept, ENTRY));
  },

  async remove(): Promise<void> {
    await inStore('readwrite', (store) => store.delete(ENTRY));
  },
};

/** @throws ModelError STORAGE_UNAVAILABLE */
async function inStore<T>(
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest,
): Promise<T> {
  try {
    const database = await settled<IDBDatabase>(openDatabase());
    try {
      const transaction = database.transaction(STORE, mode);
      const result = await settled<T>(work(transaction.objectStore(STORE)));
      if (mode === 'readwrite') await ended(transaction);
      return result;
    } finally {
      database.close();
    }
  } catch (cause) {
    const reason = 'The browser refused to read or write the kept sign-in.';
    throw new ModelError('STORAGE_UNAVAILABLE', { reason }, { cause });
  }
}

function openDatabase(): IDBOpenDBRequest {
  const request = indexedDB.open(DATABASE, 1);
  request.addEventListener('upgradeneeded', () => {
    request.result.createObjectStore(STORE);
  });
  return request;
}

function settled<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => {
      resolve(request.result as T);
    });
    request.addEventListener('error', () => {
      reject(request.error ?? new Error('refused'));
    });
  });
}

function ended(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.addEventListener('complete', () => {
      resolve();
    });
    for (const name of ['abort', 'error'] as const) {
      transaction.addEventListener(name, () => {
        reject(transaction.error ?? new Error('refused'));
      });
    }
  });
}
