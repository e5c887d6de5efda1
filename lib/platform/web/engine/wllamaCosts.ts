/** What the engine takes beside a model, known before its code is loaded. */

// An abort is noticed only between batches. With the engine's default of 512 tokens, a long prompt went on
// for 24 s after Stop; with 64, for less than 3 s. Batches of 64 tokens are read as fast as batches of 512.
// Batches of 32 or 16 would stop sooner, but take 6 to 7 % more time. A graphics processor needs large batches.
export const BATCH_TOKENS = { cpu: 64, gpu: 512 };

/**
 * The initial size of the engine's memory, which the engine doesn't report. It contains everything outside the
 * buffers, mainly the vocabulary, and the memory grows by the size of the buffers: SmolLM2 135M used 313 MB, of which
 * 193 were buffers; Gemma 3 270M used 431 MB, of which 275 were buffers.
 */
export const FIRST_HEAP_BYTES = 128 * 1024 ** 2;
