/** The place where models are published: a folder for any static host, or a bucket. */

export interface PublishedHeaders {
  contentType: string;
  cacheControl: string;
}

export interface LocalFile {
  path: string;
  sizeBytes: number;
}

/** Names are relative to the place, `/`-separated. What is there under a name is always whole. */
export interface PublishTarget {
  /** The bytes that are there under the name; undefined where there are none. */
  sizeOf(name: string): Promise<number | undefined>;
  /** A small file, or undefined. */
  readText(name: string): Promise<string | undefined>;
  putText(name: string, text: string, headers: PublishedHeaders): Promise<void>;
  /** Goes on with an upload that was interrupted, where the place can. `onProgress` gets the bytes that are there. */
  putFile(
    name: string,
    file: LocalFile,
    options: { headers: PublishedHeaders; onProgress: (bytes: number) => void },
  ): Promise<void>;
}

/** Named by their digests, so that they never change. */
const IMMUTABLE = 'public, max-age=31536000, immutable';
/** Short, so that a withdrawal reaches everybody soon. */
const CHANGING = 'public, max-age=60, must-revalidate';

export const FILE_HEADERS = { contentType: 'application/octet-stream', cacheControl: IMMUTABLE };
export const INDEX_HEADERS = { contentType: 'application/json', cacheControl: IMMUTABLE };
export const CATALOG_HEADERS = { contentType: 'application/json', cacheControl: CHANGING };

/** A problem of the place or of the models that the person can solve; the message is all that they need. */
export class PublishError extends Error {}
