import { createSecureContext } from 'node:tls';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { createNodeDownloader } from '../../lib/platform/node/nodeDownloader';
import { createNodeWeb } from '../../lib/platform/node/http/nodeRequest';
import { createNodeWires } from '../../lib/platform/node/http/nodeWires';
import type { Platform } from '../../lib/platform/types';
import { sceneForEach } from './sceneForEach';
import { addressOf, at, pinned, REPO, SIZE } from './served';
import {
  alert,
  createAuthority,
  hasOpenssl,
  PLAIN_503,
  startWire,
  type Authority,
  type Certificate,
  type Wire,
} from './wire';

const FOREVER = 100;

describe.skipIf(!hasOpenssl)('over TLS (skipped without openssl)', () => {
  let authority: Authority;
  let wire: Wire;
  const webs = new Set<{ close(): void }>();
  beforeAll(() => {
    authority = createAuthority();
  });
  // Before the scene's own, and so run after it: that asks once more.
  afterEach(async () => {
    for (const web of webs) web.close();
    webs.clear();
    await wire.close();
  });
  afterAll(() => {
    authority.remove();
  });
  const stage = sceneForEach();

  /** Node's downloader, trusting the authority. */
  function trusting({ host }: Platform): Partial<Platform> {
    const { certificate } = authority;
    const access = { hubEndpoint: stage.hub.endpoint, token: undefined, userAgent: 'test' };
    const wires = createNodeWires(() => createSecureContext({ ca: certificate }));
    const web = createNodeWeb(access, wires);
    webs.add(web);
    const options = { root: host.storageName, web, bundledFolder: '' };
    return { downloader: createNodeDownloader(options) };
  }

  function modelAt(origin: string): LlmModelConfig {
    return at(
      pinned(stage.hub),
      addressOf({ endpoint: origin }, 'git.gguf', { revision: REPO.commit }),
    );
  }

  async function serveWith(certificate: Certificate): Promise<void> {
    wire = await startWire(stage.hub.endpoint, certificate);
    await stage.reopen({ models: [modelAt(wire.origin)], change: trusting });
  }

  const codes = () =>
    [...stage.scene.shown.values()]
      .flat()
      .flatMap((state) => ('failure' in state ? [state.failure.code] : []));
  const ranges = () =>
    stage.hub.log.filter(({ status }) => status === 206).map(({ headers }) => headers['range']);

  it('N35: goes on from what it has when one byte was changed on its way', async () => {
    await serveWith(authority.sign('127.0.0.1', 2));
    // The first connection only says where the file lies.
    wire.faults.push({ kind: 'none' }, { kind: 'flip', atByte: 300_000 });
    await stage.scene.ensure();
    expect(codes()).toEqual(['NET_INTERRUPTED']);
    const [first, second] = ranges();
    expect(first).toBe(`bytes=0-${SIZE - 1}`);
    const from = Number(/^bytes=(\d+)-/.exec(second ?? '')?.[1]);
    expect(from).toBeGreaterThan(0);
    expect(from).toBeLessThan(300_000);
  });

  it.each([
    ['a plain-text 503', PLAIN_503],
    ['a handshake that failed', alert(40)],
    ['a fault of the server’s own', alert(80)],
    ['a handshake with one byte changed', { kind: 'flip', atByte: 200 }],
  ] as const)('N35: tries again after %s', async (_, fault) => {
    await serveWith(authority.sign('127.0.0.1', 2));
    wire.faults.push(fault);
    await stage.scene.ensure();
    expect(codes()).toEqual(['NET_INTERRUPTED']);
  });

  it('N35: says that the connection breaks when no version of TLS is one of both', async () => {
    await serveWith(authority.sign('127.0.0.1', 2));
    wire.faults.push(...Array<typeof PLAIN_503>(FOREVER).fill(alert(70)));
    await stage.scene.failure(['NET_INTERRUPTED']);
    expect(wire.connections()).toBe(6);
    wire.faults.length = 0;
  });

  it.each([
    ['another name', () => authority.sign('127.0.0.2', 2)],
    ['a date in the past', () => authority.sign('127.0.0.1', -1)],
    ['nobody’s signature but its own', () => authority.selfSigned('127.0.0.1')],
  ])('N35: trusts no certificate with %s, and doesn’t ask again', async (_, certificate) => {
    await serveWith(certificate());
    await stage.scene.failure(['NET_TLS']);
    expect(wire.connections()).toBe(1);
    expect(stage.hub.log).toEqual([]);
    await stage.reopen();
  });

  it('N35: trusts no certificate of an authority that it doesn’t know', async () => {
    wire = await startWire(stage.hub.endpoint, authority.sign('127.0.0.1', 2));
    await stage.reopen({ models: [modelAt(wire.origin)] });
    await stage.scene.failure(['NET_TLS']);
    expect(wire.connections()).toBe(1);
    await stage.reopen();
  });
});
