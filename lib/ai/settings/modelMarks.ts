/** Owns a person's favourites and notes, and when each model was last used. */
import type { ModelMark, ModelMarkStore } from '../../db/modelMarks';
import type { Clock, Peers } from '../../platform/types';
import { createAnnouncements } from '../manage/announcements';
import { createObservable } from '../observable';

export type { ModelMark };

/** In characters; a longer note is cut off. */
export const MAX_NOTE_LENGTH = 2_000;

export interface ModelMarks {
  /** Reads the rows. Call once, before anything else. @throws ModelError DB_FAILED */
  start(): Promise<void>;
  /** The marks by model id, the same object until something changes. Models without a mark are left out. */
  getSnapshot(): Readonly<Record<string, ModelMark>>;
  subscribe(listener: () => void): () => void;
  /** @throws ModelError DB_FAILED; nothing has changed then */
  setFavourite(modelId: string, isFavourite: boolean): Promise<void>;
  /** An empty note removes it. @throws ModelError DB_FAILED; nothing has changed then */
  setNote(modelId: string, note: string): Promise<void>;
  /** Records that the model is being loaded for an answer now. @throws ModelError DB_FAILED */
  noteUse(modelId: string): Promise<void>;
  /** Reads the rows again, after they were changed elsewhere. @throws ModelError DB_FAILED */
  refresh(): Promise<void>;
  close(): void;
}

export interface ModelMarksParts {
  store: ModelMarkStore;
  peers: Peers;
  clock: Pick<Clock, 'nowMs'>;
}

export function createModelMarks({ store, peers, clock }: ModelMarksParts): ModelMarks {
  const marks = createObservable<Readonly<Record<string, ModelMark>>>({});

  async function refresh(): Promise<void> {
    marks.set(Object.fromEntries(await store.getMarks()));
  }

  const others = createAnnouncements(peers, 'model-marks', refresh);

  async function change(modelId: string, changed: Partial<ModelMark>): Promise<void> {
    await store.setMark(modelId, changed);
    await refresh();
    others.tell();
  }

  return {
    start: refresh,
    refresh,
    getSnapshot: marks.get,
    subscribe: marks.subscribe,
    setFavourite: (modelId, isFavourite) => change(modelId, { isFavourite }),
    setNote: (modelId, note) => change(modelId, { note: note.slice(0, MAX_NOTE_LENGTH) }),
    noteUse: (modelId) => change(modelId, { lastUsedAt: clock.nowMs() }),
    close: others.close,
  };
}
