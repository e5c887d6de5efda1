/** A hash that is computed piece by piece. */
export interface RunningHash {
  /** Begins a new hash. */
  init(): unknown;
  update(bytes: Uint8Array): unknown;
  /** The state after all bytes so far. Not after `digest`. */
  save(): Uint8Array;
  /** Continues from a state of the same kind of hash. @throws Error if it is another's. */
  load(state: Uint8Array): unknown;
  /** The digest as lower-case hex. Ends the hash: `init` or `load` begin another. */
  digest(outputType: 'hex'): string;
}
