/** A bell for one listener: many may ring it, and each ring after the last hearing is heard. */
export interface Changes {
  tell(): void;
  /** Resolves once something was told since the last time. */
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
