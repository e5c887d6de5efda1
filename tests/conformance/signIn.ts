/** What every host's `HubSignIn` does: one suite for all. */
import { describe, expect, it } from 'vitest';

import type { HubSignIn, SignInRecord } from '../../lib/platform/types';

export interface SignInSubject {
  /** The host of another start of the app, over what was kept. */
  open(): Promise<HubSignIn>;
  hubEndpoint: string;
  /** Whether a sign-in may end with a tab. */
  hasTabs: boolean;
}

export function describeSignIn(host: string, { open, hubEndpoint, hasTabs }: SignInSubject): void {
  const full: SignInRecord = {
    ...{ hubEndpoint, way: 'browser', token: 'hf_one', refreshToken: 'hf_next' },
    ...{ expiresAtMs: 1_800_000_000_000, name: 'me', isLasting: true },
  };
  const bare: SignInRecord = {
    ...full,
    ...{ way: 'token', token: 'hf_two', refreshToken: undefined, expiresAtMs: undefined },
    name: undefined,
  };

  describe(`the sign-in, ${host}`, () => {
    it('is none at first', async () => {
      const signIn = await open();
      expect(signIn.keeping).toBe(hasTabs ? 'choice' : 'always');
      expect(await signIn.read()).toBeUndefined();
    });

    it.each([
      ['with all that the hub told', full],
      ['with a token alone', bare],
      ['with a long token', { ...full, token: `hf_${'x'.repeat(4_000)}` }],
    ])('is the same at the next start, %s', async (_, record) => {
      await (await open()).write(record);
      expect(await (await open()).read()).toEqual(record);
    });

    it('is replaced whole', async () => {
      const signIn = await open();
      await signIn.write(full);
      await signIn.write(bare);
      expect(await signIn.read()).toEqual(bare);
      expect(await (await open()).read()).toEqual(bare);
    });

    it('is gone when it was removed, also where there was none', async () => {
      const signIn = await open();
      await signIn.write(full);
      await signIn.remove();
      await signIn.remove();
      expect(await signIn.read()).toBeUndefined();
      expect(await (await open()).read()).toBeUndefined();
    });

    it.runIf(hasTabs)('ends with the tab unless the person wanted it to last', async () => {
      const signIn = await open();
      await signIn.write(full);
      await signIn.write({ ...bare, isLasting: false });
      expect(await signIn.read()).toEqual({ ...bare, isLasting: false });
      expect(await (await open()).read()).toBeUndefined();
    });

    it('has random texts that are long enough and never the same', async () => {
      const signIn = await open();
      const texts = Array.from({ length: 50 }, () => signIn.randomText());
      for (const text of texts) expect(text).toMatch(/^[\w-]{43,}$/);
      expect(new Set(texts).size).toBe(50);
    });
  });
}
