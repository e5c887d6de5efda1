/**
 * The screens of a page by their routes. The page's first code uses this module, so that it imports nothing that renders.
 */
import { lazy } from 'react';
import type { ComponentType, ReactElement } from 'react';
import { routes } from './pageRoutes';

interface Route {
  default: ComponentType;
}

const NOT_FOUND = './+not-found.tsx';

const loaded = new Map<string, Route>();

async function load(key: string): Promise<Route> {
  const route = (await routes(key)) as Route;
  loaded.set(key, route);
  return route;
}

/** What is there already is given at once: React shows a part that it had to wait for a third of a second later. */
function find(key: string): Promise<Route> {
  const route = loaded.get(key);
  if (route === undefined) return load(key);
  const atOnce: PromiseLike<Route> = { then: (give) => give?.(route) as never };
  return atOnce as Promise<Route>;
}

const keys = new Map(
  routes
    .keys()
    .filter((key) => !/\/[_+]/.test(key))
    .map((key) => [key.replace(/^\.|(\/index)?\.tsx$/g, '') || '/', key] as const),
);
const screens = new Map<string, ReactElement>();
for (const key of [...keys.values(), NOT_FOUND]) {
  const Screen = lazy(() => find(key));
  screens.set(key, <Screen />);
}

export const basePath = () => globalThis.modelshelfPage?.basePath ?? '';
/** The route of an address: below the app's own path, without the slash at the end that some hosts add. */
export const routeOf = (address: string) =>
  address.slice(basePath().length).replace(/\/+$/, '') || '/';
const keyOf = (route: string) => keys.get(route) ?? NOT_FOUND;

export const screenOf = (route: string): ReactElement | undefined => screens.get(keyOf(route));

/** Resolves when the code of the screen that is shown first is there, or can't be loaded: the screen then says so. */
export async function preloadScreen(): Promise<void> {
  await load(keyOf(routeOf(location.pathname))).catch(() => undefined);
}
