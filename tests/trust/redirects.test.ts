import { createServer as createHttp } from 'node:http';

import { expect, it } from 'vitest';

import { networkError } from '../../lib/platform/node/nodeErrors';
import { checkedHop } from '../../lib/platform/addresses/hops';
import { listen, stop } from '../hub/listen';
import { PART_BYTES, sceneForEach } from './sceneForEach';
import { at, pinned, SIZE } from './served';

const stage = sceneForEach();
const HUB = { hubEndpoint: 'https://huggingface.co', token: undefined };

it('N28: gives up a redirect that leads back to itself', async () => {
  stage.onHub({ location: 'loop' });
  await stage.scene.failure(['REDIRECT_UNSAFE']);
  expect(stage.hub.log).toHaveLength(11);
});

it.each([
  'file:///etc/passwd',
  'data:text/plain,weights',
  'ftp://127.0.0.1/weights',
  'blob:https://huggingface.co/weights',
  'http://10.0.0.1/weights',
  'http://169.254.169.254/latest/meta-data',
  'http://user:password@127.0.0.1/weights',
  'http://[fe80::1]/weights',
  'https://',
])('N29: does not follow a redirect to %s, and keeps what is here', async (location) => {
  await stage.receivePart();
  stage.onHub({ location });
  await stage.scene.failure(['REDIRECT_UNSAFE']);
  expect(stage.hub.log).toHaveLength(1);
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: PART_BYTES });
});

it('N29, S13: never goes from https to http', () => {
  const base = new URL('https://huggingface.co/model');
  const toHttp = (address: string) => () => checkedHop(address, base, HUB);
  for (const address of ['http://huggingface.co/', 'http://127.0.0.1/', 'HTTP://cdn.hf.co/']) {
    expect(toHttp(address)).toThrow(expect.objectContaining({ code: 'REDIRECT_UNSAFE' }));
  }
});

it.each([
  '../../../../../../owner/tiny/resolve/main/tiny.gguf',
  '/owner/./other/../tiny/resolve/main/tiny.gguf',
  '?download=true',
  '/owner/tiny/resolve/main/tiny.gguf?a= b',
  '//HOST/owner/tiny/resolve/main/tiny.gguf',
])('N30: reads the address %s as a browser would', async (location) => {
  stage.onHub({ location: location.replace('HOST', new URL(stage.hub.endpoint).host) }, 1);
  await stage.scene.ensure();
  expect(stage.scene.sentBytes()).toBe(SIZE);
});

it('N31: never stores a compressed body, and keeps what is here', async () => {
  await stage.receivePart();
  stage.onFile({ gzip: 'always' });
  await stage.scene.failure(['HTTP_UNEXPECTED']);
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: PART_BYTES });
});

it.each([
  ['too small', '5'],
  ['negative', '-5'],
  ['two of them', ['5', '600000']],
  ['past every number', '9223372036854775808'],
  ['no number', 'many'],
])('N32: is not misled by a Content-Length that is %s', async (_, length) => {
  await stage.receivePart();
  stage.onFile({ headers: { 'content-length': length } }, 1);
  // What can't be read isn't tried again by itself.
  await stage.scene.ensure().catch(() => undefined);
  const state = stage.scene.state();
  if (state.kind === 'failed') {
    expect(state.failure.code).toBe('HTTP_UNEXPECTED');
    expect(state.receivedBytes).toBe(PART_BYTES);
  } else {
    expect(state).toMatchObject({ kind: 'installed', sizeBytes: SIZE });
  }
});

it.each([
  ['one header of ten megabytes', { flood: 'x'.repeat(10_000_000) }],
  [
    'a hundred thousand headers',
    Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`x-${index}`, 'flood'])),
  ],
])('N34: refuses %s', async (_, headers) => {
  stage.onHub({ headers });
  await stage.scene.failure(['HTTP_UNEXPECTED']);
  expect(stage.scene.state()).toMatchObject({ kind: 'failed', receivedBytes: 0 });
});

it.each([
  ['a port that is closed', 'http://127.0.0.1:9/owner/tiny/resolve/main/tiny.gguf'],
  ['a name that nobody has', 'https://hub.invalid/owner/tiny/resolve/main/tiny.gguf'],
])('N35: says that it is offline at %s', async (_, url) => {
  await stage.reopen({ models: [at(pinned(stage.hub), url)] });
  await stage.scene.failure(['NET_OFFLINE']);
  await stage.reopen();
});

it.each([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNSPECIFIED',
])('N35: takes %s for a certificate that isn’t trusted', (code) => {
  const error = Object.assign(new Error('no'), { code });
  expect(networkError(error, 'hub')).toMatchObject({ code: 'NET_TLS', details: { host: 'hub' } });
});

it.each([
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
  'ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC',
  'ERR_TLS_HANDSHAKE_TIMEOUT',
  'OUT_OF_MEM',
])('N35: takes %s for a connection that broke', (code) => {
  const error = Object.assign(new Error('no'), { code });
  expect(networkError(error, 'hub')).toMatchObject({ code: 'NET_INTERRUPTED' });
});

it('N44: names whoever answers as a proxy does', async () => {
  stage.onHub({ status: 407, body: 'html', headers: { 'proxy-authenticate': 'Basic' } });
  const { details } = await stage.scene.failure(['HTTP_DENIED']);
  expect(details).toEqual({ host: new URL(stage.hub.endpoint).host, status: 407 });
});

it('N44: leaves it to whoever puts the platform together which proxy there is', async () => {
  const asked: (string | undefined)[] = [];
  const proxy = createHttp((request, response) => {
    asked.push(request.url);
    response.writeHead(407).end();
  });
  const origin = await listen(proxy, 0);
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY'] as const;
  const before = names.map((name) => [name, process.env[name]] as const);
  for (const name of names) process.env[name] = origin;
  try {
    await stage.reopen();
    await stage.scene.ensure();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
    }
    await stop(proxy);
  }
  expect(asked).toEqual([]);
});
