/** Isolates the page where its server doesn't send the headers for that: the service worker sends them. */

/** Kept by the browser for this tab alone. */
const TRIED = 'modelshelf.isolating';
/** For the service worker to bring the page's own files. The app then goes on with one thread. */
const PATIENCE_MS = 15_000;

/**
 * Resolves at once on a page that is isolated, and where nothing can isolate it. Otherwise the page is loaded again, once,
 * through the service worker, and this never settles: an app that started now would keep its choices in another database.
 */
export async function isolatePage(
  service: ServiceWorkerContainer | undefined,
  register: () => Promise<ServiceWorkerRegistration | undefined>,
): Promise<void> {
  if (crossOriginIsolated) {
    forgetTry();
    return;
  }
  // With a controller it is the browser, or a page around this one, that doesn't isolate it.
  if (!isSecureContext || !service || service.controller) return;
  try {
    if (sessionStorage.getItem(TRIED) !== null) return;
    const registration = await register();
    if (!registration || !(await becomesActive(registration))) return;
    sessionStorage.setItem(TRIED, 'yes');
  } catch {
    // The browser forbids service workers or storage.
    return;
  }
  location.reload();
  await new Promise(() => undefined);
}

function forgetTry(): void {
  try {
    sessionStorage.removeItem(TRIED);
  } catch {
    // Without storage there was no try.
  }
}

function becomesActive({ active, installing, waiting }: ServiceWorkerRegistration) {
  const worker = active ?? waiting ?? installing;
  return new Promise<boolean>((resolve) => {
    const look = () => {
      if (worker?.state === 'activated') resolve(true);
      if (worker?.state === 'redundant') resolve(false);
    };
    setTimeout(() => {
      resolve(false);
    }, PATIENCE_MS);
    worker?.addEventListener('statechange', look);
    look();
  });
}
