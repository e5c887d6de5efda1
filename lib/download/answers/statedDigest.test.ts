import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { expect, it } from 'vitest';

import { statedSha256 } from './statedDigest';

const BASE64 = createHash('sha256').update('a model').digest('base64');
const HEX = createHash('sha256').update('a model').digest('hex');
const OTHER = createHash('sha256').update('another').digest('base64');

const read = (headers: Record<string, string>) => statedSha256({ header: (name) => headers[name] });

it.each<Record<string, string>>([
  { 'repr-digest': `sha-256=:${BASE64}:` },
  { 'repr-digest': `sha-512=:AAAA:, sha-256=:${BASE64}:` },
  { digest: `SHA-256=${BASE64}` },
  { digest: `md5=HUXZLQLMuI/KZ5KDcJPcOA==,sha-256=${BASE64}` },
  { 'x-amz-checksum-sha256': BASE64 },
  { 'x-amz-checksum-sha256': BASE64, 'x-amz-checksum-type': 'FULL_OBJECT' },
  { 'x-linked-etag': `"${HEX}"` },
  { digest: `sha-256=${BASE64}`, 'repr-digest': `sha-256=:${BASE64}:` },
])('reads the digest of the whole file: %j', (headers) => {
  expect(read(headers)).toBe(HEX);
});

it.each<Record<string, string>>([
  {},
  { etag: `"${HEX}"` },
  { 'content-digest': `sha-256=:${BASE64}:` },
  { 'x-amz-checksum-sha256': `${BASE64}-12` },
  { 'x-amz-checksum-sha256': BASE64, 'x-amz-checksum-type': 'COMPOSITE' },
  { 'x-linked-etag': '"d41d8cd98f00b204e9800998ecf8427e"' },
  { 'x-linked-etag': `W/"${HEX}"` },
  { 'repr-digest': `sha-256=${BASE64}` },
  { 'repr-digest': `xsha-256=:${BASE64}:` },
  { digest: `sha-256=${BASE64.slice(4)}` },
  { digest: `sha-256=${BASE64}`, 'repr-digest': `sha-256=:${OTHER}:` },
])('trusts nothing else, and no contradiction: %j', (headers) => {
  expect(read(headers)).toBeUndefined();
});

it('agrees with Node about every digest, and never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), fc.string(), (bytes, text) => {
      const buffer = Buffer.from(bytes);
      expect(read({ digest: `sha-256=${buffer.toString('base64')}` })).toBe(buffer.toString('hex'));
      expect(read({ digest: text, 'repr-digest': text, 'x-linked-etag': text })).toBeUndefined();
    }),
  );
});
