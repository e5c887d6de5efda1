/** Settings from the build of the app: Metro writes `EXPO_PUBLIC_HF_ENDPOINT` into the bundle. */
import { ModelError } from '../../errors';
import { DEFAULT_HUB_ENDPOINT, readEndpoint } from '../addresses/hubEndpoint';
import type { AppEnvironment } from '../types';

/** @throws ModelError INTERNAL for an unusable endpoint: to ask another hub silently would be worse. */
export function readNativeEnvironment(): AppEnvironment {
  // Written out in full, because Metro replaces exactly this expression.
  const stated: unknown = process.env.EXPO_PUBLIC_HF_ENDPOINT;
  const text = typeof stated === 'string' ? stated.trim() : '';
  if (text === '') return { hubEndpoint: DEFAULT_HUB_ENDPOINT, catalogText: undefined };
  const { endpoint, problem } = readEndpoint(text);
  if (endpoint === undefined) {
    throw new ModelError('INTERNAL', { reason: `EXPO_PUBLIC_HF_ENDPOINT ${problem}` });
  }
  return { hubEndpoint: endpoint, catalogText: undefined };
}
