/**
 * Turns a build into a folder that works at any path of any static host: each route is a page of its own, whose links are
 * relative, so that a link to it works without a rule for unknown addresses.
 */
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { contentSecurityPolicy, securityHeaders } from '../serve/headers';
import { StartProblem } from '../serve/startOptions';
import type { HubOptions } from '../serve/startOptions';
import { appRoutes } from './appRoutes';
import { withServerSettings } from './serverSettings';

export interface ExportRequest extends HubOptions {
  /** The built app. */
  folder: string;
  target: string;
  /** The text of `catalog.json`. */
  catalog: string | undefined;
  /** The text of `catalog.signature.json`. */
  catalogSignature?: string | undefined;
  /** The text of the root that signs catalogs. */
  catalogRoot?: string | undefined;
}

/** Both are there, so that no page has to ask for a file in vain. */
const NO_CATALOG = JSON.stringify({ version: 2, models: [] });

/**
 * Replaces an earlier export, in one step.
 * @throws StartProblem where the target is a folder with other things in it.
 */
export async function exportFolder(
  request: ExportRequest,
): Promise<{ files: number; bytes: number }> {
  const { folder, target, catalog = NO_CATALOG, hubEndpoint, oauthClientId } = request;
  await requireOwnFolder(target);
  const staging = `${target}.${String(process.pid)}`;
  try {
    await cp(folder, staging, { recursive: true });
    for (const name of ['.stamp', 'metadata.json', 'index.html.br', 'sw.js.br']) {
      await rm(join(staging, name), { force: true });
    }
    const page = withPolicy(await readFile(join(folder, 'index.html'), 'utf8'), hubEndpoint);
    for (const route of await appRoutes()) await writePage(staging, route, page);
    const worker = await readFile(join(folder, 'sw.js'), 'utf8');
    await writeFile(join(staging, 'sw.js'), withServerSettings(worker, page));
    const { catalogRoot, catalogSignature } = request;
    const config = JSON.stringify({ hfEndpoint: hubEndpoint, oauthClientId, catalogRoot });
    await writeFile(join(staging, 'config.json'), config);
    await writeFile(join(staging, 'catalog.json'), catalog);
    if (catalogSignature !== undefined) {
      await writeFile(join(staging, 'catalog.signature.json'), catalogSignature);
    }
    // Read by Netlify and Cloudflare Pages: with these headers the page needs no reload to be isolated.
    await writeFile(join(staging, '_headers'), hostHeaders(hubEndpoint));
    // GitHub Pages leaves out folders that begin with an underscore otherwise.
    await writeFile(join(staging, '.nojekyll'), '');
    await rm(target, { recursive: true, force: true });
    await rename(staging, target);
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return measure(target);
}

async function requireOwnFolder(target: string): Promise<void> {
  const names = await readdir(target).catch((): string[] => []);
  if (names.length === 0 || names.includes('sw.js')) return;
  throw new StartProblem(`${target} has other files in it: choose another folder with --out.`, 1);
}

async function writePage(root: string, route: string, page: string): Promise<void> {
  const depth = route === '' ? 0 : route.split('/').length;
  const up = depth === 0 ? './' : '../'.repeat(depth);
  const file = join(root, route, 'index.html');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, page.replace(/(?<=\s(?:href|src)=")\//g, up));
}

/** A static host may send no headers, so the page brings its policy itself. */
function withPolicy(page: string, hubEndpoint: string | undefined): string {
  // Browsers ignore this part of a policy in a page.
  const policy = contentSecurityPolicy(hubEndpoint).replace(/; frame-ancestors [^;]+/, '');
  const meta = `<meta http-equiv="Content-Security-Policy" content="${policy}" />`;
  return page.replace('<meta charset="utf-8" />', `$&\n    ${meta}`);
}

function hostHeaders(hubEndpoint: string | undefined): string {
  const lines = Object.entries(securityHeaders(hubEndpoint));
  return ['/*', ...lines.map(([name, value]) => `  ${name}: ${value}`), ''].join('\n');
}

async function measure(folder: string): Promise<{ files: number; bytes: number }> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name));
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  return { files: sizes.length, bytes: sizes.reduce((sum, size) => sum + size, 0) };
}
