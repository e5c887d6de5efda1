/** Holds what the manager says of its models and tells listeners, at a pace that a screen can follow. */
import type { Clock } from '../../platform/types';
import type { ManagerSnapshot, ModelState } from '../modelState';
import { createPacer } from './pacer';

/** `soon` is for numbers that change by themselves, `now` for what a person waits for. */
export type Pace = 'now' | 'soon';

export interface SnapshotStore {
  /** The same object until the next publication. */
  getSnapshot(): ManagerSnapshot;
  subscribe(listener: () => void): () => void;
  /** The latest state, published or not. */
  getState(modelId: string): ModelState;
  /** Many at once; the others stay. */
  setStates(states: ReadonlyMap<string, ModelState>): void;
  setState(modelId: string, state: ModelState, pace: Pace): void;
  set(change: Partial<Omit<ManagerSnapshot, 'states'>>): void;
  close(): void;
}

export function createSnapshotStore(clock: Clock, initial: ManagerSnapshot): SnapshotStore {
  const listeners = new Set<() => void>();
  let published = initial;
  let latest = initial;
  const pacer = createPacer(clock, () => {
    published = latest;
    for (const listener of [...listeners]) listener();
  });

  function update(next: ManagerSnapshot, pace: Pace) {
    latest = next;
    pacer[pace]();
  }

  return {
    getSnapshot: () => published,
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    getState: (modelId) => latest.states[modelId] ?? { kind: 'absent' },
    setStates(states) {
      update({ ...latest, states: { ...latest.states, ...Object.fromEntries(states) } }, 'now');
    },
    setState(modelId, state, pace) {
      // A change of kind is what a person waits for, whoever reports it.
      const isNews = latest.states[modelId]?.kind !== state.kind;
      const states = { ...latest.states, [modelId]: state };
      update({ ...latest, states }, isNews ? 'now' : pace);
    },
    set(change) {
      update({ ...latest, ...change }, 'now');
    },
    close() {
      pacer.callOff();
      listeners.clear();
    },
  };
}
