/** What each part of the proof stands on: the models' files, a hub of this machine that serves them, and a catalog that names them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { LlmModelConfig } from '../../../lib/ai/modelConfig';
import { startHub, type Hub } from '../../../tests/hub/server';
import { bringModel } from './bringModel';
import { configOf, PROOF_MODELS, repoOf, type ProofModel } from './models';

export interface ProofScene {
  hub: Hub;
  /** Empty at first. */
  folder: string;
  catalogFile: string;
  catalogText: string;
  configOf(model: ProofModel): LlmModelConfig;
  close(): Promise<void>;
}

/** Those that `PROOF_MODELS` names by their ids, or all. */
export function chosenModels(): readonly ProofModel[] {
  const ids = process.env['PROOF_MODELS']?.split(',');
  return PROOF_MODELS.filter(({ modelId }) => ids?.includes(modelId) ?? true);
}

/** @throws Error where a model's file isn't to be had: whoever starts the proof has looked before */
export async function openProofScene(): Promise<ProofScene> {
  const repos = [];
  for (const model of chosenModels()) {
    const brought = await bringModel(model);
    if ('missing' in brought) throw new Error(`${model.displayName}: ${brought.missing}`);
    repos.push(repoOf(model, brought.path));
  }
  const hub = await startHub({ repos });
  const scratch = await mkdtemp(join(tmpdir(), 'modelshelf-proof-'));
  const catalogFile = join(scratch, 'catalog.json');
  const models = chosenModels().map((model) => configOf(model, hub.endpoint));
  const catalogText = JSON.stringify({ version: 1, models });
  await writeFile(catalogFile, catalogText);
  return {
    ...{ hub, catalogFile, catalogText },
    folder: join(scratch, 'models'),
    configOf: (model) => configOf(model, hub.endpoint),
    async close() {
      await hub.close();
      await rm(scratch, { recursive: true });
    },
  };
}
