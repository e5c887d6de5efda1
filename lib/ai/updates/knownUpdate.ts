/** The update of an installed model that is known without a request. Pure. */
import type { ModelVersionRow } from '../../db/modelVersions';
import type { LlmModelConfig } from '../modelConfig';
import type { ManagerSnapshot, ModelState } from '../modelState';
import { modelFiles, type RuntimeOf } from '../registry/modelFiles';
import { describeUpdate } from './compareVersions';
import type { InstalledModel } from './findUpdates';
import { asComparedBefore, parseFound } from './foundText';
import type { ModelUpdate } from './modelUpdate';

export interface KnownParts {
  manager: { getSnapshot(): ManagerSnapshot };
  runtimeOf: RuntimeOf;
  added: { getSnapshot(): { models: readonly { model: LlmModelConfig }[] } };
  hub: { hubEndpoint: string };
}

export function isEarlier(state: ModelState | undefined): boolean {
  return state?.kind === 'installed' && state.isEarlier === true;
}

/** Undefined for a model that isn't installed, and for one without files. */
export function installedModel(
  { manager, runtimeOf, added }: KnownParts,
  config: LlmModelConfig,
  row: ModelVersionRow | undefined,
): InstalledModel | undefined {
  const { modelId } = config;
  const state = manager.getSnapshot().states[modelId];
  if (state?.kind !== 'installed' || state.files.length === 0) return undefined;
  const isAdded = added.getSnapshot().models.some(({ model }) => model.modelId === modelId);
  const { files } = state;
  const runtime = runtimeOf(config);
  const kept = { license: row?.license, found: row?.found };
  return { config, runtime, files, followsHub: isAdded, ...kept };
}

export function knownUpdate(
  parts: KnownParts,
  config: LlmModelConfig,
  row: ModelVersionRow | undefined,
): ModelUpdate | undefined {
  const update = statedUpdate(parts, config, row);
  const weights = update && modelFiles(update.config, update.runtime)[0]?.source;
  const isRefused = weights?.kind === 'remote' && weights.sha256 === row?.refused;
  return update && isRefused && weights.sha256 !== undefined
    ? { ...update, wasRefused: true }
    : update;
}

function statedUpdate(
  parts: KnownParts,
  config: LlmModelConfig,
  row: ModelVersionRow | undefined,
): ModelUpdate | undefined {
  const installed = installedModel(parts, config, row);
  if (!installed) return undefined;
  const kept = parseFound(row?.found, parts.hub.hubEndpoint);
  if (isEarlier(parts.manager.getSnapshot().states[config.modelId])) {
    const update = describeUpdate(config, installed);
    return asComparedBefore(kept, update, installed.files) ?? update;
  }
  const found = kept?.facts;
  // Of a list the present text alone counts.
  if (found?.origin !== 'hub') return undefined;
  // Somebody has added the newer version otherwise, such as from another tab.
  if (found.config.provenance?.commit === config.provenance?.commit) return undefined;
  return { ...describeUpdate(found.config, installed), ...found };
}
