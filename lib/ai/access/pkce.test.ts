import { createHash } from 'node:crypto';

import fc from 'fast-check';
import { expect, it } from 'vitest';

import { authorizeAddress, beginAttempt, challengeOf, readSentBack } from './pkce';
import { sha256 } from '../../platform/shared/sha256';

it('has the digest of any text of any length', () => {
  const ascii = fc.string({
    unit: fc.integer({ min: 0, max: 127 }).map((code) => String.fromCharCode(code)),
    maxLength: 300,
  });
  fc.assert(
    fc.property(ascii, (text) => {
      const expected = createHash('sha256').update(text).digest('hex');
      expect(Buffer.from(sha256(text)).toString('hex')).toBe(expected);
    }),
  );
});

it('makes the challenge of the standard’s own example', () => {
  const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  expect(challengeOf(verifier)).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
});

const texts = ['a verifier', 'a state'];
const attempt = beginAttempt(() => texts.shift() ?? '', 'modelshelf://oauth');

it('asks for no more than the name and gated repositories, and keeps the verifier here', () => {
  const url = new URL(authorizeAddress('https://hub.example/oauth/authorize', 'me & you', attempt));
  expect(Object.fromEntries(url.searchParams)).toEqual({
    client_id: 'me & you',
    redirect_uri: 'modelshelf://oauth',
    response_type: 'code',
    scope: 'openid gated-repos',
    state: 'a state',
    code_challenge: challengeOf('a verifier'),
    code_challenge_method: 'S256',
  });
  expect(url.href).not.toContain('a%20verifier');
});

it('reads the code of the answer to this attempt', () => {
  expect(readSentBack('modelshelf://oauth?state=a+state&code=1%2F2#x', attempt)).toBe('1/2');
});

it.each([
  ['denied', '?error=access_denied&state=a+state'],
  ['client', '?error=unauthorized_client&state=a+state'],
  ['unexpected', '?error=server_error&state=a+state'],
  ['unexpected', '?code=1&state=another'],
  ['unexpected', '?code=1'],
  ['unexpected', '?state=a+state'],
  ['unexpected', '?code=%zz&state=a+state'],
  ['unexpected', ''],
])('calls it %s: %s', (why, query) => {
  expect(() => readSentBack(`modelshelf://oauth${query}`, attempt)).toThrow(
    expect.objectContaining({ code: 'SIGN_IN_FAILED', details: { host: 'oauth', why } }),
  );
});

it('takes no answer at another address', () => {
  for (const address of [
    'modelshelf://oauthx?code=1&state=a+state',
    'https://evil.example/?code=1&state=a+state',
  ]) {
    expect(() => readSentBack(address, attempt)).toThrow('unexpected');
  }
});
