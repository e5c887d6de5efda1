/** Owns what is on this device: brings models here, verified, keeps track of them, and removes them. */
import type { EnsureResult } from './modelFiles';
import type { LlmModelConfig } from './modelConfig';
import type { ManagerSnapshot } from './modelState';

export interface ModelManager {
  /**
   * Reads the disk, finishes what an earlier run left half-way, and makes the database agree.
   * Call once, before anything else. @throws ModelError STORAGE_UNAVAILABLE, having changed nothing.
   */
  start(): Promise<void>;
  /**
   * Brings every file of a model onto this device, verified.
   *
   * Safe at any time: verified files are not fetched again, and a second call for the
   * same model joins the first, also across tabs. `installed` is announced only after the
   * last rename, so it never means "mostly". Pausing or cancelling rejects with AbortError.
   *
   * @throws ModelError NO_SPACE before the first byte, HASH_MISMATCH after the last,
   * MODEL_UNAVAILABLE with the registry's reason.
   */
  ensureModelPresent(config: LlmModelConfig): Promise<EnsureResult>;
  /** Stops the transfer and keeps its bytes; nothing happens when there is none. */
  pauseDownload(config: LlmModelConfig): void;
  /** Stops the transfer, if any, and removes its bytes. An installed model stays. */
  cancelDownload(config: LlmModelConfig): Promise<void>;
  /** Removes files, record and partial bytes. Idempotent. After a failure both files and record are still there. */
  deleteModel(config: LlmModelConfig): Promise<void>;
  /** Bytes on disk, partial downloads included; 0 when there are none. */
  getModelSize(config: LlmModelConfig): Promise<number>;
  /**
   * Reads an installed model back and compares it with its manifest. Changes nothing.
   * @throws ModelError MODEL_MISSING, HASH_MISMATCH, LENGTH_MISMATCH
   */
  verifyModel(config: LlmModelConfig): Promise<void>;
  /** The same object until something changes; at most ten new ones a second while bytes arrive. */
  getSnapshot(): ManagerSnapshot;
  subscribe(listener: () => void): () => void;
  /** Stops transfers, keeping their bytes. */
  close(): Promise<void>;
}
