/** Looks for newer versions, and keeps what it finds for the next start. */
import type { Digester } from '../../platform/types';
import type { HubTools } from '../discover/hubTools';
import { findUpdates, type FoundUpdates, type InstalledModel } from './findUpdates';
import { formatFound } from './formatFound';
import type { UpdateNotes } from './updateNotes';

export interface LookTools {
  hub: HubTools;
  digester: Digester;
  notes: Pick<UpdateNotes, 'get' | 'write'>;
}

/** @throws ModelError DB_FAILED; AbortError */
export async function look(
  { hub, digester, notes }: LookTools,
  asked: readonly InstalledModel[],
  signal: AbortSignal,
): Promise<FoundUpdates> {
  const found = await findUpdates({ ...hub, digester }, asked, signal);
  const updates = new Map(found.updates.map((update) => [update.modelId, update]));
  for (const { config, files } of asked) {
    const { modelId } = config;
    const update = updates.get(modelId);
    const text = update && formatFound(update, files);
    const wasAsked = text !== undefined || found.stoppedBy === undefined;
    if (wasAsked && notes.get(modelId)?.found !== text) {
      await notes.write(modelId, { found: text });
    }
  }
  return found;
}
