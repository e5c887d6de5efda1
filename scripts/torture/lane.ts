/** What lives are played on, one after the other: a hub, and the command pointed at it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHub, type Hub } from '../../tests/hub/server';
import { MODELS, catalogText } from './fixture';
import { startCli, type CliRun } from './startCli';
import type { Weather } from './weather';

export interface Lane {
  hub: Hub;
  /** From now on; what was ordered and logged before is forgotten. */
  setWeather(weather: Weather): void;
  startCli(folder: string, args: readonly string[]): CliRun;
  /** Resolves when no answer is on its way: the log then says all that was sent. */
  untilQuiet(): Promise<void>;
  close(): Promise<void>;
}

/** A stall ends at the next beat: short for a person, and far from where a client gives up. */
const BEAT_MS = 150;

export async function openLane(): Promise<Lane> {
  const hub = await startHub({ repos: MODELS.map(({ repo }) => repo) });
  const home = await mkdtemp(join(tmpdir(), 'torture-hub-'));
  const catalogFile = join(home, 'catalog.json');
  await writeFile(catalogFile, catalogText(hub.endpoint));
  let staysSilent = false;
  const beat = setInterval(() => {
    if (!staysSilent) hub.release();
  }, BEAT_MS);
  return {
    hub,
    setWeather(weather) {
      hub.reset();
      hub.faults.push(...weather.rules);
      ({ staysSilent } = weather);
    },
    startCli(folder, args) {
      const common = ['--dir', folder, '--catalog', catalogFile, '--quiet'];
      return startCli([...common, ...args], { HF_ENDPOINT: hub.endpoint });
    },
    async untilQuiet() {
      const isOpen = ({ state }: Hub['log'][number]) => state === 'open' || state === 'stalled';
      const open = hub.log.filter(isOpen);
      await Promise.all(
        open.map((entry) => hub.until((other) => other === entry && !isOpen(other))),
      );
    },
    async close() {
      clearInterval(beat);
      await hub.close();
      await rm(home, { recursive: true });
    },
  };
}
