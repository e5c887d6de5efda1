/** Tells one listener that something has changed. A change that comes before it listens isn't lost. */
export interface Changes {
  tell(): void;
  /** Resolves when something has changed since the last call, or since the start. */
  next(): Promise<void>;
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
