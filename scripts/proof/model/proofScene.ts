/** What each part of the proof stands on: the models' files, a hub of this machine that serves them, and a catalog that names them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { LlmModelConfig } from '../../../lib/ai/modelConfig';
import type { HubRepo } from '../../../tests/hub/repos';
import { startHub, type Hub } from '../../../tests/hub/server';
import { bringModel } from './bringModel';
import {
  configOf,
  newerOf,
  PROOF_MODELS,
  repoOf,
  type NewerVersion,
  type ProofModel,
} from './models';

export interface ProofScene {
  hub: Hub;
  /** Empty at first. */
  folder: string;
  catalogFile: string;
  catalogText: string;
  /** The same with the version of each model that came later. */
  newerCatalogFile: string;
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
  const repos: HubRepo[] = [];
  const newerVersions: NewerVersion[] = [];
  for (const model of chosenModels()) {
    const brought = await bringModel(model);
    if ('missing' in brought) throw new Error(`${model.displayName}: ${brought.missing}`);
    const newer = newerOf(model, brought.path);
    repos.push(repoOf(model, brought.path), newer.repo);
    newerVersions.push(newer);
  }
  const hub = await startHub({ repos });
  const scratch = await mkdtemp(join(tmpdir(), 'modelshelf-proof-'));
  const catalogFile = join(scratch, 'catalog.json');
  const models = chosenModels().map((model) => configOf(model, hub.endpoint));
  const catalogText = JSON.stringify({ version: 1, models });
  await writeFile(catalogFile, catalogText);
  const newerCatalogFile = join(scratch, 'newer.json');
  const newer = newerVersions.map(({ configAt }) => configAt(hub.endpoint));
  await writeFile(newerCatalogFile, JSON.stringify({ version: 1, models: newer }));
  return {
    ...{ hub, catalogFile, catalogText, newerCatalogFile },
    folder: join(scratch, 'models'),
    configOf: (model) => configOf(model, hub.endpoint),
    async close() {
      await hub.close();
      await rm(scratch, { recursive: true });
    },
  };
}
