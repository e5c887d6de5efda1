/** Reads a built app into memory: the file for each address, its type and how long it may be cached. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

export interface AppFile {
  body: Buffer;
  /** The same bytes in brotli, where the build made them. */
  brotli: Buffer | undefined;
  contentType: string;
  cacheControl: string;
  etag: string;
}

const CONTENT_TYPES: Record<string, string> = {
  css: 'text/css; charset=utf-8',
  html: 'text/html; charset=utf-8',
  ico: 'image/x-icon',
  jpg: 'image/jpeg',
  js: 'text/javascript; charset=utf-8',
  json: 'application/json; charset=utf-8',
  map: 'application/json; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  png: 'image/png',
  svg: 'image/svg+xml',
  ttf: 'font/ttf',
  txt: 'text/plain; charset=utf-8',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
  webp: 'image/webp',
  woff: 'font/woff',
  woff2: 'font/woff2',
};

/**
 * Every file below `folder`, by its address (`/index.html`). Kept in memory, so that a
 * later build can't change an app that is being served, and no address can name a
 * file outside the folder. Dot files and links are left out.
 */
export async function readAppFiles(folder: string): Promise<Map<string, AppFile>> {
  const paths = await listFiles(folder);
  const known = new Set(paths);
  const files = new Map<string, AppFile>();
  for (const path of paths) {
    if (isCompressedTwin(path, known)) continue;
    const compressed = known.has(`${path}.br`) ? `${path}.br` : undefined;
    files.set(
      `/${relative(folder, path).split(sep).join('/')}`,
      await readAppFile(path, compressed),
    );
  }
  return files;
}

async function listFiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await listFiles(path)));
    if (entry.isFile()) found.push(path);
  }
  return found;
}

function isCompressedTwin(path: string, known: ReadonlySet<string>): boolean {
  return path.endsWith('.br') && known.has(path.slice(0, -'.br'.length));
}

async function readAppFile(path: string, compressed: string | undefined): Promise<AppFile> {
  const body = await readFile(path);
  return {
    body,
    brotli: compressed === undefined ? undefined : await readFile(compressed),
    contentType: contentTypeOf(path),
    cacheControl: cacheControlOf(path),
    etag: createHash('sha256').update(body).digest('base64url').slice(0, 22),
  };
}

function contentTypeOf(path: string): string {
  const extension = /\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
  return CONTENT_TYPES[extension] ?? 'application/octet-stream';
}

// Bundles, assets and the folders of workers and engine are named by a digest of their contents; of all else a browser
// has to ask whether it is still the same.
function cacheControlOf(path: string): string {
  const named = /[.-][0-9a-f]{32}[./][^]*$/.test(path);
  return named ? 'public, max-age=31536000, immutable' : 'no-cache';
}
