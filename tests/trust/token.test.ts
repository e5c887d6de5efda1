import { createServer } from 'node:http';

import { expect, it } from 'vitest';

import { authorizationFor } from '../../lib/platform/addresses/hops';
import type { FileRequest } from '../../lib/platform/types';
import { listen, stop } from '../hub/listen';
import { MANY_PIECES, SECRETS } from './nodeScene';
import { sceneForEach } from './sceneForEach';
import { addressOf, at, pinned, REPO, tagged, TOKEN } from './served';

const stage = sceneForEach();
const signedIn = () => stage.hub.log.filter(({ headers }) => 'authorization' in headers);

/** A server that belongs to nobody here, and everything that it was sent. */
async function startStranger(respond: (origin: string) => { status: number; location?: string }) {
  const received: string[] = [];
  let origin = '';
  const server = createServer((request, response) => {
    received.push(JSON.stringify([request.url, request.rawHeaders]));
    const { status, location } = respond(origin);
    response.writeHead(status, location === undefined ? {} : { location }).end();
  });
  origin = await listen(server, 0);
  return { origin, received, close: () => stop(server) };
}

it('S1: sends the token with each of a thousand requests to the hub, and with none to where they lead', async () => {
  const { hub, scene } = stage;
  const { downloader } = scene.platform;
  const url = addressOf(hub, 'tiny.gguf');
  const ignored = () => undefined;
  const events = { onAnswer: ignored, onProgress: ignored, onUnderway: ignored };
  for (let offsetBytes = 0; offsetBytes < 1000; offsetBytes += 1) {
    const range = { offsetBytes, endBytes: offsetBytes + 1, expectedBytes: undefined };
    const terms = { acceptsWhole: true, isRest: true, versions: undefined };
    const request: FileRequest = { url, path: 'part', ...terms, ...range };
    await downloader.fetchFile(request, events, new AbortController().signal);
  }
  expect(signedIn().map(({ origin }) => origin)).toEqual(Array(1000).fill('hub'));
  expect(hub.log.filter(({ origin }) => origin === 'cdn')).toHaveLength(1000);
});

it('S1: sends it to nobody on the way through another origin, and to the hub again after that', async () => {
  const { hub } = stage;
  const there = addressOf(hub, 'tiny.gguf', { revision: REPO.commit });
  const stranger = await startStranger(() => ({ status: 302, location: there }));
  stage.onHub({ location: `${stranger.origin}/away` }, 1);
  await stage.scene.ensure();
  expect(stranger.received).toHaveLength(1);
  expect(stranger.received.join()).not.toContain(TOKEN);
  expect(signedIn().map(({ origin }) => origin)).toEqual(['hub', 'hub']);
  await stranger.close();
});

it('S1: sends it to none of the addresses that a catalog names', async () => {
  const stranger = await startStranger(() => ({ status: 404 }));
  await stage.reopen({ models: [at(pinned(stage.hub), `${stranger.origin}/tiny.gguf`)] });
  await stage.scene.failure(['HTTP_NOT_FOUND']);
  expect(stranger.received).toHaveLength(1);
  expect(stranger.received.join()).not.toContain(TOKEN);
  await stranger.close();
  await stage.reopen();
});

it('S2: has no way to send a header of the caller’s, which a redirect would take along', () => {
  const request: FileRequest = {
    ...{ url: '', path: '', offsetBytes: 0, endBytes: undefined, expectedBytes: undefined },
    acceptsWhole: true,
    isRest: true,
    // @ts-expect-error -- the port takes no headers
    headers: { 'x-api-key': TOKEN },
  };
  expect(request).toBeDefined();
});

it('S2: sends another origin the headers that it needs and no other', async () => {
  const stranger = await startStranger(() => ({ status: 404 }));
  await stage.reopen({ models: [at(pinned(stage.hub), `${stranger.origin}/tiny.gguf`)] });
  await stage.scene.failure(['HTTP_NOT_FOUND']);
  const [, headers] = JSON.parse(stranger.received[0] ?? '') as [string, string[]];
  const names = headers.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const expected = ['accept', 'accept-encoding', 'connection', 'host', 'range', 'user-agent'];
  expect(names.sort()).toEqual(expected);
  await stranger.close();
  await stage.reopen();
});

it.each([
  'https://huggingface.co@evil.example/',
  'https://huggingface.co:443@evil.example/',
  'https://huggingface.co%40evil.example/',
  'https://huggingface.co.evil.example/',
  'https://huggingface.co-evil.example/',
  'https://evil.example/huggingface.co',
  'https://evil.example/?https://huggingface.co/',
  'https://evil.example/#huggingface.co',
  'https://evil.example\\@huggingface.co/',
  'https://huggingface.co./',
  'https://www.huggingface.co/',
  'https://cdn.huggingface.co/',
  'https://hf.co/',
  'https://cdn-lfs.hf.co/',
  'https://us.aws.cdn.hf.co/',
  'http://huggingface.co/',
  'http://huggingface.co:443/',
  'https://huggingface.co:444/',
  'https://huggingface.co:80/',
  'https://huggingface.co:8443/',
  'https://huggingface.com/',
  'https://huggingface.co.uk/',
  'https://hugginface.co/',
  'https://hugging-face.co/',
  'https://huggingfaceco/',
  'https://huggingface.cо/',
  'https://huggіngface.co/',
  'https://xn--huggngface-1pi.co/',
  'https://huggingface.co%2eevil.example/',
  'https://huggingface%2eco.evil.example/',
  'https://huggingface.co。evil.example/',
  'https://huggingface.co\u200b.evil.example/',
  'https://127.0.0.1/',
  'https://localhost/',
  'https://[::1]/',
  'https://0x7f.1/',
  'ftp://huggingface.co/',
  'wss://huggingface.co/',
  'blob:https://huggingface.co/1',
  'file://huggingface.co/tiny.gguf',
])('S3: sends no token to %s', (address) => {
  const access = { hubEndpoint: 'https://huggingface.co', token: () => TOKEN };
  // What isn't an address of the web is never asked at all.
  const isAsked = URL.canParse(address) && /^https?:/.test(address);
  expect(isAsked ? authorizationFor(new URL(address), access) : {}).toEqual({});
});

it.each(['https://huggingface.co/', 'HTTPS://HUGGINGFACE.CO:443/x', 'https://huggingface。co/'])(
  'S3: sends it to the hub however its address is written: %s',
  (address) => {
    const access = { hubEndpoint: 'https://huggingface.co', token: () => TOKEN };
    expect(authorizationFor(new URL(address), access)).toEqual({
      authorization: `Bearer ${TOKEN}`,
    });
  },
);

it('S4: goes to no other server because the hub’s challenge names one', async () => {
  const stranger = await startStranger(() => ({ status: 200 }));
  const challenge = `Bearer realm="${stranger.origin}/token",service="evil"`;
  stage.onHub({ status: 401, body: 'json', headers: { 'www-authenticate': challenge } });
  await stage.scene.failure(['HTTP_DENIED']);
  expect(stranger.received).toEqual([]);
  await stranger.close();
});

it('S5: leaves no token and no signed address on the disk or in the database when it is stopped', async () => {
  const { hub } = stage;
  await stage.reopen({ models: [tagged(hub)], runtime: 'executorch', sizes: MANY_PIECES });
  hub.faults.push({ origin: 'cdn', skip: 3, fault: { stallAfter: 10_000 } });
  const { scene } = stage;
  const done = scene.manager.ensureModelPresent(tagged(hub)).catch(() => undefined);
  await hub.until(({ state }) => state === 'stalled');
  scene.manager.pauseDownload(tagged(hub));
  await done;
  const { texts } = await scene.kept();
  expect(Object.keys(texts)).toContain('.staging-executorch/tiny/plan.json');
  expect(JSON.stringify(await scene.kept())).not.toMatch(SECRETS);
});

it('S5: leaves none when it is done', async () => {
  await stage.scene.ensure();
  const kept = await stage.scene.kept();
  expect(Object.keys(kept.texts)).toEqual(expect.arrayContaining(['tiny/model.json']));
  expect(JSON.stringify(kept)).toContain('downloaded_model');
  expect(JSON.stringify(kept)).not.toMatch(SECRETS);
});
