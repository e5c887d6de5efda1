/** Speed and time left, computed from the bytes that arrived in the last seconds. Pure arithmetic over samples. */

/** Long enough for a steady value, short enough to notice a change of network. */
const WINDOW_MS = 5_000;
const SHORTEST_SPAN_MS = 500;

export interface RateMeter {
  add(atMs: number, receivedBytes: number): void;
  /** Undefined until the samples cover half a second. */
  bytesPerSecond(): number | undefined;
}

export function createRateMeter(): RateMeter {
  let samples: { atMs: number; receivedBytes: number }[] = [];
  return {
    add(atMs, receivedBytes) {
      const last = samples.at(-1);
      // A transfer that started over would give a negative rate.
      if (last && receivedBytes < last.receivedBytes) samples = [];
      samples.push({ atMs, receivedBytes });
      while (samples.length > 2 && (samples[1]?.atMs ?? atMs) <= atMs - WINDOW_MS) samples.shift();
    },
    bytesPerSecond() {
      const first = samples[0];
      const last = samples.at(-1);
      if (!first || !last || last.atMs - first.atMs < SHORTEST_SPAN_MS) return undefined;
      return ((last.receivedBytes - first.receivedBytes) * 1000) / (last.atMs - first.atMs);
    },
  };
}

/** Undefined when the total isn't known or nothing moves. */
export function secondsLeft(
  remainingBytes: number | undefined,
  bytesPerSecond: number | undefined,
): number | undefined {
  if (remainingBytes === undefined || !bytesPerSecond || bytesPerSecond <= 0) return undefined;
  return remainingBytes / bytesPerSecond;
}
