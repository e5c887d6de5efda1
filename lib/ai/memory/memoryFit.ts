/** Whether a model fits the memory of this device: pure arithmetic, corrected by measurements on this device. */
import type { LoadMeasurement } from '../../db/loadRecords';
import type { EngineCosts, Host, HostMemory, Runtime } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import { buildOf } from '../runtimes/notation';
import { TRAITS } from '../runtimes/runtimes';
import type { MemoryParts } from '../runtimes/runtimeTraits';

/** `tight`: it loads if other programs are closed. `unknown`: the host or the registry doesn't state enough. */
export type Fit = 'fits' | 'tight' | 'too-large' | 'unknown';

export interface MemoryQuestion {
  config: LlmModelConfig;
  runtime: Runtime;
  contextTokens: number;
  /** Bytes of the weights file: on disk, or as stated. Undefined if neither is known. */
  weightsBytes: number | undefined;
  /** Of the engine that would load it here. */
  engineCosts?: EngineCosts | undefined;
  /** The last load of this model that succeeded here. */
  measured?: LoadMeasurement | undefined;
}

/** Bytes of memory that a loaded model takes, or undefined if too little is known. */
export function memoryNeed(question: MemoryQuestion): number | undefined {
  const { config, runtime, contextTokens, weightsBytes, engineCosts, measured } = question;
  const build = buildOf(config, runtime);
  // The system reports no memory of a model of its own.
  if (build === undefined || build.files.length === 0) return undefined;
  const { memoryOf } = TRAITS[runtime];
  if (measured?.memoryBytes !== undefined) {
    // Both estimates contain the part that doesn't depend on the context, so it cancels out.
    const estimate = (tokens: number) =>
      memoryOf({ build, contextTokens: tokens, weightsBytes: weightsBytes ?? 0, engineCosts });
    const change = estimate(contextTokens) - estimate(measured.contextTokens);
    return Math.max(0, measured.memoryBytes + change);
  }
  if (weightsBytes === undefined) return undefined;
  return memoryOf({ build, contextTokens, weightsBytes, engineCosts });
}

/**
 * The same in its parts, which are together as much: what a measurement tells beyond the weights and the chat is the
 * engine's. Undefined where only the whole is known.
 */
export function memoryPartsOf(question: MemoryQuestion): MemoryParts | undefined {
  const { config, runtime, contextTokens, weightsBytes, engineCosts, measured } = question;
  const build = buildOf(config, runtime);
  const needBytes = memoryNeed(question);
  if (build === undefined || needBytes === undefined || weightsBytes === undefined)
    return undefined;
  const parts = TRAITS[runtime].memoryPartsOf?.({
    build,
    contextTokens,
    weightsBytes,
    engineCosts,
  });
  if (parts === undefined || measured?.memoryBytes === undefined) return parts;
  const engineBytes = needBytes - parts.weightsBytes - parts.chatBytes;
  return engineBytes < 0 ? undefined : { ...parts, engineBytes };
}

/** The share of a device's memory that one app may take before the system closes it. */
const COMFORTABLE_PART = 0.5;
const LARGEST_PART = 0.75;

/** How many bytes all models together may take here; undefined if the host doesn't tell. */
export function memoryBudget({ totalBytes }: HostMemory): number | undefined {
  return totalBytes === undefined ? undefined : totalBytes * COMFORTABLE_PART;
}

export interface FitQuestion {
  needBytes: number | undefined;
  memory: HostMemory;
  host: Pick<Host, 'maxModelBytes'>;
  /** The largest measured memory of one model here, by the same arithmetic; 0 when there is no measurement. */
  provenBytes: number;
}

export function fitOf({ needBytes, memory, host, provenBytes }: FitQuestion): Fit {
  if (needBytes === undefined) return 'unknown';
  if (host.maxModelBytes !== undefined && needBytes > host.maxModelBytes) return 'too-large';
  if (needBytes <= provenBytes) return 'fits';
  const { totalBytes, availableBytes } = memory;
  if (totalBytes === undefined) return 'unknown';
  if (needBytes > totalBytes * LARGEST_PART) return 'too-large';
  const isComfortable = needBytes <= totalBytes * COMFORTABLE_PART;
  const isFree = availableBytes === undefined || needBytes <= availableBytes;
  return isComfortable && isFree ? 'fits' : 'tight';
}
