/** Binds the comparison of models to React. */
import { createContext, use, useMemo, useSyncExternalStore } from 'react';
import type { PropsWithChildren } from 'react';
import type { Comparison, ComparisonSnapshot } from './comparison';

export interface ComparisonBinding
  extends ComparisonSnapshot, Pick<Comparison, 'ask' | 'stop' | 'keep'> {
  /** Whether an answer is being written, or waits to be. */
  isRunning: boolean;
}

const ComparisonContext = createContext<Comparison | undefined>(undefined);

export function ComparisonProvider({
  comparison,
  children,
}: PropsWithChildren<{ comparison: Comparison }>) {
  return <ComparisonContext value={comparison}>{children}</ComparisonContext>;
}

/** @throws Error outside of a ComparisonProvider: render the component inside of the app's root layout. */
export function useComparison(): ComparisonBinding {
  const comparison = use(ComparisonContext);
  if (comparison === undefined)
    throw new Error('useComparison needs a ComparisonProvider above it.');
  const snapshot = useSyncExternalStore(comparison.subscribe, comparison.getSnapshot);
  return useMemo(() => {
    const { ask, stop, keep } = comparison;
    const isRunning = snapshot.answers.some(
      ({ outcome: { kind } }) => kind === 'waiting' || kind === 'streaming',
    );
    return { ...snapshot, isRunning, ask, stop, keep };
  }, [comparison, snapshot]);
}
