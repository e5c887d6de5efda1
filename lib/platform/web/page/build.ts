/** What `scripts/build/finishPage.ts` writes into the page's first script and into its service worker. */

export interface PageBuild {
  /** A digest of all files of the build. */
  id: string;
  folders: { workers: string; engine: string };
  /** What the page says until the app is there, by the tag of the language. */
  words: Readonly<Record<string, PageWords>>;
}

export interface PageWords {
  /** Their tag. */
  language: string;
  firstVisit: string;
  failure: string;
  reload: string;
}

export interface PrecachedFile {
  /** Relative to the app's folder; the page itself is `./`. */
  url: string;
  /** Null for a file whose address changes with its content. */
  revision: string | null;
}

/** What a page posts to the service worker. */
export type WorkerRequest = 'bring-engine' | 'take-over';
