/** Holds the states of the manager's models and notifies listeners, at a rate that a screen can follow. */
import type { Clock } from '../../platform/types';
import type { ManagerSnapshot, ModelState } from '../modelState';
import { createPacer } from './pacer';

/** `soon` is for numbers that change continuously, `now` for changes that a person waits for. */
export type Pace = 'now' | 'soon';

export interface SnapshotStore {
  /** The same object until the next publication. */
  getSnapshot(): ManagerSnapshot;
  subscribe(listener: () => void): () => void;
  /** The latest state, published or not. */
  getState(modelId: string): ModelState;
  /** Sets several states at once; the other models' states stay. */
  setStates(states: ReadonlyMap<string, ModelState>): void;
  setState(modelId: string, state: ModelState, pace: Pace): void;
  /** Removes the states of models that aren't listed any more. */
  removeStates(modelIds: readonly string[]): void;
  /** At once by default. */
  set(change: Partial<Omit<ManagerSnapshot, 'states'>>, pace?: Pace): void;
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
      // A person waits for a change of kind, whatever pace was given.
      const isNews = latest.states[modelId]?.kind !== state.kind;
      const states = { ...latest.states, [modelId]: state };
      update({ ...latest, states }, isNews ? 'now' : pace);
    },
    removeStates(modelIds) {
      const left = Object.entries(latest.states).filter(([id]) => !modelIds.includes(id));
      update({ ...latest, states: Object.fromEntries(left) }, 'now');
    },
    set(change, pace = 'now') {
      update({ ...latest, ...change }, pace);
    },
    close() {
      pacer.callOff();
      listeners.clear();
    },
  };
}
