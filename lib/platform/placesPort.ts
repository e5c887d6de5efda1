/** Places for models on other volumes; a part of `types.ts`, which exports it. */

/** A folder on another volume, such as a card or another drive. */
export interface Place {
  /** Of `a` to `z`, digits and hyphens. Stays the same when it is connected again. */
  id: string;
  /** Its name for people: a path, or the system's name of the card. */
  name: string;
  /** False while the volume can't be reached, or another one is in its stead. */
  isConnected: boolean;
  /** Bytes that can still be written there; undefined where the host doesn't tell, and while it isn't connected. */
  freeBytes: number | undefined;
}

/**
 * Places that models can be moved to. `FileStore` and all other ports reach the files there by the models' usual paths,
 * by the record of `shared/homes.ts`. While a place isn't connected, they reject with PLACE_MISSING, and lists leave its
 * files out.
 */
export interface Places {
  /** All that are known, the connected ones first. Never rejects: where the system can't tell, there are none. */
  list(): Promise<readonly Place[]>;
  /**
   * Makes a folder a place, and the folder where it is missing; one that is a place already stays what it is. Absent where
   * the system itself names the places.
   * @throws ModelError NAME_INVALID for a relative path or a folder of the store, DISK_IO
   */
  add?(folder: string): Promise<Place>;
  /** Its files stay. Resolves with false for an unknown id. Absent where `add` is. @throws ModelError DISK_IO */
  forget?(id: string): Promise<boolean>;
}
