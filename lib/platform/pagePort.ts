/** What the first script of a web page knows of it, before the app's own code is loaded. Phones have none of this. */

/** `waiting`: a newer version is on this device. `elsewhere`: another tab has begun to use it. */
export type PageUpdate = 'none' | 'waiting' | 'elsewhere';

export interface AppPage {
  /** The path of the folder that the app is in, without a slash at its end: empty at the top of a server. */
  basePath: string;
  /** The folders of the workers and of the engine below it; their names change with their contents. */
  folders: { workers: string; engine: string };
  /** Settles when the app may start. It never does where the page is about to load itself again. */
  ready: Promise<void>;
  /** Whether models run on one thread, because nothing isolates this page, and nobody has dismissed the note of it. */
  tellsOfOneThread: boolean;
  /** Kept in this browser, if it keeps anything. */
  dismissOneThread(): void;
  /** Says, as long as the app isn't there, that its code can't be loaded. */
  showFailure(): void;
  getUpdate(): PageUpdate;
  subscribe(listener: () => void): () => void;
  /** Loads the page again, in its newest version. */
  reload(): void;
}

declare global {
  var modelshelfPage: AppPage | undefined;
}
