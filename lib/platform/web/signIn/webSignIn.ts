/**
 * Keeps a sign-in for this tab, in sessionStorage. Only where the person wants it to last, it is kept for all tabs:
 * encrypted, with a key that scripts can use but not read, both in IndexedDB.
 */
import type { HeldToken } from '../../addresses/heldToken';
import { parseSignIn, signInText } from '../../shared/signInRecord';
import { ModelError } from '../../../errors';
import type { HubSignIn, SignInRecord } from '../../types';
import { keptForAllTabs } from './keptSignIn';
import { createWebSignInPage } from './signInPage';

const NAME = 'modelshelf.sign-in';

export function createWebSignIn(held: HeldToken): HubSignIn {
  return {
    keeping: 'choice',
    // Browsers without this function may be those that forward a sign-in to other origins: both came with Chrome 119
    // (https://chromestatus.com/feature/5195900413018112); Firefox and Safari drop it since before they have it.
    isSafe: 'withResolvers' in Promise,
    use: held.use,

    async read() {
      const ofTab = inTab((storage) => storage.getItem(NAME)) ?? undefined;
      const text = ofTab ?? (await keptForAllTabs.read());
      return text === undefined ? undefined : parseSignIn(text);
    },

    async write(record: SignInRecord) {
      const text = signInText(record);
      if (record.isLasting) {
        await keptForAllTabs.write(text);
        inTab((storage) => {
          storage.removeItem(NAME);
        });
      } else {
        inTab((storage) => {
          storage.setItem(NAME, text);
        });
        await keptForAllTabs.remove();
      }
    },

    async remove() {
      inTab((storage) => {
        storage.removeItem(NAME);
      });
      await keptForAllTabs.remove();
    },

    randomText() {
      const bytes = crypto.getRandomValues(new Uint8Array(32));
      return btoa(String.fromCharCode(...bytes))
        .replaceAll('+', '-')
        .replaceAll('/', '_')
        .replaceAll('=', '');
    },

    page: createWebSignInPage(),
  };
}

/** @throws ModelError STORAGE_UNAVAILABLE where the browser forbids the page to keep anything */
function inTab<T>(work: (storage: Storage) => T): T {
  try {
    return work(sessionStorage);
  } catch (cause) {
    const reason = 'The browser lets this page keep nothing.';
    throw new ModelError('STORAGE_UNAVAILABLE', { reason }, { cause });
  }
}
