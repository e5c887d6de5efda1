/** Keeps the sign-in in the Keychain or Keystore, and shows the hub's page in the system's browser. */
import * as SecureStore from 'expo-secure-store';
import { openAuthSessionAsync } from 'expo-web-browser';

import { abortError, ModelError } from '../../errors';
import type { HeldToken } from '../addresses/heldToken';
import { parseSignIn, signInText } from '../shared/signInRecord';
import type { HubSignIn, SignInPage } from '../types';

/** Entries may be limited to 2,048 bytes, and two tokens can be longer: the text is kept in parts. */
const PART_LENGTH = 1_800;
const MOST_PARTS = 10;
const nameOf = (part: number) => `modelshelf.sign-in.${String(part)}`;
/** The number of parts; written last, and removed first. */
const COUNT = 'modelshelf.sign-in';

export interface NativeSignInOptions {
  held: HeldToken;
  /** The app's own address to which the hub sends a person back; undefined where the app has none. */
  redirectUri: string | undefined;
}

export function createNativeSignIn({ held, redirectUri }: NativeSignInOptions): HubSignIn {
  return {
    keeping: 'always',
    // The app follows redirects itself.
    isSafe: true,
    use: held.use,
    read: () => guarded(readParts),
    write: (record) => guarded(() => writeParts(signInText({ ...record, isLasting: true }))),
    remove: () => guarded(removeParts),
    // Each has 122 random bits of the system's own.
    randomText: () => [uuid(), uuid(), uuid()].join('').replaceAll('-', ''),
    ...(redirectUri !== undefined && { page: createPage(redirectUri) }),
  };
}

const uuid = () => globalThis.expo.uuidv4();

// Downloads go on while the phone is locked; a backup to another phone takes nothing along.
const options = (): SecureStore.SecureStoreOptions => ({
  keychainAccessible: SecureStore.AFTER_FIRST_UNLOCK_THIS_DEVICE_ONLY,
});

async function readParts() {
  const count = Number(await SecureStore.getItemAsync(COUNT, options()));
  if (!Number.isInteger(count) || count < 1 || count > MOST_PARTS) return undefined;
  const parts: string[] = [];
  for (let part = 0; part < count; part += 1) {
    parts.push((await SecureStore.getItemAsync(nameOf(part), options())) ?? '');
  }
  return parseSignIn(parts.join(''));
}

async function writeParts(text: string): Promise<void> {
  await SecureStore.deleteItemAsync(COUNT, options());
  const count = Math.ceil(text.length / PART_LENGTH);
  for (let part = 0; part < count; part += 1) {
    const piece = text.slice(part * PART_LENGTH, (part + 1) * PART_LENGTH);
    await SecureStore.setItemAsync(nameOf(part), piece, options());
  }
  for (let part = count; part < MOST_PARTS; part += 1) {
    await SecureStore.deleteItemAsync(nameOf(part), options());
  }
  await SecureStore.setItemAsync(COUNT, String(count), options());
}

async function removeParts(): Promise<void> {
  await SecureStore.deleteItemAsync(COUNT, options());
  for (let part = 0; part < MOST_PARTS; part += 1) {
    await SecureStore.deleteItemAsync(nameOf(part), options());
  }
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch {
    // Without its cause: a package's message may repeat what it was to keep.
    const reason = 'The phone refused to read or keep the sign-in.';
    throw new ModelError('STORAGE_UNAVAILABLE', { reason });
  }
}

function createPage(redirectUri: string): SignInPage {
  return {
    redirectUri,
    async open(address, signal) {
      const hubPage = await address;
      if (signal.aborted) throw abortError();
      const ended = await openAuthSessionAsync(hubPage, redirectUri);
      if (ended.type !== 'success') throw abortError();
      return ended.url;
    },
  };
}
