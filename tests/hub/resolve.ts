/** Files by repository, revision and path: the redirect to the bytes, and its headers. */
import { missingFile } from './access';
import type { Access } from './access';
import { pointerOf } from './content';
import { encodePath, jsonReply, redirectReply } from './reply';
import type { HubRequest, Reply, ReplyHeaders } from './reply';
import { findFile, gitOid, repoHash, xetHash } from './repos';
import type { HubFile } from './repos';
import type { Signer } from './signing';

type Granted = Extract<Access, { kind: 'granted' }>;

export interface FileAddress {
  request: HubRequest;
  granted: Granted;
  path: string;
}

export interface Storage {
  cdnOrigin: string;
  signer: Signer;
  /** Whether files can also be had by their chunks; on a mirror they can't. */
  hasXet: boolean;
}

const FILE_INFO = 'application/vnd.xet-fileinfo+json';

/** `/{repo}/resolve/{revision}/{path}`. The answer never has the bytes themselves; they are one redirect away. */
export function resolveFile(address: FileAddress, storage: Storage): Reply {
  const { request, granted, path } = address;
  const file = findFile(granted.files, path);
  const reply = file ? forward(address, file, storage) : missingFile(request, granted.commit);
  return { ...reply, file: `${granted.repo.name}/${path}` };
}

function forward(address: FileAddress, file: HubFile, storage: Storage): Reply {
  const { request, granted, path } = address;
  if (!file.lfs) return redirectReply(307, cachePath(address, file), gitHeaders(address, file));
  const headers = lfsHeaders(address, file, storage);
  if (storage.hasXet && request.headers.accept?.includes(FILE_INFO)) {
    return jsonReply({}, { ...headers, 'content-type': FILE_INFO });
  }
  const cdnPath = `/xet-bridge-us/${repoHash(granted.repo)}/${xetHash(file.content)}`;
  const shown = new URLSearchParams({
    'response-content-disposition': disposition(request, path),
  });
  const query = `${storage.signer.query(cdnPath)}&${shown.toString()}`;
  return redirectReply(302, `${storage.cdnOrigin}${cdnPath}?${query}`, headers);
}

// The redirect is relative, as on the real hub. A client that can't follow it doesn't get small files.
function cachePath({ request, granted, path }: FileAddress, file: HubFile): string {
  const origin = encodeURIComponent(request.url.pathname);
  const etag = encodeURIComponent(`"${gitOid(file)}"`);
  const where = `${granted.repo.name}/${granted.commit}/${encodePath(path)}`;
  return `/api/resolve-cache/models/${where}?${origin}=&etag=${etag}`;
}

/** `/api/resolve-cache/models/{repo}/{commit}/{path}`, and `/{repo}/raw/…`: both send the blob that git stores. */
export function storedFile(address: FileAddress): Reply {
  const { request, granted, path } = address;
  const file = findFile(granted.files, path);
  if (!file) return missingFile(request, granted.commit);
  const etag = `"${gitOid(file)}"`;
  const headers = {
    ...commonHeaders(address),
    'content-type': 'text/plain; charset=utf-8',
    etag,
  };
  const name = `${granted.repo.name}/${path}`;
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, file: name };
  const body = file.lfs ? pointerOf(file.content) : file.content;
  return { status: 200, headers, body, file: name, carriesFile: true };
}

function commonHeaders({ request, granted, path }: FileAddress): ReplyHeaders {
  return {
    'x-repo-commit': granted.commit,
    'accept-ranges': 'bytes',
    'content-disposition': disposition(request, path),
    'content-security-policy': "default-src 'none'; sandbox",
  };
}

function gitHeaders(address: FileAddress, file: HubFile): ReplyHeaders {
  return { ...commonHeaders(address), 'x-linked-etag': `"${gitOid(file)}"` };
}

function lfsHeaders(
  address: FileAddress,
  { content }: HubFile,
  { cdnOrigin, hasXet }: Storage,
): ReplyHeaders {
  const { request, granted } = address;
  const hash = xetHash(content);
  const { origin } = request.url;
  const auth = `${origin}/api/models/${granted.repo.name}/xet-read-token/${granted.commit}`;
  return {
    ...commonHeaders(address),
    'x-linked-size': String(content.sizeBytes),
    'x-linked-etag': `"${content.digest('sha256')}"`,
    'cache-control': 'no-store',
    ...(hasXet && {
      'x-xet-hash': hash,
      link: `<${auth}>; rel="xet-auth", <${cdnOrigin}/v1/reconstructions/${hash}>; rel="xet-reconstruction-info"`,
    }),
  };
}

function disposition(request: HubRequest, path: string): string {
  const name = path.split('/').at(-1) ?? path;
  const kind = request.url.searchParams.get('download') === 'true' ? 'attachment' : 'inline';
  const plain = name.replace(/[^\x20-\x7e]|["\\]/g, '_');
  return `${kind}; filename*=UTF-8''${encodeURIComponent(name)}; filename="${plain}";`;
}
