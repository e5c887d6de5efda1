/** Signed addresses on the second origin that expire: the URL contains an expiry and a signature over it. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

export interface Signer {
  /** The query that gives access to `path`. */
  query(path: string): string;
  /** `signed` is what the signature is over: by default the address's path. */
  isValid(url: URL, signed?: string): boolean;
  /** Makes every address issued so far invalid, as its expiry would. */
  expireAll(): void;
}

export interface SignerOptions {
  ttlSeconds: number;
  nowMs: () => number;
}

export function createSigner({ ttlSeconds, nowMs }: SignerOptions): Signer {
  let secret = randomBytes(32);
  const signature = (path: string, expires: string) =>
    createHmac('sha256', secret).update(`${path}\n${expires}`).digest('hex');
  return {
    query(path) {
      const expires = String(Math.floor(nowMs() / 1000) + ttlSeconds);
      const query = new URLSearchParams({
        'X-Xet-Cas-Uid': 'public',
        Expires: expires,
        Policy: Buffer.from(JSON.stringify({ path, expires })).toString('base64url'),
        Signature: signature(path, expires),
        'Key-Pair-Id': 'LOCALHUB',
      });
      return query.toString();
    },
    isValid({ pathname, searchParams }, signed = pathname) {
      const expires = searchParams.get('Expires') ?? '0';
      const stated = Buffer.from(searchParams.get('Signature') ?? '', 'hex');
      const expected = Buffer.from(signature(signed, expires), 'hex');
      if (stated.length !== expected.length || !timingSafeEqual(stated, expected)) return false;
      return Number(expires) > nowMs() / 1000;
    },
    expireAll() {
      secret = randomBytes(32);
    },
  };
}
