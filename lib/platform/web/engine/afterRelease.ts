/** Loads again where the browser hasn't released the memory of an engine before. */
import { wait } from '../../../download/flow/abortable';
import { toFailure } from '../../../errors';
import type { Clock } from '../../types';

/** Wllama's words when the browser gives it no memory of any size. */
export const NO_WASM_MEMORY = 'Cannot allocate WebAssembly.Memory';
/** An engine that was ended keeps its address space until its worker is gone, which nothing announces. */
const PAUSES_MS = [500, 2_000];

/** @throws as `load` at its last attempt; AbortError */
export async function afterRelease<Loaded>(
  load: () => Promise<Loaded>,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Promise<Loaded> {
  for (const pauseMs of PAUSES_MS) {
    try {
      return await load();
    } catch (error) {
      if (!lacksMemory(error)) throw error;
      await wait(clock, pauseMs, signal);
    }
  }
  return load();
}

function lacksMemory(error: unknown): boolean {
  const { code, details } = toFailure(error);
  return code === 'LOAD_FAILED' && details.reason.includes(NO_WASM_MEMORY);
}
