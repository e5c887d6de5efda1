import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { describeSignIn } from '../../../../tests/conformance/signIn';
import { createHeldToken } from '../../addresses/heldToken';
import type { SignInRecord } from '../../types';
import { createWebSignIn } from './webSignIn';

const HUB = 'https://hub.example';

/** Another tab of this origin: it has a sessionStorage of its own. */
function openTab() {
  sessionStorage.clear();
  return Promise.resolve(createWebSignIn(createHeldToken()));
}

const forget = async () => (await openTab()).remove();
beforeEach(forget);
afterEach(forget);

describeSignIn('browser', { open: openTab, hubEndpoint: HUB, hasTabs: true });

const RECORD: SignInRecord = {
  ...{ hubEndpoint: HUB, way: 'token', token: 'hf_canary', refreshToken: undefined },
  ...{ expiresAtMs: undefined, name: 'me', isLasting: true },
};

async function keptInDatabase(): Promise<Record<string, unknown>> {
  const database = await settled(indexedDB.open('modelshelf-sign-in'));
  const kept = await settled(database.transaction('kept').objectStore('kept').get('sign-in'));
  database.close();
  return kept as Record<string, unknown>;
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve) => {
    request.addEventListener('success', () => {
      resolve(request.result);
    });
  });
}

describe('a sign-in that lasts', () => {
  it('is encrypted, with a key that no script can read', async () => {
    await (await openTab()).write(RECORD);
    const { key, bytes } = await keptInDatabase();
    expect(new TextDecoder('latin1').decode(bytes as ArrayBuffer)).not.toContain('canary');
    expect((key as CryptoKey).extractable).toBe(false);
    await expect(crypto.subtle.exportKey('raw', key as CryptoKey)).rejects.toThrow();
    expect(JSON.stringify([localStorage, sessionStorage])).not.toContain('canary');
  });

  it('is none after somebody has changed it', async () => {
    await (await openTab()).write(RECORD);
    const kept = await keptInDatabase();
    new Uint8Array(kept['bytes'] as ArrayBuffer).reverse();
    const database = await settled(indexedDB.open('modelshelf-sign-in'));
    await settled(
      database.transaction('kept', 'readwrite').objectStore('kept').put(kept, 'sign-in'),
    );
    database.close();
    expect(await (await openTab()).read()).toBeUndefined();
  });

  it('for the tab alone is in nothing that other tabs read', async () => {
    const tab = await openTab();
    await tab.write({ ...RECORD, isLasting: false });
    expect(await tab.read()).toEqual({ ...RECORD, isLasting: false });
    expect(await keptInDatabase()).toBeUndefined();
    expect(JSON.stringify(localStorage)).not.toContain('canary');
  });
});

it('is offered here: this browser drops it at a redirect to another origin', async () => {
  expect((await openTab()).isSafe).toBe(true);
});
