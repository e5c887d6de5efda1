/** Selects the first model that a person downloads, so that the next press can be Chat. */
import type { LlmModelConfig } from '../modelConfig';
import type { ModelManager } from '../modelManager';
import type { ModelState } from '../modelState';
import type { Registry } from '../registry/registry';
import type { LlmSnapshot } from './llmSnapshot';
import type { ModelSelection } from './modelSelection';

export interface SelectFirstParts {
  manager: Pick<ModelManager, 'getSnapshot' | 'subscribe'>;
  registry: Pick<Registry, 'find'>;
  selection: Pick<ModelSelection, 'getSelectedModelId' | 'select'>;
  /** False for a model that probably doesn't fit: loading it unasked could end the app. */
  isWorthLoading(config: LlmModelConfig): boolean;
  /** Tells whether an answer is being written, which a selection would end. */
  session: { getSnapshot(): Pick<LlmSnapshot, 'status'> };
}

/**
 * Watches for installs from now on. A model is selected only while the selected one isn't installed, which is so before
 * the first install and after the removal of the selected model, and in place of a demo, which stands in until a model
 * comes; never in the middle of an answer. Returns the function that stops it.
 */
export function selectFirst(parts: SelectFirstParts): () => void {
  const { manager, registry, selection, session, isWorthLoading } = parts;
  /** Models that are being downloaded. */
  const coming = new Set<string>();
  let known: Readonly<Record<string, ModelState>> = {};

  function take(modelId: string): void {
    const config = registry.find(modelId);
    if (!config || isUsed(selection.getSelectedModelId(), config)) return;
    const isAnswering = session.getSnapshot().status.kind === 'generating';
    if (isAnswering || !isWorthLoading(config)) return;
    // The engine's session and the test after the install show why a model doesn't load.
    selection.select(config).catch(() => undefined);
  }

  function isUsed(selectedId: string, next: LlmModelConfig): boolean {
    if (known[selectedId]?.kind !== 'installed') return false;
    return next.demo === true || registry.find(selectedId)?.demo !== true;
  }

  function look(): void {
    const { states } = manager.getSnapshot();
    if (states === known) return;
    const before = known;
    known = states;
    for (const [modelId, state] of Object.entries(states)) {
      if (state === before[modelId]) continue;
      if (isComing(state)) coming.add(modelId);
      else if (coming.delete(modelId) && state.kind === 'installed') take(modelId);
    }
  }

  look();
  return manager.subscribe(look);
}

function isComing({ kind }: ModelState): boolean {
  return (
    kind === 'waiting' || kind === 'downloading' || kind === 'verifying' || kind === 'arriving'
  );
}
