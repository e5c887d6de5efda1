/**
 * The service worker keeps the page with its headers and its policy. With other ones it has another text, so that the
 * browser brings the page again.
 */
import { createHash } from 'node:crypto';

/** `settings`: all that a server adds to the build. */
export function withServerSettings(worker: string, settings: string): string {
  const digest = createHash('md5').update(settings).digest('hex');
  return `self.SERVER_SETTINGS="${digest}";\n${worker}`;
}
