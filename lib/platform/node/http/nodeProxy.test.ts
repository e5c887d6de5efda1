import { describe, expect, it } from 'vitest';

import { createProxyFor, readProxy, type ProxySettings } from './nodeProxy';

const setting = (value: string, name = 'HTTPS_PROXY') => ({ name, value });
const rules = (noProxy?: string, settings: Partial<ProxySettings> = {}) =>
  createProxyFor({
    https: setting('http://proxy.corp:3128'),
    http: setting('http://plain.corp:3128', 'HTTP_PROXY'),
    noProxy,
    ...settings,
  });
const isProxied = (address: string, noProxy?: string) =>
  rules(noProxy)(new URL(address)) !== undefined;

describe('createProxyFor', () => {
  it('sends https through the one and http through the other', () => {
    const proxyFor = rules();
    expect(proxyFor(new URL('https://hub.example'))?.url.host).toBe('proxy.corp:3128');
    expect(proxyFor(new URL('http://hub.example'))?.url.host).toBe('plain.corp:3128');
    const none = createProxyFor({ https: undefined, http: undefined, noProxy: undefined });
    expect(none(new URL('https://hub.example'))).toBeUndefined();
  });

  it.each([
    ['*', 'https://hub.example'],
    ['corp', 'https://corp'],
    ['corp', 'https://hub.corp'],
    ['.corp', 'https://hub.corp'],
    ['.corp', 'https://corp'],
    ['*.corp', 'https://a.hub.corp'],
    ['HUB.Corp.', 'https://hub.corp'],
    ['hub.corp', 'https://hub.corp.'],
    ['hub.corp:443', 'https://hub.corp'],
    ['hub.corp:80', 'http://hub.corp'],
    ['hub.corp:8443', 'https://hub.corp:8443'],
    ['bücher.corp', 'https://bücher.corp'],
    ['other, hub.corp', 'https://hub.corp'],
    ['other hub.corp', 'https://hub.corp'],
    ['10.0.0.0/8', 'https://10.1.2.3'],
    ['10.1.2.3', 'https://10.1.2.3:8443'],
    ['10.1.2.3:8443', 'https://10.1.2.3:8443'],
    ['fd00::/8', 'https://[fd12::1]'],
    ['fd12::1', 'https://[fd12:0::1]'],
    ['[fd12::1]', 'https://[fd12::1]'],
    ['[fd12::1]:443', 'https://[fd12::1]'],
  ])('NO_PROXY=%s asks %s itself', (noProxy, address) => {
    expect(isProxied(address, noProxy)).toBe(false);
  });

  it.each([
    ['corp', 'https://notcorp'],
    ['.corp', 'https://hub.corp.evil'],
    ['hub.corp', 'https://corp'],
    ['hub.corp:8443', 'https://hub.corp'],
    ['10.0.0.0/8', 'https://11.0.0.1'],
    ['10.0.0.0/8', 'https://10.corp'],
    ['10.0.0.0/33', 'https://10.0.0.1'],
    ['10.0.0.0/x', 'https://10.0.0.1'],
    ['fd00::/8', 'https://[fe80::1]'],
    ['fd00::/8', 'https://10.0.0.1'],
    [',, .', 'https://hub.corp'],
  ])('NO_PROXY=%s leaves %s to the proxy', (noProxy, address) => {
    expect(isProxied(address, noProxy)).toBe(true);
  });

  it('asks this computer through a proxy only where that is here, too', () => {
    expect(isProxied('http://127.0.0.1:8090')).toBe(false);
    expect(isProxied('https://localhost:8090')).toBe(false);
    const here = rules(undefined, { http: setting('http://127.0.0.1:3128') });
    expect(here(new URL('http://127.0.0.1:8090'))?.url.host).toBe('127.0.0.1:3128');
  });
});

describe('readProxy', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    ['proxy.corp:3128', 'http://proxy.corp:3128/', undefined],
    [' http://proxy.corp ', 'http://proxy.corp/', undefined],
    ['https://proxy.corp:8443/path', 'https://proxy.corp:8443/', undefined],
    ['http://me:p%40ss%3aword@proxy.corp:3128', 'http://proxy.corp:3128/', basic('me:p@ss:word')],
    ['me:secret@proxy.corp:3128', 'http://proxy.corp:3128/', basic('me:secret')],
    ['http://me@[::1]:3128', 'http://[::1]:3128/', basic('me:')],
    ['http://m%C3%A9:x@proxy.corp', 'http://proxy.corp/', basic('mé:x')],
  ])('reads %s', (value, href, authorization) => {
    const proxy = readProxy(setting(value));
    expect(proxy.url.href).toBe(href);
    expect(proxy.authorization).toBe(authorization);
  });

  it.each([
    ['socks5://me:secret@proxy.corp', 'socks'],
    ['socks5h://proxy.corp', 'socks'],
    ['ftp://secret@proxy.corp', 'unreadable'],
    ['http://', 'unreadable'],
    ['http://me:sec#ret@proxy.corp', 'unreadable'],
    ['http://me:secret%@proxy.corp', 'unreadable'],
  ])('refuses %s by the name of its setting', (value, reason) => {
    const failure = expect.objectContaining({
      code: 'PROXY_INVALID',
      details: { setting: 'ALL_PROXY', reason },
      message: expect.not.stringContaining('sec') as string,
    });
    expect(() => readProxy(setting(value, 'ALL_PROXY'))).toThrow(failure);
  });
});
