/** Runs parts of the proof, where the models can be had; else says why not. */
import { runVitest } from '../../checks/runTests';
import type { StepResult } from '../../checks/tally';
import { bringModel } from './bringModel';
import type { ProofModel } from './models';

export interface ProofOrder {
  models: readonly ProofModel[];
  /** Of `terminal`, `engine`, `chromium`. */
  parts: readonly string[];
  environment: Record<string, string>;
}

/** One skipped test and its reason where a model can't be had. @throws Error where its file isn't the pinned one */
export async function proveModels({ models, parts, environment }: ProofOrder): Promise<StepResult> {
  const notes: string[] = [];
  for (const model of models) {
    const brought = await bringModel(model);
    if ('missing' in brought) {
      const reason = `skipped, ${model.displayName} can’t be had: ${brought.missing}`;
      return { tally: { passed: 0, failed: 0, skipped: 1 }, notes: [reason], failures: [] };
    }
    const how = brought.wasHere ? 'was here' : `fetched in ${brought.seconds.toFixed(1)} s`;
    notes.push(`${model.displayName}: ${how}`);
  }
  const result = await runVitest('model', {
    filters: parts,
    environment: {
      ...environment,
      PROOF_MODELS: models.map(({ modelId }) => modelId).join(','),
    },
  });
  return { ...result, notes: [...notes, ...result.notes] };
}
