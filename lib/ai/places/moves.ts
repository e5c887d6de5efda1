/** Moves models between the store and places on other volumes, each as the only owner of the model. Loaded at its first use. */
import { abortable } from '../../download/flow/abortable';
import { finallyDo } from '../../download/flow/finallyDo';
import { changeHome } from '../../download/move/changeHome';
import {
  cancelMove,
  finishMove,
  moveModel,
  type Move,
  type MoveTools,
} from '../../download/move/moveModel';
import { ModelError } from '../../errors';
import { STORE } from '../../platform/shared/homes';
import type { FolderLock, Peers, Platform } from '../../platform/types';
import type { LlmModelConfig } from '../modelConfig';
import type { ModelState, MoveProgress } from '../modelState';
import { updateLock } from '../registry/buildPlaces';
import type { RuntimeOf } from '../registry/modelFiles';
import { RUNTIMES, TRAITS } from '../runtimes/runtimes';
import type { SnapshotStore } from '../snapshots/snapshotStore';
import type { PeerMessage } from '../manage/peerMessages';
import { findInstalled } from '../manage/readModelState';
import { folderLock } from '../manage/reconcile';

export interface MoveOptions extends Partial<Pick<Move, 'whileUnused'>> {
  /** The id of the place; `''` for the store itself. */
  to: string;
}

export interface Moves {
  /**
   * Moves an installed model, with its earlier versions and begun downloads, to another volume. Nothing is removed before
   * each copied file was read back there, and it stays usable meanwhile; progress is in `ManagerSnapshot.moves`. Continues
   * with what an earlier call has copied.
   * @throws ModelError MODEL_MISSING, PLACE_MISSING, NO_SPACE, FOLDER_LINKED, DISK_IO; HASH_MISMATCH where the model is
   * damaged and needs a repair first; AbortError. The model is where it was then.
   */
  moveModel(config: LlmModelConfig, options: MoveOptions, signal?: AbortSignal): Promise<void>;
  /** Stops a move in this tab, and removes what it has copied, or what it has still to remove. @throws ModelError PLACE_MISSING, DISK_IO */
  cancelMove(config: LlmModelConfig): Promise<void>;
  /**
   * Gives a model up whose place isn't connected: it counts as not installed, and can be downloaded again. Its files stay
   * there. @throws ModelError STORAGE_BUSY where they can be reached
   */
  forgetCopy(config: LlmModelConfig): Promise<void>;
}

export interface MoveParts {
  files: Platform['files'];
  peers: Peers;
  runtimeOf: RuntimeOf;
  snapshots: SnapshotStore;
  tools: Omit<MoveTools, 'peers'>;
  tell(message: PeerMessage): void;
  refresh(config: LlmModelConfig): Promise<ModelState>;
}

export function createMoves(parts: MoveParts, closing: AbortSignal): Moves {
  const { files, peers, runtimeOf, snapshots, tell } = parts;
  const tools = { ...parts.tools, peers };
  const running = new Map<string, { stop: () => void; done: Promise<void> }>();

  function show(modelId: string, progress: MoveProgress | undefined): void {
    const { [modelId]: _, ...others } = snapshots.getSnapshot().moves;
    const moves = progress ? { ...others, [modelId]: progress } : others;
    snapshots.set({ moves }, progress ? 'soon' : 'now');
  }

  /** Runs `work` while nobody else works on any build of the model. */
  function alone(
    config: LlmModelConfig,
    work: () => Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    const look = async () => {
      parts.tools.space.freed();
      tell({ kind: 'changed', modelId: config.modelId });
      await parts.refresh(config);
    };
    return finallyDo(() => underAll(peers, locksOf(config), { work, signal }), look);
  }

  async function move(
    config: LlmModelConfig,
    { to, whileUnused = (change) => change() }: MoveOptions,
    signal: AbortSignal,
  ): Promise<void> {
    const { folderName: folder, modelId } = config;
    const onCopied = (doneBytes: number, totalBytes: number) => {
      show(modelId, { to, doneBytes, totalBytes });
    };
    onCopied(0, 0);
    // Work that earlier owners have left comes to where the next owner looks for it, and moves with the model.
    for (const lock of locksOf(config))
      await peers.withFolder(lock, (own) => own.take(), { signal });
    const work = async () => {
      if (!(await findInstalled(files, config, runtimeOf(config))))
        throw new ModelError('MODEL_MISSING', { modelId });
      await moveModel(tools, { folder, to, onCopied, whileUnused }, signal);
    };
    await alone(config, work, signal);
  }

  return {
    async moveModel(config, options, signal) {
      const { modelId } = config;
      if (running.has(modelId)) throw new ModelError('STORAGE_BUSY', { path: config.folderName });
      const { controller, release } = abortable(closing, ...(signal ? [signal] : []));
      const done = move(config, options, controller.signal).finally(() => {
        running.delete(modelId);
        release();
        show(modelId, undefined);
      });
      running.set(modelId, {
        stop: () => {
          controller.abort();
        },
        done,
      });
      return done;
    },

    async cancelMove(config) {
      const own = running.get(config.modelId);
      own?.stop();
      await own?.done.catch(() => undefined);
      await alone(config, async () => {
        await cancelMove(tools, config.folderName);
        await finishMove(tools, config.folderName);
      });
    },

    async forgetCopy(config) {
      const { folderName } = config;
      if (snapshots.getState(config.modelId).kind !== 'disconnected')
        throw new ModelError('STORAGE_BUSY', { path: folderName });
      await changeHome(tools, folderName, () => ({ at: STORE }));
      tell({ kind: 'changed', modelId: config.modelId });
      await parts.refresh(config);
    },
  };
}

/** Those of the installed builds come first, as wherever two of them are held. */
function locksOf(config: LlmModelConfig): FolderLock[] {
  const runtimes = RUNTIMES.filter((runtime) => TRAITS[runtime].hasFiles);
  return [
    ...runtimes.map((runtime) => folderLock(config, runtime)),
    ...runtimes.map((runtime) => updateLock(config, runtime)),
  ];
}

function underAll(
  peers: Peers,
  [lock, ...others]: readonly FolderLock[],
  { work, signal }: { work: () => Promise<void>; signal: AbortSignal | undefined },
): Promise<void> {
  if (lock === undefined) return work();
  const next = () => underAll(peers, others, { work, signal });
  return peers.withFolder(lock, next, signal && { signal });
}
