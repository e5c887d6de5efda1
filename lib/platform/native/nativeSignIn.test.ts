import { beforeEach, describe, expect, it } from 'vitest';

import { describeSignIn } from '../../../tests/conformance/signIn';
import { phone } from '../../../tests/native/fakes/phone';
import { createHeldToken } from '../addresses/heldToken';
import type { SignInRecord } from '../types';
import { createNativeSignIn } from './nativeSignIn';

const HUB = 'https://hub.example';
const REDIRECT = 'modelshelf://oauth';
const open = () => createNativeSignIn({ held: createHeldToken(), redirectUri: REDIRECT });

beforeEach(() => {
  phone.reset();
});

describeSignIn('phone', { open: () => Promise.resolve(open()), hubEndpoint: HUB, hasTabs: false });

const RECORD: SignInRecord = {
  ...{ hubEndpoint: HUB, way: 'browser', token: 'hf_canary', refreshToken: undefined },
  ...{ expiresAtMs: undefined, name: 'me', isLasting: true },
};

describe('what the phone keeps', () => {
  it('is nothing of a longer sign-in before it', async () => {
    await open().write({ ...RECORD, token: `hf_${'x'.repeat(5_000)}` });
    await open().write(RECORD);
    expect([...phone.keystore.keys()].sort()).toEqual([
      'modelshelf.sign-in',
      'modelshelf.sign-in.0',
    ]);
  });

  it('is no sign-in when the app was killed while it was written', async () => {
    await open().write(RECORD);
    phone.keystore.delete('modelshelf.sign-in');
    expect(await open().read()).toBeUndefined();
  });

  it('is told to be out of reach without what the package says, which may have the token in it', async () => {
    phone.isKeystoreBroken = true;
    const error: unknown = await open()
      .write(RECORD)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    expect(`${String((error as Error).stack)}${String((error as Error).cause)}`).not.toContain(
      'canary',
    );
  });
});

describe('the hub’s page', () => {
  const never = new AbortController().signal;

  it('opens in the system’s browser, and brings the address back', async () => {
    phone.browse = (url, redirectUrl) =>
      Promise.resolve({ type: 'success', url: `${redirectUrl}?of=${url}` });
    expect(await open().page?.open(Promise.resolve('https://hub.example/x'), never)).toBe(
      `${REDIRECT}?of=https://hub.example/x`,
    );
  });

  it('is left without a failure when the person closes it', async () => {
    const opening = open().page?.open(Promise.resolve('https://hub.example/x'), never);
    await expect(opening).rejects.toMatchObject({ name: 'AbortError' });
  });
});
