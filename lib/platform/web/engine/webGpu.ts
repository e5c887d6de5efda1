/**
 * Decides whether models run on the graphics processor: only after the tiny model has written its known sentence on it.
 */
import type { Clock } from '../../types';

/** The part of WebGPU that the decision needs; no library here includes the standard's types. */
export interface GpuAccess {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<GpuAdapter | null>;
}

export interface GpuAdapter {
  info?: { isFallbackAdapter?: boolean };
  /** The property's place in older browsers. */
  isFallbackAdapter?: boolean;
  features: { has(name: string): boolean };
}

export interface GpuCheckParts {
  /** Undefined where the browser has no WebGPU. */
  gpu: GpuAccess | undefined;
  clock: Pick<Clock, 'after'>;
  /**
   * The tiny model's answer on the graphics processor; undefined where the engine didn't use it.
   * The signal aborts when the answer is no longer awaited.
   */
  speak(signal: AbortSignal): Promise<string | undefined>;
}

/** The tiny model's answer wherever the arithmetic is correct. */
export const TINY_SENTENCE = 'Hello! I am a tiny demo model running entirely on this device.';

/** Compiling the shaders takes some seconds; a hanging driver never finishes. */
const PATIENCE_MS = 30_000;

/**
 * Whether to use the graphics processor. The first call tests it, and later calls return the same result: some
 * drivers compute nonsense (https://github.com/ngxson/wllama/issues/218). Never rejects.
 */
export function createGpuCheck(parts: GpuCheckParts): () => Promise<boolean> {
  let known: Promise<boolean> | undefined;
  return () => (known ??= canCompute(parts).catch(() => false));
}

async function canCompute({ gpu, clock, speak }: GpuCheckParts): Promise<boolean> {
  const patience = new AbortController();
  const callOff = clock.after(PATIENCE_MS, () => patience.abort());
  const lost = new Promise<false>((resolve) => {
    patience.signal.addEventListener('abort', () => resolve(false));
  });
  async function isHeard(): Promise<boolean> {
    const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter || isSoftware(adapter)) return false;
    // The engine silently ignores adapters without it (https://github.com/ggml-org/llama.cpp/issues/23844).
    if (!adapter.features.has('shader-f16')) return false;
    return (await speak(patience.signal))?.trim() === TINY_SENTENCE;
  }
  try {
    // A hanging driver ignores the signal.
    return await Promise.race([isHeard(), lost]);
  } finally {
    callOff();
  }
}

/** Whether the CPU emulates it: that is slower than using the CPU directly. */
export function isSoftware({ info, isFallbackAdapter }: GpuAdapter): boolean {
  return info?.isFallbackAdapter ?? isFallbackAdapter ?? false;
}
