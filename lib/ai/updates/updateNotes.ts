/** What is kept about updates, the same in all tabs. */
import type { ModelVersionRow, ModelVersionStore } from '../../db/modelVersions';
import type { Peers } from '../../platform/types';
import { createAnnouncements } from '../manage/announcements';

export interface UpdateNotes {
  /** Reads the rows. Call once. @throws ModelError DB_FAILED */
  start(): Promise<void>;
  get(modelId: string): ModelVersionRow | undefined;
  /** @throws ModelError DB_FAILED */
  write(modelId: string, change: Partial<ModelVersionRow>): Promise<void>;
  /** The models whose newer version is wanted and didn't take over yet. */
  wantedIds(): readonly string[];
  close(): void;
}

export interface UpdateNotesParts {
  store: ModelVersionStore;
  peers: Peers;
  onChange: () => void;
}

export function createUpdateNotes({ store, peers, onChange }: UpdateNotesParts): UpdateNotes {
  let rows: ReadonlyMap<string, ModelVersionRow> = new Map();

  async function read(): Promise<void> {
    rows = await store.list();
    onChange();
  }
  const others = createAnnouncements(peers, 'model-versions', read);

  return {
    start: read,
    get: (modelId) => rows.get(modelId),
    async write(modelId, change) {
      await store.set(modelId, change);
      await read();
      others.tell();
    },
    wantedIds: () => [...rows].flatMap(([modelId, { isWanted }]) => (isWanted ? modelId : [])),
    close: others.close,
  };
}
