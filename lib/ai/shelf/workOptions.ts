/** What callers of a shelf can ask of its work. */
import type { ModelState } from '../modelState';

export interface WaitOptions {
  /**
   * Ends this call's waiting with AbortError. The work itself stops, with its bytes kept, when no other call waits
   * for it.
   */
  signal?: AbortSignal | undefined;
}

export interface WorkOptions extends WaitOptions {
  /**
   * Receives each new state of the model, at most ten a second: bytes, never per cent. An error that it throws ends
   * this call's waiting, as `signal` does, and is what the call rejects with.
   */
  onProgress?: ((state: ModelState) => void) | undefined;
}
