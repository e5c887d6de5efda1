/** The headers of every answer of the app's own server, and the reasons for them. */
import { isLoopback } from '../../lib/platform/addresses/loopback';

/**
 * Headers for the app's origin. They allow requests to the loopback only when `hubEndpoint` is on it: a page that
 * can reach any local port could scan this machine.
 */
export function securityHeaders(hubEndpoint: string | undefined): Record<string, string> {
  return {
    'Content-Security-Policy': contentSecurityPolicy(hubEndpoint),
    // Together these headers isolate the page, which threads and SQLite's OPFS need. `require-corp`
    // rather than `credentialless`, because Safari only supports the former. Neither of them affects
    // downloads, which are CORS requests.
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Embedder-Policy': 'require-corp',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'Referrer-Policy': 'no-referrer',
    'X-Content-Type-Options': 'nosniff',
  };
}

/** Models come from any https host, since the hub's storage hosts change; code only from here. */
export function contentSecurityPolicy(hubEndpoint: string | undefined): string {
  const hub = hubEndpoint === undefined ? undefined : new URL(hubEndpoint);
  const names = hub && isLoopback(hub) ? ['127.0.0.1', 'localhost', hub.hostname] : [];
  const loopback = [...new Set(names)].map((name) => `http://${name}:*`);
  const directives: Record<string, string[]> = {
    'default-src': ["'self'"],
    'script-src': ["'self'", "'wasm-unsafe-eval'"],
    // The engine starts its threads from blobs.
    'worker-src': ["'self'", 'blob:'],
    'connect-src': ["'self'", 'https:', ...loopback],
    // react-native-web writes its style sheet from script.
    'style-src': ["'self'", "'unsafe-inline'"],
    'img-src': ["'self'", 'data:', 'blob:'],
    'font-src': ["'self'"],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
    'form-action': ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ');
}
