import { createSecureContext } from 'node:tls';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { openTunnel } from '../../lib/platform/node/http/connectThrough';
import { createProxyFor, type ProxySettings } from '../../lib/platform/node/http/nodeProxy';
import { createNodeWeb, type NodeWeb } from '../../lib/platform/node/http/nodeRequest';
import { createNodeWires, type NodeWires } from '../../lib/platform/node/http/nodeWires';
import { canMakeCertificates, makeCertificate } from '../certificate';
import { startHub, type Hub } from '../hub/server';
import { startProxy, type TestProxy } from '../proxy';
import { addressOf, REPO, startTrustHub, TOKEN } from './served';

const SIGN_IN = 'me:p@ss:wörd';
const IN_ADDRESS = `me:${encodeURIComponent('p@ss:wörd')}`;
const never = new AbortController().signal;

let proxy: TestProxy;
beforeEach(async () => {
  proxy = await startProxy({ signIn: SIGN_IN });
});
afterEach(() => proxy.close());

const rulesFor = (origin: string, noProxy?: string) => {
  const setting = { name: 'HTTPS_PROXY', value: origin.replace('://', `://${IN_ADDRESS}@`) };
  const settings: ProxySettings = { https: setting, http: setting, noProxy };
  return createProxyFor(settings);
};
const secretOf = (value: unknown) => JSON.stringify(value).includes('p@ss');

describe('N44: http through a proxy', () => {
  let hub: Hub;
  let web: NodeWeb;
  beforeAll(async () => {
    hub = await startTrustHub();
  });
  afterAll(() => hub.close());
  beforeEach(() => {
    hub.reset();
  });
  afterEach(() => {
    web.close();
  });

  const open = (origin = proxy.origin, noProxy?: string) =>
    createNodeWeb({
      ...{ hubEndpoint: hub.endpoint, token: () => TOKEN, userAgent: 'modelshelf/test' },
      proxyFor: rulesFor(origin, noProxy),
    });
  const ask = async () => {
    const url = addressOf(hub, 'tiny.gguf');
    const answer = await web.ask({ url, method: 'GET', headers: {} });
    answer.body.destroy();
    return answer.head.status;
  };

  it('is forwarded whole, hop by hop, and the sign-in is the proxy’s alone', async () => {
    web = open();
    expect(await ask()).toBe(200);
    expect(proxy.asked.map(({ target }) => new URL(target).origin)).toEqual([
      hub.endpoint,
      hub.cdnOrigin,
    ]);
    expect(proxy.asked.map(({ signIn }) => signIn)).toEqual([SIGN_IN, SIGN_IN]);
    expect(hub.log.map(({ headers }) => 'authorization' in headers)).toEqual([true, false]);
  });

  it('goes past it for whom NO_PROXY names', async () => {
    web = open(proxy.origin, '127.0.0.0/8');
    expect(await ask()).toBe(200);
    expect(proxy.asked).toEqual([]);
  });

  it('names the proxy that wants another sign-in', async () => {
    web = open();
    await proxy.close();
    proxy = await startProxy({ signIn: 'somebody:else' });
    web.close();
    web = open();
    const about = { proxy: new URL(proxy.origin).host, host: new URL(hub.endpoint).host };
    const failure = await ask().catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'PROXY_DENIED', details: { ...about, status: 407 } });
    expect(secretOf(failure)).toBe(false);
    expect(hub.log).toEqual([]);
  });

  it('names the proxy that isn’t there, and the hub that broke off behind one', async () => {
    web = open('http://127.0.0.1:9');
    const details = { proxy: '127.0.0.1:9', host: new URL(hub.endpoint).host, status: undefined };
    await expect(ask()).rejects.toMatchObject({ code: 'PROXY_UNREACHABLE', details });
    web = open();
    proxy.faults.push('drop');
    const { host } = new URL(hub.endpoint);
    await expect(ask()).rejects.toMatchObject({ code: 'NET_INTERRUPTED', details: { host } });
  });

  it('asks nobody while requests are switched off', async () => {
    web = createNodeWeb({
      ...{ hubEndpoint: hub.endpoint, token: undefined, userAgent: 'modelshelf/test' },
      ...{ proxyFor: rulesFor(proxy.origin), switchedOffBy: 'HF_HUB_OFFLINE' },
    });
    const details = { setting: 'HF_HUB_OFFLINE' };
    await expect(ask()).rejects.toMatchObject({ code: 'NET_SWITCHED_OFF', details });
    expect([...proxy.asked, ...hub.log]).toEqual([]);
  });
});

describe.skipIf(!canMakeCertificates)(
  'N44: https through a proxy (skipped without openssl)',
  () => {
    let certificate: ReturnType<typeof makeCertificate>;
    let hub: Hub;
    let wires: NodeWires;
    beforeAll(async () => {
      certificate = makeCertificate();
      hub = await startHub({ repos: [REPO], tls: certificate.tls });
    });
    afterAll(async () => {
      await hub.close();
      certificate.remove();
    });
    beforeEach(() => {
      hub.reset();
      wires = open(proxy.origin);
    });
    afterEach(() => {
      wires.close();
    });

    const trusted = () => createSecureContext({ ca: certificate.tls.cert });
    const open = (origin: string) => createNodeWires(trusted, rulesFor(origin));
    const ask = async () => {
      const url = new URL(`${hub.endpoint}/${REPO.name}`);
      const text = `GET ${url.pathname} HTTP/1.1\r\nhost: ${url.host}\r\n\r\n`;
      const { head, body } = await wires.ask(url, text, never);
      // To its end, so that the connection can be used again.
      await new Promise<void>((resolve, reject) => {
        const room = () => Buffer.alloc(16 * 1024);
        const end = (error?: Error) => {
          if (error) reject(error);
          else resolve();
        };
        body.pour({ room, took: () => true, end });
      });
      return head.status;
    };

    it('goes through a tunnel, which is used again', async () => {
      expect([await ask(), await ask()]).toEqual([200, 200]);
      const { host } = new URL(hub.endpoint);
      expect(proxy.asked).toMatchObject([{ method: 'CONNECT', target: host, signIn: SIGN_IN }]);
      expect(hub.log).toHaveLength(2);
    });

    it('goes through a proxy that is asked over TLS', async () => {
      const secure = await startProxy({ signIn: SIGN_IN, tls: certificate.tls });
      wires = open(secure.origin);
      expect([await ask(), await ask()]).toEqual([200, 200]);
      expect(secure.asked).toHaveLength(1);
      wires.close();
      await secure.close();
    });

    it('trusts no proxy whose certificate nobody vouches for', async () => {
      const secure = await startProxy({ tls: certificate.tls });
      wires = createNodeWires(undefined, rulesFor(secure.origin));
      const details = { host: new URL(secure.origin).host };
      await expect(ask()).rejects.toMatchObject({ code: 'NET_TLS', details });
      expect(secure.asked).toEqual([]);
      await secure.close();
    });

    it.each([
      [{ status: 407 }, 'PROXY_DENIED', 407],
      [{ status: 403 }, 'PROXY_DENIED', 403],
      [{ status: 502 }, 'PROXY_UNREACHABLE', 502],
      [{ status: 503 }, 'PROXY_UNREACHABLE', 503],
      ['drop', 'PROXY_UNREACHABLE', undefined],
      ['chatter', 'PROXY_UNREACHABLE', 200],
    ] as const)('names the proxy after %j', async (fault, code, status) => {
      proxy.faults.push(fault);
      const about = { proxy: new URL(proxy.origin).host, host: new URL(hub.endpoint).host };
      const failure = await ask().catch((error: unknown) => error);
      expect(failure).toMatchObject({ code, details: { ...about, status } });
      expect(secretOf(failure)).toBe(false);
      expect(hub.log).toEqual([]);
      expect(await ask()).toBe(200);
    });

    it('names the proxy that isn’t there', async () => {
      wires = open('http://127.0.0.1:9');
      await expect(ask()).rejects.toMatchObject({ code: 'PROXY_UNREACHABLE' });
    });

    it('waits no longer than it may for a proxy that says nothing', async () => {
      proxy.faults.push('silence');
      const url = new URL(hub.endpoint);
      const asked = rulesFor(proxy.origin)(url);
      if (!asked) throw new Error('not through the proxy');
      const tunnel = openTunnel({ proxy: asked, url, secureContext: trusted, silentMs: 50 });
      await expect(tunnel).rejects.toMatchObject({ code: 'PROXY_UNREACHABLE' });
    });

    it('leaves a silent proxy when it is told to', async () => {
      proxy.faults.push('silence');
      const stopping = new AbortController();
      const asking = wires.ask(new URL(hub.endpoint), '', stopping.signal);
      await proxy.until(() => proxy.asked.length === 1);
      stopping.abort();
      await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
    });

    it('says not a word to a server that the tunnel leads to and nobody vouches for', async () => {
      wires = createNodeWires(undefined, rulesFor(proxy.origin));
      await expect(ask()).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
      expect(hub.log).toEqual([]);
    });
  },
);
