/** Loads the selected model when the app starts, unless the app was killed during that load in the last run. */
import type { Llm } from './createLlm';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelManager } from '../modelManager';
import type { Preferences } from '../settings/preferences';

export interface BeginParts {
  llm: Llm;
  manager: Pick<ModelManager, 'getSnapshot'>;
  preferences: Preferences;
  selected: LlmModelConfig;
}

/**
 * Resolves before the model is in memory; the session's status tells how the load goes. After an interrupted load the
 * model isn't loaded again until a person asks for it. @throws ModelError DB_FAILED
 */
export async function beginWithSelected(parts: BeginParts): Promise<void> {
  const { llm, manager, preferences, selected } = parts;
  const interruptedId = await llm.sentinel.takeInterrupted();
  const isInterrupted = interruptedId === selected.modelId;
  if (interruptedId !== undefined) llm.session.noteInterrupted(interruptedId, isInterrupted);
  if (isInterrupted) return;
  const isInstalled = manager.getSnapshot().states[selected.modelId]?.kind === 'installed';
  if (!isInstalled || !preferences.getSnapshot().preloadAtStart) return;
  llm.session.load(selected).catch(() => undefined);
}
