/** What a part of the proof found out, in a line for the person who runs it. */
import type { GenerationStats } from '../../../lib/platform/types';

/** How far what the app says of a model's memory may be from what its process really took. */
export const LARGEST_ERROR = 0.2;

export interface Found {
  loadMs: number | undefined;
  answers: readonly { text: string; stats: GenerationStats }[];
  contextTokens: number;
  /** Before anything was loaded. */
  estimatedBytes: number;
  /** What it says after a load. */
  measuredBytes: number;
  /** What the process took at most; undefined where the system doesn't tell. */
  occupiedBytes: number | undefined;
}

export function noteOf(what: string, found: Found): string {
  const { loadMs, answers, contextTokens, estimatedBytes, measuredBytes, occupiedBytes } = found;
  const said = answers.map(({ text }) => JSON.stringify(text.trim())).join(', ');
  const middle = (read: (stats: GenerationStats) => number) => {
    const values = answers.map(({ stats }) => read(stats)).sort((one, other) => one - other);
    return values[Math.floor(values.length / 2)] ?? NaN;
  };
  const firstMs = middle((stats) => stats.timeToFirstTokenMs);
  const rate = middle((stats) => stats.tokensPerSecond);
  return (
    `${what}: ${said}; load ${(loadMs ?? NaN).toFixed(0)} ms, first token ${firstMs.toFixed(0)} ms, ` +
    `${rate.toFixed(1)} tokens/s; memory at ${String(contextTokens)} tokens: estimated ${mega(estimatedBytes)}, ` +
    `measured ${mega(measuredBytes)}, really at most ${mega(occupiedBytes)}`
  );
}

export function mega(bytes: number | undefined): string {
  return bytes === undefined ? 'not told' : `${(bytes / 1e6).toFixed(0)} MB`;
}
