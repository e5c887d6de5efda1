/** Keeps the newest of some answers that never change. */
export interface Recent<Value> {
  find(key: string): Value | undefined;
  /** Drops the oldest ones that are too many. */
  keep(key: string, value: Value): void;
}

export function createRecent<Value>(most: number): Recent<Value> {
  const values = new Map<string, Value>();
  return {
    find: (key) => values.get(key),
    keep(key, value) {
      values.delete(key);
      values.set(key, value);
      for (const oldest of values.keys()) {
        if (values.size <= most) break;
        values.delete(oldest);
      }
    },
  };
}
