/** Holds stalled answers until the hub releases them. */
export interface Gate {
  /** Settles at the next release, or when `gone` is aborted. */
  wait(gone: AbortSignal): Promise<void>;
  release(): void;
}

export function createGate(): Gate {
  const waiting = new Set<() => void>();
  return {
    wait(gone) {
      return new Promise((resolve) => {
        const done = () => {
          waiting.delete(done);
          gone.removeEventListener('abort', done);
          resolve();
        };
        if (gone.aborted) {
          resolve();
          return;
        }
        waiting.add(done);
        gone.addEventListener('abort', done);
      });
    },
    release() {
      for (const done of [...waiting]) done();
    },
  };
}
