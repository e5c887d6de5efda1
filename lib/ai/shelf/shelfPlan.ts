/** What bringing a model would mean on this device now: its bytes, its memory, and what speaks against it. */
import type { LoadRecords } from '../../db/loadRecords';
import { manifestBytes, type Manifest } from '../../download/store/manifest';
import { plannedBytes, sum } from '../../download/plan/plan';
import { ModelError, toFailure, type ModelFailure } from '../../errors';
import type { Engines, FileStore, Host, Runtime } from '../../platform/types';
import { recommendedSettings } from '../generation/generationSettings';
import { findInstalled } from '../manage/readModelState';
import type { Fit } from '../memory/memoryFit';
import { createModelMemory } from '../memory/modelMemory';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import type { ModelManager } from '../modelManager';
import { approximateBytes, modelFiles, unavailableReason } from '../registry/modelFiles';
import { findDifference, isOtherFile } from '../registry/published';
import { TRAITS } from '../runtimes/runtimes';
import type { ModelFile } from '../runtimes/modelBuild';
import { buildOf } from '../runtimes/notation';

export interface ShelfPlanFile {
  role: ModelFile['role'];
  fileName: string;
  /** Undefined while nobody has stated it. */
  sizeBytes: number | undefined;
  /** Bytes that are on this device already and needn't be downloaded again. */
  hasBytes: number;
}

export interface ModelForecast {
  modelId: string;
  runtime: Runtime;
  quantization: string;
  /** The licence's name as its owner writes it. */
  license: string;
  /** The weights come first. Empty for a model of the system. */
  files: readonly ShelfPlanFile[];
  /** Undefined while the size of a file isn't known, and for a model of the system. */
  totalBytes: number | undefined;
  /** The bytes that a download would bring, or a repair of a model that `differs`; undefined where `totalBytes` is. */
  missingBytes: number | undefined;
  /** Undefined where the host doesn't tell. Kept builds count as free. */
  freeBytes: number | undefined;
  /** For the recommended context; `neededBytes` is undefined if too little is known. Never a refusal. */
  memory: { neededBytes: number | undefined; fit: Fit };
  /** Whether the network is metered now; undefined where the host doesn't tell. */
  isMetered: boolean | undefined;
  /** Why a download would fail now; empty when nothing is known that speaks against it. */
  refusals: readonly ModelFailure[];
}

export interface ForecastParts {
  files: FileStore;
  host: Host;
  engines?: Engines;
  manager: Pick<
    ModelManager,
    'runtimeOf' | 'previewDownload' | 'freeBytes' | 'findRemoved' | 'getSnapshot'
  >;
  /** Measurements of loads on this device. */
  records: Pick<LoadRecords, 'getMeasurements' | 'addMeasurement'>;
}

type Bytes = Pick<ModelForecast, 'files' | 'totalBytes' | 'refusals'>;

/** Writes nothing. @throws ModelError STORAGE_UNAVAILABLE, DISK_IO; AbortError */
export async function forecast(
  parts: ForecastParts,
  config: LlmModelConfig,
  signal: AbortSignal,
): Promise<ModelForecast> {
  const { host } = parts;
  const runtime = parts.manager.runtimeOf(config);
  const { modelId, license } = config;
  const { files, totalBytes, refusals } = await forecastBytes(parts, config, signal);
  return {
    ...{ modelId, runtime, license, files, totalBytes, refusals },
    quantization: buildOf(config, runtime)?.quantization ?? '',
    missingBytes: totalBytes && Math.max(0, totalBytes - sum(files.map((file) => file.hasBytes))),
    freeBytes: await parts.manager.freeBytes(config.folderName),
    memory: await forecastMemory(parts, config, totalBytes),
    isMetered: host.isMetered?.(),
  };
}

async function forecastBytes(
  parts: ForecastParts,
  config: LlmModelConfig,
  signal: AbortSignal,
): Promise<Bytes> {
  const { manager, files: store } = parts;
  const runtime = manager.runtimeOf(config);
  if (!TRAITS[runtime].hasFiles) return systemBytes(parts, config);
  const named = modelFiles(config, runtime);
  const installed = await findInstalled(store, config, runtime);
  const removed = installed ? undefined : await manager.findRemoved(config);
  // It comes back in place of a download.
  if (removed && !findDifference(config, runtime, removed.files))
    return installedBytes(named, removed, undefined);
  if (installed)
    return installedBytes(named, installed, findDifference(config, runtime, installed.files));
  const reason = unavailableReason(config, runtime);
  if (reason !== undefined) {
    const files = named.map(({ role, fileName, source }) => {
      return { role, fileName, sizeBytes: statedBytesOf(source), hasBytes: 0 };
    });
    return { files, totalBytes: undefined, refusals: [unavailable(config, reason)] };
  }
  const { plan, hasBytes, failures } = await manager.previewDownload(config, signal);
  const sizes = new Map(plan.files.map(({ fileName, sizeBytes }) => [fileName, sizeBytes]));
  const files = named.map(({ role, fileName }) => {
    const sizeBytes = sizes.get(fileName);
    return { role, fileName, sizeBytes, hasBytes: hasBytes.get(fileName) ?? 0 };
  });
  return { files, totalBytes: plannedBytes(plan), refusals: failures.map(toFailure) };
}

/** With a `failure`, the bytes of the files that the registry names: what a repair brings isn't here. */
function installedBytes(
  named: readonly ModelFile[],
  installed: Manifest,
  failure: ModelFailure | undefined,
): Bytes {
  if (failure === undefined) {
    const here = installed.files.map(({ role, fileName, sizeBytes }) => {
      return { role, fileName, sizeBytes, hasBytes: sizeBytes };
    });
    return { files: here, totalBytes: manifestBytes(installed), refusals: [] };
  }
  const files = named.map(({ role, fileName, source }) => {
    const had = installed.files.find((file) => file.fileName === fileName);
    if (isOtherFile(source, had)) {
      return { role, fileName, sizeBytes: statedBytesOf(source), hasBytes: 0 };
    }
    return { role, fileName, sizeBytes: had?.sizeBytes, hasBytes: had?.sizeBytes ?? 0 };
  });
  const sizes = files.map(({ sizeBytes }) => sizeBytes).filter((bytes) => bytes !== undefined);
  const isKnown = sizes.length === files.length;
  return { files, totalBytes: isKnown ? sum(sizes) : undefined, refusals: [failure] };
}

function statedBytesOf(source: ModelSource): number | undefined {
  return source.kind === 'remote' ? source.sizeBytes : undefined;
}

function systemBytes({ manager }: ForecastParts, config: LlmModelConfig): Bytes {
  const state = manager.getSnapshot().states[config.modelId];
  const refusals = state?.kind === 'unavailable' ? [unavailable(config, state.reason)] : [];
  return { files: [], totalBytes: undefined, refusals };
}

function unavailable({ modelId }: LlmModelConfig, reason: string): ModelFailure {
  return toFailure(new ModelError('MODEL_UNAVAILABLE', { modelId, reason }));
}

async function forecastMemory(
  { host, engines = {}, manager: { runtimeOf }, records }: ForecastParts,
  config: LlmModelConfig,
  totalBytes: number | undefined,
): Promise<ModelForecast['memory']> {
  const memory = createModelMemory({
    ...{ host, runtimeOf, engines },
    // Without its measurements, the estimate remains.
    records: { ...records, getMeasurements: () => records.getMeasurements().catch(() => []) },
    weightsBytesOf: () => totalBytes ?? approximateBytes(config, runtimeOf(config)),
  });
  await memory.start();
  const { contextTokens } = recommendedSettings(config, runtimeOf(config));
  const neededBytes = memory.needOf(config, contextTokens);
  return { neededBytes, fit: memory.fitOf(config, contextTokens) };
}
