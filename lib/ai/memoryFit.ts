/** Whether a model fits the memory of this device: pure arithmetic, corrected by what was measured here. */
import type { LoadMeasurement } from '../db/loadRecords';
import type { Host, HostMemory, Runtime } from '../platform/types';
import type { LlmModelConfig } from './modelConfig';

/** `tight`: it loads if other things are closed. `unknown`: the host or the registry doesn't tell enough. */
export type Fit = 'fits' | 'tight' | 'too-large' | 'unknown';

export interface MemoryQuestion {
  config: LlmModelConfig;
  runtime: Runtime;
  contextTokens: number;
  /** Bytes of the weights file: on disk, or as stated. Undefined where nobody said. */
  weightsBytes: number | undefined;
  /** The last load of this model that succeeded here. */
  measured?: LoadMeasurement | undefined;
}

const MIB = 1024 ** 2;

/** Working buffers and the engine itself, beside weights and cache: 60 to 190 MiB were measured with llama.cpp. */
const LLAMA_CPP_OVERHEAD_BYTES = 200 * MIB;

/** The published peaks of ExecuTorch builds (2.1 and 1.5 times the file for 1B and 3B) with their cache in them. */
const EXECUTORCH_FACTOR = 2;

/** Bytes of memory that a model takes once it is loaded, or undefined where too little is known. */
export function memoryNeed(question: MemoryQuestion): number | undefined {
  const { config, runtime, contextTokens, weightsBytes, measured } = question;
  const kvBytes = (tokens: number) => (config.kvBytesPerToken ?? 0) * tokens;
  if (measured?.memoryBytes !== undefined) {
    const cacheChange = kvBytes(contextTokens) - kvBytes(measured.contextTokens);
    return Math.max(0, measured.memoryBytes + (runtime === 'llama.cpp' ? cacheChange : 0));
  }
  if (weightsBytes === undefined) return undefined;
  if (runtime === 'executorch') {
    return config.publishedMemoryBytes ?? weightsBytes * EXECUTORCH_FACTOR;
  }
  return weightsBytes + kvBytes(contextTokens) + LLAMA_CPP_OVERHEAD_BYTES;
}

/** What of a device's memory one app may take before the system closes it, as a part of the whole. */
const COMFORTABLE_PART = 0.5;
const LARGEST_PART = 0.75;

/** How many bytes models may take here all together; undefined where the host doesn't tell. */
export function memoryBudget({ totalBytes }: HostMemory): number | undefined {
  return totalBytes === undefined ? undefined : totalBytes * COMFORTABLE_PART;
}

export interface FitQuestion {
  needBytes: number | undefined;
  memory: HostMemory;
  host: Pick<Host, 'maxModelBytes'>;
  /** The most that was ever in memory here at once, by the same arithmetic; 0 when nothing was. */
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
