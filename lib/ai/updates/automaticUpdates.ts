/** After the start: goes on with updates that were begun, and does what a person has allowed. Never in the way of a start. */
import type { Clock, Host } from '../../platform/types';
import type { Preferences } from '../settings/preferences';
import type { Updates } from './updates';

/** The app has loaded its model by then, or has something better to do. */
const AFTER_START_MS = 20_000;
const DAY_MS = 24 * 60 * 60 * 1000;

export interface AutomaticParts {
  updates: Pick<Updates, 'look' | 'update' | 'wantedIds' | 'getSnapshot'>;
  preferences: Pick<Preferences, 'getSnapshot'>;
  host: Pick<Host, 'isMetered'>;
  clock: Clock;
  /** When the hub was last asked, in milliseconds since 1970; undefined for never. Kept over starts. */
  lookedAt: { read(): Promise<number | undefined>; write(atMs: number): Promise<void> };
}

/** Returns the way to stop. Failures are silent: what didn't work is on the cards, or is tried tomorrow. */
export function startAutomaticUpdates(parts: AutomaticParts): () => void {
  const { clock } = parts;
  let stop = () => {};
  const stopping = new AbortController();
  const later = (delayMs: number) => {
    stop = clock.after(delayMs, () => {
      void work(parts, stopping.signal)
        .catch(() => undefined)
        .then(() => {
          if (!stopping.signal.aborted) later(DAY_MS);
        });
    });
  };
  later(AFTER_START_MS);
  return () => {
    stopping.abort();
    stop();
  };
}

async function work(parts: AutomaticParts, signal: AbortSignal): Promise<void> {
  const { updates, preferences } = parts;
  await updateEach(parts, updates.wantedIds(), signal);
  if (preferences.getSnapshot().looksForUpdates && (await isDue(parts))) {
    const { stoppedBy } = await updates.look({ signal });
    if (stoppedBy === undefined) await parts.lookedAt.write(parts.clock.nowMs());
  }
  if (!preferences.getSnapshot().updatesByItself || parts.host.isMetered?.() === true) return;
  const { updates: known, held, failures } = updates.getSnapshot();
  const free = Object.values(known).filter(({ modelId, license, config, wasRefused }) => {
    // Another licence is for a person to read.
    const isAsked = license !== undefined || config.needsAcceptance === true;
    return (
      !isAsked && !wasRefused && held[modelId] === undefined && failures[modelId] === undefined
    );
  });
  await updateEach(
    parts,
    free.map(({ modelId }) => modelId),
    signal,
  );
}

async function isDue({ lookedAt, clock }: AutomaticParts): Promise<boolean> {
  const atMs = await lookedAt.read();
  // A clock that was wrong doesn't end the looking.
  return atMs === undefined || Math.abs(clock.nowMs() - atMs) >= DAY_MS;
}

/** One after the other; each tells its failure on its card. */
async function updateEach(
  { updates }: AutomaticParts,
  modelIds: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const modelId of modelIds) {
    if (signal.aborted) return;
    await updates.update(modelId, { signal }).catch(() => undefined);
  }
}
