/**
 * The service worker: it keeps the app's own files on this device, answers with them, and adds the headers that isolate
 * the page. Models never pass through it: they come from other origins, and lie in the page's private storage.
 */
import { Serwist } from 'serwist';
import { hasMemory64 } from '../hasMemory64';
import type { PageBuild, PrecachedFile, WorkerRequest } from './build';
import { forgetOlderBuilds, noteBuild } from './keptBuilds';
import { isolated, shellAt } from './servedAnswer';

declare const PAGE_BUILD: PageBuild & {
  /** Without these nothing works. */
  shell: readonly PrecachedFile[];
  /** The engine's builds and its demo, at addresses that change with their contents. */
  engine: readonly string[];
};
/** Written by the app's own server: it changes with the headers of the page. */
declare const SERVER_SETTINGS: string | undefined;

/** Beside the app, and changed by whoever serves it. */
const SETTINGS_FILES = ['config.json', 'catalog.json', 'catalog.signature.json'];
const SETTINGS_MS = 2_000;

interface WorkerScope {
  registration: { scope: string; active: unknown };
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(
    kind: 'install' | 'activate' | 'fetch' | 'message',
    listener: (event: WorkerEvent) => void,
  ): void;
}

interface WorkerEvent extends Event {
  request: Request;
  data: WorkerRequest;
  respondWith(answer: Promise<Response>): void;
  waitUntil(work: Promise<unknown>): void;
}

const scope = globalThis as unknown as WorkerScope;
const { scope: folder } = scope.registration;
const settings = typeof SERVER_SETTINGS === 'string' ? SERVER_SETTINGS : '';

const serwist = new Serwist({
  precacheEntries: PAGE_BUILD.shell.map(({ url, revision }) => ({
    url: new URL(url, folder).href,
    revision: revision === null ? null : revision + settings,
  })),
});
/** Of the engine's two builds a browser runs one, and never fetches the other. */
const engineFiles = PAGE_BUILD.engine.filter((name) => {
  const isCompat = name.includes('/compat/');
  return hasMemory64() ? !isCompat : isCompat || !name.endsWith('/wllama.wasm');
});
const cacheName = serwist.precacheStrategy.cacheName;
const openCache = () => caches.open(cacheName);
const openSettings = () => caches.open(`modelshelf-settings-${folder}`);

scope.addEventListener('install', (event) => {
  // An update is offered when it is whole; the first visit doesn't wait for the engine.
  const isUpdate = Boolean(scope.registration.active);
  const installed = serwist.handleInstall(event as never);
  event.waitUntil(Promise.all([installed, isUpdate ? bringEngine() : undefined]));
});

scope.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      const keys = [...serwist.getPrecachedUrls(), ...engineFiles.map(addressOf)];
      const own = keys.map((url) => serwist.getPrecacheKeyForUrl(url) ?? url);
      const cache = await openCache();
      await noteBuild(cache, { folder, id: PAGE_BUILD.id + settings, addresses: own });
      await forgetOlderBuilds(cache, folder);
      await scope.clients.claim();
    })(),
  );
});

scope.addEventListener('message', (event) => {
  if (event.data === 'take-over') event.waitUntil(scope.skipWaiting());
  if (event.data === 'bring-engine') event.waitUntil(bringEngine());
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname, href } = new URL(request.url);
  const isOwn = origin === new URL(folder).origin && href.startsWith(folder);
  if (!isOwn || !['GET', 'HEAD'].includes(request.method)) return;
  const name = pathname.slice(new URL(folder).pathname.length);
  if (request.mode === 'navigate') {
    // A name with an extension is a file that a person opens; `qwen-3-0.6b` has none.
    if (!/\.[a-z]\w*$/i.test(name)) event.respondWith(shell(request));
  } else if (SETTINGS_FILES.includes(name)) event.respondWith(newestSettings(request));
  else event.respondWith(file(request));
});

const addressOf = (name: string) => new URL(name, folder).href;

async function shell(request: Request): Promise<Response> {
  const page = await serwist.matchPrecache(addressOf('./'));
  return page ? shellAt(page, new URL(folder).pathname) : isolated(await fetch(request));
}

/** Of this build or, for a page that is still of an older one, of that: their addresses differ. */
async function file(request: Request): Promise<Response> {
  // SQLite asks for its second worker with a query.
  const { origin, pathname } = new URL(request.url);
  const url = origin + pathname;
  const kept = (await serwist.matchPrecache(url)) ?? (await (await openCache()).match(url));
  if (!kept) return isolated(await fetch(request));
  return isolated(request.method === 'HEAD' ? new Response(null, kept) : kept);
}

/** As the server has them now; those of the last visit without a connection. */
async function newestSettings(request: Request): Promise<Response> {
  const cache = await openSettings();
  const coming = fetch(request).then(async (answer) => {
    if (answer.ok) await cache.put(request.url, answer.clone());
    return answer;
  });
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, SETTINGS_MS));
  const answer = await Promise.race([coming, late]).catch(() => undefined);
  return isolated(answer ?? (await cache.match(request.url)) ?? (await coming));
}

async function bringEngine(): Promise<void> {
  const cache = await openCache();
  for (const address of engineFiles.map(addressOf)) {
    if (!(await cache.match(address))) await cache.add(address);
  }
}
