/** Hard links of a `MemoryDisk`: paths that have the same array of bytes are names of one file, once it was shared. */
type Files = Map<string, Uint8Array>;

/** The arrays of files that were given a second name. Equal arrays that a test puts into a disk stay files of their own. */
const shared = new WeakSet<Uint8Array>();

/** Makes `to` another name of a file, in place of the file that had that name. */
export function link(files: Files, from: string, to: string): void {
  const bytes = files.get(from);
  if (!bytes) return;
  shared.add(bytes);
  files.set(to, bytes);
}

/** How many names the file with these bytes has. */
export function nameCount(files: Files, bytes: Uint8Array | undefined): number {
  if (!bytes || !shared.has(bytes)) return 1;
  let count = 0;
  for (const each of files.values()) if (each === bytes) count += 1;
  return count;
}

/** The bytes of each file once, however many names it has. */
export function eachOnce(files: Files): Uint8Array[] {
  const seen = new Set<Uint8Array>();
  return [...files.values()].filter((bytes) => {
    const isFirst = !shared.has(bytes) || !seen.has(bytes);
    seen.add(bytes);
    return isFirst;
  });
}

/** Files that `copy` makes of these, each once, with the same names; those of which it makes none are left out. */
export function copyFiles(
  files: Files,
  copy: (bytes: Uint8Array, path: string) => Uint8Array | undefined,
): Files {
  const made = new Map<Uint8Array, string>();
  const copies: Files = new Map();
  for (const [path, bytes] of files) {
    const first = made.get(bytes);
    if (first !== undefined) {
      link(copies, first, path);
      continue;
    }
    const copied = copy(bytes, path);
    if (shared.has(bytes)) made.set(bytes, path);
    if (copied) copies.set(path, copied);
  }
  return copies;
}
