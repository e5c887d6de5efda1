/** Chooses the proxy for a request, from the settings that command line tools share. Opens no connection. */
import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';

import { ModelError } from '../../../errors';
import { urlOf } from '../../addresses/hubEndpoint';
import { isLoopback } from '../../addresses/loopback';

/** A setting's value and name. Failures mention the name and never the value, which may contain a password. */
export interface ProxySetting {
  name: string;
  value: string;
}

export interface ProxySettings {
  /** For https addresses. */
  https: ProxySetting | undefined;
  /** For http addresses. */
  http: ProxySetting | undefined;
  /** The hosts that are asked without a proxy: names, addresses and subnets, or `*`. */
  noProxy: string | undefined;
}

export interface Proxy {
  /** http or https; without name and password. */
  url: URL;
  /** The value of `proxy-authorization`. Sent only to the proxy. */
  authorization: string | undefined;
}

/** @throws ModelError PROXY_INVALID when the setting for the address can't be used. */
export type ProxyFor = (url: URL) => Proxy | undefined;

export const NO_PROXY: ProxyFor = () => undefined;

export function createProxyFor({ https, http, noProxy = '' }: ProxySettings): ProxyFor {
  const isBypassed = createBypass(noProxy);
  return (url) => {
    const setting = url.protocol === 'https:' ? https : http;
    if (!setting || isBypassed(url)) return undefined;
    const proxy = readProxy(setting);
    // A proxy on another computer would read `localhost` as itself, and plain http may not leave this computer.
    return isLoopback(url) && !isLoopback(proxy.url) ? undefined : proxy;
  };
}

/** @throws ModelError PROXY_INVALID */
export function readProxy({ name, value }: ProxySetting): Proxy {
  const invalid = (reason: 'socks' | 'unreadable') =>
    new ModelError('PROXY_INVALID', { setting: name, reason });
  const text = value.trim();
  const url = urlOf(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url?.protocol.startsWith('socks')) throw invalid('socks');
  if (!url || !/^https?:$/.test(url.protocol)) throw invalid('unreadable');
  try {
    const [user, password] = [decodeURIComponent(url.username), decodeURIComponent(url.password)];
    const signIn = Buffer.from(`${user}:${password}`).toString('base64');
    const authorization = signIn === 'Og==' ? undefined : `Basic ${signIn}`;
    return { url: new URL(`${url.protocol}//${url.host}`), authorization };
  } catch {
    // A malformed percent escape in the name or the password.
    throw invalid('unreadable');
  }
}

type Bypass = (host: string, port: string) => boolean;

function createBypass(list: string): (url: URL) => boolean {
  const entries = list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .map(bypassOf);
  return ({ protocol, hostname, port }) => {
    const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
    const number = port || (protocol === 'https:' ? '443' : '80');
    return entries.some((isMeant) => isMeant(host, number));
  };
}

/** `*`, `corp`, `.corp`, `*.corp` (itself and all below it), `10.0.0.0/8`, `::1`; each with `:port` or without. */
function bypassOf(entry: string): Bypass {
  if (entry === '*') return () => true;
  const [place, port] = splitPort(entry);
  const isHost = isIP(place.split('/')[0] ?? '') === 0 ? isBelow(place) : isWithin(place);
  return (host, asked) => (port === undefined || port === asked) && isHost(host);
}

function splitPort(entry: string): [place: string, port: string | undefined] {
  const [, bracketed, behind] = /^\[([^\]]+)\](?::(\d+))?$/.exec(entry) ?? [];
  if (bracketed !== undefined) return [bracketed, behind];
  // An IPv6 address without brackets has colons of its own.
  const [, place, port] = /^([^:]+):(\d+)$/.exec(entry) ?? [];
  return [place ?? entry, port];
}

function isBelow(place: string): (host: string) => boolean {
  const name = domainToASCII(place.replace(/^\*?\./, '').replace(/\.$/, ''));
  return (host) => name !== '' && (host === name || host.endsWith(`.${name}`));
}

function isWithin(place: string): (host: string) => boolean {
  const [address = '', prefix] = place.split('/');
  const family = familyOf(address);
  const longest = family === 'ipv6' ? 128 : 32;
  const length = prefix === undefined ? longest : Number(prefix);
  if (!Number.isInteger(length) || length < 0 || length > longest) return () => false;
  const subnet = new BlockList();
  subnet.addSubnet(address, length, family);
  return (host) => isIP(host) !== 0 && subnet.check(host, familyOf(host));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
