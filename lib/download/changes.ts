/** Waits for the next thing that happens, whichever it is, without missing one that comes before the waiting. */
export interface Changes {
  tell: () => void;
  /** Resolves once something was told since the last time. */
  next: () => Promise<void>;
}

export function createChanges(): Changes {
  let tell: () => void = () => undefined;
  const listen = () =>
    new Promise<void>((resolve) => {
      tell = resolve;
    });
  let told = listen();
  return {
    tell: () => {
      tell();
    },
    async next() {
      await told;
      told = listen();
    },
  };
}
