/** Settings from the build of the app: Metro writes the variables `EXPO_PUBLIC_…` into the bundle. */
import { ModelError } from '../../errors';
import { DEFAULT_HUB_ENDPOINT, readEndpoint } from '../addresses/hubEndpoint';
import type { AppEnvironment } from '../types';

/** @throws ModelError INTERNAL for an unusable endpoint: to ask another hub silently would be worse. */
export function readNativeEnvironment(): AppEnvironment {
  // Each is written out in full, because Metro replaces exactly these expressions.
  const oauthClientId = textOf(process.env.EXPO_PUBLIC_HF_CLIENT_ID);
  const stated = textOf(process.env.EXPO_PUBLIC_HF_ENDPOINT);
  const others = { catalogText: undefined, ...(oauthClientId !== undefined && { oauthClientId }) };
  if (stated === undefined) return { hubEndpoint: DEFAULT_HUB_ENDPOINT, ...others };
  const { endpoint, problem } = readEndpoint(stated);
  if (endpoint === undefined) {
    throw new ModelError('INTERNAL', { reason: `EXPO_PUBLIC_HF_ENDPOINT ${problem}` });
  }
  return { hubEndpoint: endpoint, ...others };
}

/** The address of this app to which the hub sends a person back, as the app is registered there. */
export function readRedirectUri(): string {
  return textOf(process.env.EXPO_PUBLIC_HF_REDIRECT_URI) ?? 'modelshelf://oauth';
}

function textOf(stated: unknown): string | undefined {
  const text = typeof stated === 'string' ? stated.trim() : '';
  return text === '' ? undefined : text;
}
