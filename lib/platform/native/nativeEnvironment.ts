/** Settings from the build of the app: Metro writes the variables `EXPO_PUBLIC_…` into the bundle. */
import { ModelError } from '../../errors';
import { DEFAULT_HUB_ENDPOINT, readEndpoint } from '../addresses/hubEndpoint';
import type { AppEnvironment } from '../types';

/** @throws ModelError INTERNAL for an unusable endpoint: to ask another hub silently would be worse. */
export function readNativeEnvironment(): AppEnvironment {
  // Each is written out in full, because Metro replaces exactly these expressions.
  const oauthClientId = textOf(process.env.EXPO_PUBLIC_HF_CLIENT_ID);
  const stated = textOf(process.env.EXPO_PUBLIC_HF_ENDPOINT);
  const others = {
    catalogText: undefined,
    ...(oauthClientId !== undefined && { oauthClientId }),
    ...readCatalogSettings(),
  };
  if (stated === undefined) return { hubEndpoint: DEFAULT_HUB_ENDPOINT, ...others };
  const { endpoint, problem } = readEndpoint(stated);
  if (endpoint === undefined) {
    throw new ModelError('INTERNAL', { reason: `EXPO_PUBLIC_HF_ENDPOINT ${problem}` });
  }
  return { hubEndpoint: endpoint, ...others };
}

/** A root without an address is of no use, and an address without a root means an unsigned catalog. */
function readCatalogSettings(): Pick<AppEnvironment, 'catalogUrl' | 'catalogTrust'> {
  const catalogUrl = textOf(process.env.EXPO_PUBLIC_CATALOG_URL);
  if (catalogUrl === undefined) return {};
  const rootText = textOf(process.env.EXPO_PUBLIC_CATALOG_ROOT);
  if (rootText === undefined) return { catalogUrl };
  const allowsUnsigned = textOf(process.env.EXPO_PUBLIC_CATALOG_UNSIGNED) === '1';
  return { catalogUrl, catalogTrust: { rootText, allowsUnsigned } };
}

/** The address of this app to which the hub sends a person back, as the app is registered there. */
export function readRedirectUri(): string {
  return textOf(process.env.EXPO_PUBLIC_HF_REDIRECT_URI) ?? 'modelshelf://oauth';
}

function textOf(stated: unknown): string | undefined {
  const text = typeof stated === 'string' ? stated.trim() : '';
  return text === '' ? undefined : text;
}
