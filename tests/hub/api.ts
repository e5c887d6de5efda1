/** The JSON API: facts about a repository and its files. */
import type { Access } from './access';
import { missingFile } from './access';
import { pointerOf } from './content';
import { jsonReply, textReply } from './reply';
import type { HubRequest, Reply } from './reply';
import { findFile, gitOid, xetHash } from './repos';
import type { HubFile, HubFiles, HubRepo } from './repos';
import { cardData, tagsOf } from './search';

type Granted = Extract<Access, { kind: 'granted' }>;

const CREATED = '2025-01-01T00:00:00.000Z';

/** `/api/models/{repo}` and `/api/models/{repo}/revision/{revision}`. */
export function modelInfo(request: HubRequest, { repo, commit, files }: Granted): Reply {
  const withBlobs = request.url.searchParams.get('blobs') === 'true';
  const siblings = Object.entries(files).map(([rfilename, file]) => ({
    rfilename,
    ...(withBlobs ? blob(file) : {}),
  }));
  const sizes = Object.values(files).map(({ content }) => content.sizeBytes);
  return jsonReply({
    _id: commit.slice(0, 24),
    id: repo.name,
    modelId: repo.name,
    author: repo.name.split('/')[0],
    sha: commit,
    createdAt: CREATED,
    private: false,
    gated: repo.gated ?? false,
    disabled: repo.disabled ?? false,
    tags: tagsOf(repo),
    ...countsAndCard(repo),
    ...(repo.gguf && { gguf: repo.gguf }),
    siblings,
    usedStorage: sizes.reduce((sum, size) => sum + size, 0),
  });
}

function countsAndCard(repo: HubRepo) {
  const card = cardData(repo);
  const { downloads = 0, likes = 0, pipeline, lastModified = CREATED } = repo.facts ?? {};
  return {
    ...{ downloads, likes, lastModified },
    ...(pipeline !== undefined && { pipeline_tag: pipeline }),
    ...(card && { cardData: card }),
  };
}

// This answer calls the digest `sha256`; a tree calls the same digest `oid`.
function blob(file: HubFile) {
  const { content } = file;
  const size = content.sizeBytes;
  const lfs = {
    sha256: content.digest('sha256'),
    size,
    pointerSize: pointerOf(content).sizeBytes,
  };
  return { blobId: gitOid(file), size, ...(file.lfs ? { lfs } : {}) };
}

interface TreeQuestion {
  request: HubRequest;
  granted: Granted;
  folder: string;
  pageSize: number;
}

/** `/api/models/{repo}/tree/{revision}[/{folder}]`, one page per answer. */
export function tree({ request, granted, folder, pageSize }: TreeQuestion): Reply {
  const { searchParams } = request.url;
  const prefix = folder === '' ? '' : `${folder}/`;
  const recursive = searchParams.get('recursive') === 'true';
  const paths = [...foldersOf(granted.files), ...Object.keys(granted.files)]
    .filter((path) => path.startsWith(prefix))
    .filter((path) => recursive || !path.slice(prefix.length).includes('/'));
  if (paths.length === 0 && folder !== '') return missingFile(request, granted.commit);

  const start = Number(searchParams.get('cursor') ?? '0');
  const entries = paths.slice(start, start + pageSize).map((path) => entry(granted.files, path));
  if (start + pageSize >= paths.length) return jsonReply(entries);
  const next = new URL(request.url);
  next.searchParams.set('cursor', String(start + pageSize));
  return jsonReply(entries, { link: `<${next.href}>; rel="next"` });
}

function foldersOf(files: HubFiles): string[] {
  const folders = Object.keys(files).flatMap((path) => {
    const parts = path.split('/').slice(0, -1);
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
  });
  return [...new Set(folders)];
}

function entry(files: HubFiles, path: string) {
  const file = findFile(files, path);
  if (!file) return { type: 'directory', oid: '0'.repeat(40), size: 0, path };
  const { content } = file;
  const common = { type: 'file', oid: gitOid(file), size: content.sizeBytes, path };
  if (!file.lfs) return common;
  const pointerSize = pointerOf(content).sizeBytes;
  return {
    ...common,
    lfs: { oid: content.digest('sha256'), size: content.sizeBytes, pointerSize },
    xetHash: xetHash(content),
  };
}

/** `POST /api/models/{repo}/paths-info/{revision}`. Missing paths are left out of the answer, not refused. */
export function pathsInfo(request: HubRequest, { files, repo, commit }: Granted): Reply {
  const asked = askedPaths(request);
  const paths = asked?.paths;
  if (!paths) return textReply(400, 'Expected paths as JSON or as a form');
  const folders = new Set(foldersOf(files));
  const known = paths.filter((path) => findFile(files, path) ?? folders.has(path));
  const more = (path: string) => (asked.expand ? expanded(repo, commit, path) : {});
  return jsonReply(known.map((path) => ({ ...entry(files, path), ...more(path) })));
}

function expanded(repo: HubRepo, commit: string, path: string) {
  const status = repo.facts?.scans?.[path] ?? 'safe';
  return {
    lastCommit: { id: commit, title: 'Upload', date: repo.facts?.lastModified ?? CREATED },
    ...(findFile(repo.files, path) && {
      securityFileStatus: { status, avScan: { status }, pickleImportScan: { status: 'unscanned' } },
    }),
  };
}

interface Asked {
  paths: string[];
  expand: boolean;
}

function askedPaths({ body, headers }: HubRequest): Asked | undefined {
  if (!headers['content-type']?.includes('json')) {
    const form = new URLSearchParams(body);
    return { paths: form.getAll('paths'), expand: /^true$/i.test(form.get('expand') ?? '') };
  }
  try {
    const { paths, expand } = JSON.parse(body) as { paths?: unknown; expand?: unknown };
    return Array.isArray(paths) ? { paths: paths.map(String), expand: expand === true } : undefined;
  } catch {
    // The body isn't JSON, whatever its header states. That is the client's mistake, answered with 400.
    return undefined;
  }
}

/** `/api/models/{repo}/refs`. */
export function refs({ repo }: Granted): Reply {
  const tags = Object.entries(repo.tags ?? {}).map(([name, targetCommit]) => ({
    name,
    ref: `refs/tags/${name}`,
    targetCommit,
  }));
  const main = { name: 'main', ref: 'refs/heads/main', targetCommit: repo.commit };
  return jsonReply({ branches: [main], tags, converts: [] });
}
