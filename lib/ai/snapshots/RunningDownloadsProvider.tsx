/** The running downloads for parts of the app that surround every screen, also before the app has started. */
import { createContext, use, useMemo, useRef, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import type { ModelManager } from '../modelManager';
import { findModel } from '../modelConfig';
import type { Registry } from '../registry/registry';
import { runningDownloads, type RunningDownloads } from './runningDownloads';

type Source = Readonly<{
  manager: Pick<ModelManager, 'getSnapshot' | 'subscribe'>;
  registry: Pick<Registry, 'getModels'>;
}>;

export interface ShownDownloads {
  count: number;
  percent: number | undefined;
  /** Of the one model; undefined for several. */
  name: string | undefined;
}

const SourceContext = createContext<Source | undefined>(undefined);

/** `shelf` is undefined until the app has started. */
export function RunningDownloadsProvider({
  shelf,
  children,
}: PropsWithChildren<{ shelf: Source | undefined }>) {
  return <SourceContext value={shelf}>{children}</SourceContext>;
}

/** Undefined where nothing is downloaded. Rendered again only when a per cent is complete. */
export function useRunningDownloads(): ShownDownloads | undefined {
  const source = use(SourceContext);
  const shown = useRef<RunningDownloads>(undefined);
  const running = useSyncExternalStore(source?.manager.subscribe ?? neverChanges, () => {
    const now = source && runningDownloads(source.manager.getSnapshot());
    if (!isSame(shown.current, now)) shown.current = now;
    return shown.current;
  });
  return useMemo(() => {
    if (!running) return undefined;
    const { modelIds, percent } = running;
    const [only] = modelIds.length === 1 ? modelIds : [];
    const models = source?.registry.getModels() ?? [];
    const name = only === undefined ? undefined : (findModel(models, only)?.displayName ?? only);
    return { count: modelIds.length, percent, name };
  }, [running, source]);
}

const neverChanges = () => () => undefined;

function isSame(one: RunningDownloads | undefined, other: RunningDownloads | undefined): boolean {
  return one?.percent === other?.percent && one?.modelIds.join() === other?.modelIds.join();
}
