/**
 * Which builds of the app the cache keeps: the newest and the one before it, because a page of that one may still be open,
 * and load parts of itself. A page that is older yet is told that a part of the app is missing, and offers to reload.
 */

interface Build {
  folder: string;
  id: string;
  /** Of all its files, as the cache knows them. */
  addresses: readonly string[];
}

interface BuildNote {
  notedAt: number;
  addresses: readonly string[];
}

const KEPT_BUILDS = 2;
const notesOf = (folder: string) => `${folder}.builds/`;

/** The same build again counts as the newest. */
export async function noteBuild(cache: Cache, { folder, id, addresses }: Build): Promise<void> {
  const note: BuildNote = { notedAt: Date.now(), addresses };
  await cache.put(notesOf(folder) + id, new Response(JSON.stringify(note)));
}

/** Removes the files that no kept build has. */
export async function forgetOlderBuilds(cache: Cache, folder: string): Promise<void> {
  const notes: (BuildNote & { address: string })[] = [];
  const files: string[] = [];
  for (const { url } of await cache.keys()) {
    if (!url.startsWith(notesOf(folder))) files.push(url);
    else {
      const note = await cache.match(url);
      if (note) notes.push({ ...((await note.json()) as BuildNote), address: url });
    }
  }
  notes.sort((one, other) => other.notedAt - one.notedAt);
  const kept = notes.slice(0, KEPT_BUILDS);
  const needed = new Set(kept.flatMap(({ addresses }) => addresses));
  const unneeded = files.filter((url) => !needed.has(url));
  const forgotten = notes.slice(KEPT_BUILDS).map(({ address }) => address);
  await Promise.all([...unneeded, ...forgotten].map((url) => cache.delete(url)));
}
