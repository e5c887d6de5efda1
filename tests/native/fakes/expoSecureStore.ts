/** `expo-secure-store`, as far as the app uses it: a phone's Keychain or Keystore. */
import { randomUUID } from 'node:crypto';

import { phone } from './phone';

// Expo's modules bring it along.
Object.assign(globalThis, {
  expo: { ...(globalThis as { expo?: object }).expo, uuidv4: randomUUID },
});

export const AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY = 1;

export interface SecureStoreOptions {
  keychainAccessible?: number;
}

/** The limit of older systems, which the package warns about. */
const MOST_BYTES = 2_048;

function check({ keychainAccessible }: SecureStoreOptions): void {
  if (phone.isKeystoreBroken) throw new Error('the Keystore failed on hf_canary');
  if (keychainAccessible !== AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY) throw new Error('too open');
}

export async function getItemAsync(key: string, options: SecureStoreOptions) {
  await Promise.resolve();
  check(options);
  return phone.keystore.get(key) ?? null;
}

export async function setItemAsync(key: string, value: string, options: SecureStoreOptions) {
  await Promise.resolve();
  check(options);
  if (!/^[\w.-]+$/.test(key)) throw new Error(`not a key: ${key}`);
  if (Buffer.byteLength(value) > MOST_BYTES) throw new Error('too long');
  phone.keystore.set(key, value);
}

export async function deleteItemAsync(key: string, options: SecureStoreOptions) {
  await Promise.resolve();
  check(options);
  phone.keystore.delete(key);
}
