/** The routes around the components, which a router supplies. Without one, no button or link leads to a route. */
import { createContext, use } from 'react';
import type { ComponentType, ReactElement } from 'react';

/** Where the screen is on which a person adds a model. */
export const ADD_ROUTE = '/settings/models/add';

export interface Navigation {
  /** The path of the screen that is shown, with a slash at its start. */
  path: string;
  /** Those of the address of the screen that is shown; anybody can write them into a link. */
  parameters: Readonly<Record<string, string | string[] | undefined>>;
  /** The same function whatever the path is. */
  open(route: string): void;
  /** Makes its child, which takes the props of a Pressable, a link to a route. */
  RouteLink: ComponentType<{ route: string; children: ReactElement }>;
  /** Sets the title of the window; undefined stands for the app's own name. */
  WindowTitle: ComponentType<{ title: string | undefined }>;
  /** Starts the app again. The same function whatever the path is. */
  reload(): void;
}

export const NavigationContext = createContext<Navigation | undefined>(undefined);

/** Undefined in an app that supplies no routes. */
export function useNavigation(): Navigation | undefined {
  return use(NavigationContext);
}
