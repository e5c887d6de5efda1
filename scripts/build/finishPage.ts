/**
 * Makes an exported app one that opens offline: its workers and its engine get addresses that change with their contents,
 * and a service worker knows all of its files.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getManifest } from '@serwist/build';
import { startWords } from '../../lib/components/words/startWords';
import { bundlePageScript } from '../buildWorkers';

const FIRST_SCRIPT = 'lib/platform/web/page/beginPage.ts';
const SERVICE_WORKER = 'lib/platform/web/page/serviceWorker.ts';

/** Named by a digest: by Expo `name-{digest}.js`, by this file `folder-{digest}/`. */
const NAMED_BY_CONTENT = /-[0-9a-f]{32}[./]/;
/** What no page asks for: Expo's own pictures, those that a browser shows before it installs the app, and build records. */
const UNUSED = ['assets/**', 'screenshots/**', 'metadata.json', '**/*.map'];

export async function finishPage(folder: string): Promise<void> {
  const folders = {
    workers: await nameByContent(folder, 'workers'),
    engine: await nameByContent(folder, 'engine'),
  };
  const page = join(folder, 'index.html');
  const html = await readFile(page, 'utf8');
  const id = createHash('md5').update(html).update(JSON.stringify(folders)).digest('hex');
  const begin = `begin-${id}.js`;
  await rm(join(folder, 'begin.js'), { force: true });
  await bundlePageScript({
    source: FIRST_SCRIPT,
    target: join(folder, begin),
    build: { id, folders, words: await startWords() },
  });
  await writeFile(page, html.replace('/begin.js', `/${begin}`));
  const files = await listFiles(folder);
  const isEngine = ({ url }: { url: string }) => url.startsWith(`${folders.engine}/`);
  await bundlePageScript({
    source: SERVICE_WORKER,
    target: join(folder, 'sw.js'),
    build: {
      ...{ id, folders },
      shell: files.filter((file) => !isEngine(file)),
      engine: files.filter(isEngine).map(({ url }) => url),
    },
  });
}

/** Resolves with the folder's new name. */
async function nameByContent(root: string, name: string): Promise<string> {
  const hash = createHash('md5');
  const paths = await readdir(join(root, name), { recursive: true, withFileTypes: true });
  const files = paths
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const path of files.sort()) {
    const content = await readFile(path);
    hash.update(`${path.slice(root.length)}\0${String(content.length)}\0`).update(content);
  }
  const named = `${name}-${hash.digest('hex')}`;
  await rename(join(root, name), join(root, named));
  return named;
}

async function listFiles(folder: string) {
  const { manifestEntries = [], warnings } = await getManifest({
    globDirectory: folder,
    globPatterns: ['**/*'],
    globIgnores: UNUSED,
    dontCacheBustURLsMatching: NAMED_BY_CONTENT,
    maximumFileSizeToCacheInBytes: 64 * 1024 * 1024,
  });
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
  // Some servers redirect from `index.html` to its folder, and a redirected answer is no page.
  return manifestEntries.map(({ url, revision = null }) => ({
    url: url === 'index.html' ? './' : url,
    revision,
  }));
}
