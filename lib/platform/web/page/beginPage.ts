/**
 * The page's first script: it finds out where the app is, gets it its isolation and its service worker, and tells of
 * updates. It is complete in itself, because it runs before the app's code is loaded.
 */
import type { AppPage, PageUpdate } from '../../pagePort';
import type { PageBuild, WorkerRequest } from './build';
import { isolatePage } from './isolatePage';
import { dismiss, isDismissed } from './oneThreadNote';
import { showFailure, showFirstVisit, wordsFor } from './startWords';

/** Undefined on Metro's development server, which has no service worker. */
declare const PAGE_BUILD: PageBuild | undefined;

const UPDATE_CHECK_MS = 60 * 60 * 1000;
/** For a worker that doesn't take over: the page is loaded again anyway. */
const TAKE_OVER_MS = 5_000;

const folder = new URL('.', (document.currentScript as HTMLScriptElement).src);
// Missing in some private windows, and on pages that came over plain http.
const { serviceWorker: service } = navigator as { serviceWorker?: ServiceWorkerContainer };
const listeners = new Set<() => void>();
const words = PAGE_BUILD && wordsFor(navigator.languages, PAGE_BUILD.words);
let update: PageUpdate = 'none';

let registration: Promise<ServiceWorkerRegistration | undefined> | undefined;
const register = () => (registration ??= beginRegistration());

async function beginRegistration() {
  const worker = await service?.register(new URL('sw.js', folder), { updateViaCache: 'none' });
  if (worker) watchUpdates(worker);
  return worker;
}

globalThis.modelshelfPage = {
  basePath: folder.pathname.slice(0, -1),
  folders: PAGE_BUILD?.folders ?? { workers: 'workers', engine: 'engine' },
  ready: PAGE_BUILD === undefined ? Promise.resolve() : isolatePage(service, register),
  tellsOfOneThread: !crossOriginIsolated && !isDismissed(),
  dismissOneThread: dismiss,
  showFailure: tellFailure,
  getUpdate: () => update,
  subscribe(listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  reload: () => void reload(),
} satisfies AppPage;

if (words) {
  // A service worker has the whole app in this browser.
  if (!service?.controller) showFirstVisit(words);
  const look = (event: Event) => {
    // An ErrorEvent tells of code that can't be run: some hosts send their page in place of a script that is gone.
    if (event.target instanceof HTMLScriptElement || event instanceof ErrorEvent) tellFailure();
  };
  // Captured: a script that can't be loaded doesn't tell the window.
  addEventListener('error', look, true);
}
if (PAGE_BUILD !== undefined) addEventListener('load', () => void serveOffline());

/** After the page has loaded, so that it doesn't compete with it. */
async function serveOffline(): Promise<void> {
  await globalThis.modelshelfPage?.ready;
  try {
    await register();
    const ready = await service?.ready;
    ready?.active?.postMessage('bring-engine' satisfies WorkerRequest);
  } catch {
    // The browser forbids service workers, or there is no room for one. The app works from its server then.
  }
}

function watchUpdates(worker: ServiceWorkerRegistration): void {
  if (!service) return;
  const hadController = service.controller !== null;
  const look = () => {
    if (worker.waiting && service.controller) tell('waiting');
  };
  look();
  worker.addEventListener('updatefound', () => {
    worker.installing?.addEventListener('statechange', look);
  });
  service.addEventListener('controllerchange', () => {
    if (hadController) tell('elsewhere');
  });
  let checkedAt = Date.now();
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || Date.now() - checkedAt < UPDATE_CHECK_MS) return;
    checkedAt = Date.now();
    // Without a connection the next check finds the same.
    worker.update().catch(() => undefined);
  });
}

function tell(news: PageUpdate): void {
  update = news;
  for (const listener of listeners) listener();
}

function tellFailure(): void {
  if (words) showFailure(words, () => void reload());
}

async function reload(): Promise<void> {
  const worker = await service?.getRegistration(folder.href).catch(() => undefined);
  const again = () => {
    location.reload();
  };
  if (!worker?.waiting) {
    again();
    return;
  }
  service?.addEventListener('controllerchange', again);
  setTimeout(again, TAKE_OVER_MS);
  worker.waiting.postMessage('take-over' satisfies WorkerRequest);
}
