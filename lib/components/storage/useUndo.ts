/**
 * The models that a plan has removed. Their bytes are deleted when the screen is left, so that the device really has the
 * room; until then they can come back. Where the app is killed before that, they are kept for a day, as any removed model.
 */
import { useEffect, useRef, useState } from 'react';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useManagerSnapshot, useModels } from '../../ai/ModelProvider';
import { useShelf } from '../../ai/shelf/ShelfProvider';
import type { Shelf } from '../../ai/createShelf';
import { keptPath } from '../../ai/registry/buildPlaces';
import { useNotices } from '../notices/Notices';

export interface Undo {
  /** Those that can still come back. */
  removed: readonly LlmModelConfig[];
  add: (configs: readonly LlmModelConfig[]) => void;
  bringBack: () => void;
  deleteNow: () => void;
}

export function useUndo(): Undo {
  const shelf = useShelf();
  const { bringBack } = useModels();
  const { tellFailure } = useNotices();
  const [ours, setRemoved] = useState<readonly LlmModelConfig[]>([]);
  const kept = useManagerSnapshot((snapshot) => snapshot.kept);
  // One may have come back otherwise, or its room was needed.
  const removed = ours.filter(({ modelId }) =>
    kept.some((each) => each.place === 'removed' && each.modelId === modelId),
  );
  const latest = useRef(ours);
  useEffect(() => {
    latest.current = ours;
  }, [ours]);
  useEffect(
    () => () => {
      // What can't be deleted now is deleted after a day.
      deleteKept(shelf, latest.current).catch(() => undefined);
    },
    [shelf],
  );
  return {
    removed,
    add: (configs) => setRemoved((before) => [...before, ...configs]),
    bringBack: () => {
      setRemoved([]);
      void Promise.all(removed.map(bringBack)).catch(tellFailure);
    },
    deleteNow: () => {
      setRemoved([]);
      void deleteKept(shelf, removed).catch(tellFailure);
    },
  };
}

async function deleteKept(shelf: Shelf, configs: readonly LlmModelConfig[]): Promise<void> {
  const ids = new Set(configs.map(({ modelId }) => modelId));
  const { kept } = shelf.getSnapshot();
  for (const { place, folderName, runtime, modelId } of kept) {
    if (place !== 'removed' || modelId === undefined || !ids.has(modelId)) continue;
    await shelf.discard({ kind: 'removed', path: keptPath(place, folderName, runtime) });
  }
}
