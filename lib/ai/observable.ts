/** A value that notifies its listeners of changes: the smallest store that React can subscribe to. */
export interface Observable<Value> {
  /** The same value until `set`. */
  get(): Value;
  /** Doesn't call listeners when the value is the same. */
  set(value: Value): void;
  subscribe(listener: () => void): () => void;
}

export function createObservable<Value>(initial: Value): Observable<Value> {
  const listeners = new Set<() => void>();
  let current = initial;
  return {
    get: () => current,
    set(value) {
      if (Object.is(value, current)) return;
      current = value;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}
