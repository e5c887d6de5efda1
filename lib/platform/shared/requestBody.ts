/** The body of a small request, and its range, as every host sends them. */
import type { TextRequest } from '../types';

export interface RequestBody {
  contentType: string;
  text: string;
  /** Whether the body may contain secrets, so that no redirect is followed. */
  isSecret: boolean;
}

/** Undefined for a request without a body. */
export function bodyOf({
  json,
  form,
}: Pick<TextRequest, 'json' | 'form'>): RequestBody | undefined {
  if (form !== undefined) {
    const pairs = Object.entries(form).map((pair) => pair.map(encodeURIComponent).join('='));
    const contentType = 'application/x-www-form-urlencoded';
    return { contentType, text: pairs.join('&'), isSecret: true };
  }
  if (json === undefined) return undefined;
  return { contentType: 'application/json', text: JSON.stringify(json), isSecret: false };
}

/** As headers. */
export function rangeOf({ about }: Pick<TextRequest, 'about'>): Record<string, string> {
  if (about === undefined) return {};
  return { range: `bytes=${String(about.startBytes)}-${String(about.endBytes - 1)}` };
}
