/** The routes of this app, by Expo Router. */
import { Link, useGlobalSearchParams, usePathname, useRouter } from 'expo-router';
import Head from 'expo-router/head';
import { useMemo } from 'react';
import type { PropsWithChildren, ReactElement } from 'react';
import { useRunningDownloads } from '../../ai/snapshots/RunningDownloadsProvider';
import { NavigationContext } from '../ui/navigation';
import type { Navigation } from '../ui/navigation';
import { downloadTitle } from '../words/downloadWords';
import { reloadApp } from './reloadApp';

export function RouterNavigation({ children }: PropsWithChildren) {
  const path = usePathname();
  const parameters = useGlobalSearchParams();
  const router = useRouter();
  const routes = useMemo(
    () => ({
      open: (route: string) => router.push(route),
      ...{ RouteLink, WindowTitle },
      reload: reloadApp,
    }),
    [router],
  );
  const navigation = useMemo<Navigation>(
    () => ({ path, parameters, ...routes }),
    [path, parameters, routes],
  );
  return <NavigationContext value={navigation}>{children}</NavigationContext>;
}

function RouteLink({ route, children }: { route: string; children: ReactElement }) {
  return (
    <Link href={route} asChild>
      {children}
    </Link>
  );
}

/** While something is downloaded, the title tells how far it is: the tab may be behind others. */
function WindowTitle({ title }: { title: string | undefined }) {
  const downloads = useRunningDownloads();
  const own = title === undefined ? 'Modelshelf' : `${title} · Modelshelf`;
  return (
    <Head>
      <title>{downloads === undefined ? own : downloadTitle(downloads)}</title>
    </Head>
  );
}
