/** What whoever built the app decided: Metro writes `EXPO_PUBLIC_HF_ENDPOINT` into the bundle. */
import { ModelError } from '../../errors';
import type { AppEnvironment } from '../types';

const DEFAULT_HUB = 'https://huggingface.co';

/** @throws ModelError INTERNAL for an endpoint that can't be obeyed: silently asking another hub would be worse. */
export function readNativeEnvironment(): AppEnvironment {
  // Spelt out, because Metro replaces these very words.
  const stated: unknown = process.env.EXPO_PUBLIC_HF_ENDPOINT;
  const endpoint = typeof stated === 'string' ? stated : '';
  if (endpoint === '') return { hubEndpoint: DEFAULT_HUB, catalogText: undefined };
  const url = parse(endpoint);
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    const reason = 'EXPO_PUBLIC_HF_ENDPOINT is no http(s) address';
    throw new ModelError('INTERNAL', { reason });
  }
  return { hubEndpoint: url.origin, catalogText: undefined };
}

function parse(address: string): URL | undefined {
  try {
    return new URL(address);
  } catch {
    // No address at all.
    return undefined;
  }
}
