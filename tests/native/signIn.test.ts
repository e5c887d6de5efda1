/** The sign-in on a phone, with the hub’s page in the system’s browser. */
import { afterAll, beforeEach } from 'vitest';

import { createNativePlatform } from '../../lib/platform/native/createNativePlatform';
import { describeSignedIn } from '../signInTrust';
import { endAllTransfers } from './fakes/backgroundDownloader';
import { forgetDatabases } from './fakes/expoSqlite';
import { phone } from './fakes/phone';

beforeEach(() => {
  phone.reset();
  phone.system = 'android';
  endAllTransfers();
  forgetDatabases();
  // A person who presses the button of the page.
  phone.browse = async (url, redirectUrl) => {
    const body = new URLSearchParams([...new URL(url).searchParams, ['decision', 'authorize']]);
    const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
    return { type: 'success', url: answer.headers.get('location') ?? redirectUrl };
  };
});
afterAll(() => {
  endAllTransfers();
  phone.dispose();
});

describeSignedIn({
  name: 'a phone',
  open: ({ folder: _, ...hub }) =>
    createNativePlatform('android', {
      environment: { ...hub, catalogText: undefined },
      locks: new Map(),
    }),
  place: () => phone.documents(),
  secrets: () => [...phone.keystore.values()],
});
