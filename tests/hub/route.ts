/** Maps addresses to answers, on both origins. */
import { access, missingPage } from './access';
import type { Access, Holdings, Wanted } from './access';
import { modelInfo, pathsInfo, refs, tree } from './api';
import { bytesContent } from './content';
import { cdnFile } from './cdn';
import { askForAccess, gatePage } from './gates';
import type { OAuth } from './oauth';
import { jsonReply, redirectReply, textReply } from './reply';
import type { HubRequest, Reply, ReplyHeaders } from './reply';
import type { HubRepo } from './repos';
import { resolveFile, storedFile } from './resolve';
import type { Storage } from './resolve';
import { listModels } from './search';
import type { XetService } from './xet/xetService';

export interface Site extends Holdings, Storage {
  repos: Map<string, HubRepo>;
  treePageSize: number;
  oauth: OAuth;
  xet: XetService;
}

type Parts = Record<string, string>;
type Granted = Extract<Access, { kind: 'granted' }>;

interface Visit {
  site: Site;
  request: HubRequest;
  parts: Parts;
}

interface Route {
  pattern: RegExp;
  answer: (visit: Visit) => Reply;
}

const REPO = '(?<repo>[^/]+/[^/]+)';

const ROUTES: readonly Route[] = [
  route(`/api/resolve-cache/models/${REPO}/(?<revision>[^/]+)/(?<path>.+)`, (visit) =>
    files(visit, (granted) => storedFile(address(visit, granted))),
  ),
  route(`/api/models/${REPO}(/revision/(?<revision>[^/]+))?`, (visit) =>
    description(visit, (granted) => modelInfo(visit.request, granted)),
  ),
  // The answer for a token alone: whether the files may be read. The commit doesn't matter.
  route(`/api/models/${REPO}/auth-check`, (visit) => files(visit, () => jsonReply({}))),
  route(`/api/models/${REPO}/xet-read-token/(?<revision>[^/]+)`, (visit) =>
    files(visit, () =>
      visit.site.hasXet ? visit.site.xet.readToken() : missingPage(visit.request),
    ),
  ),
  route(`/api/models/${REPO}/refs`, (visit) => description(visit, refs)),
  route(`/api/models/${REPO}/paths-info/(?<revision>[^/]+)`, (visit) =>
    description(visit, (granted) => pathsInfo(visit.request, granted)),
  ),
  route(`/api/models/${REPO}/tree/(?<revision>[^/]+)(/(?<path>.+))?`, (visit) =>
    description(visit, (granted) => {
      const { request, parts, site } = visit;
      return tree({ request, granted, folder: parts.path ?? '', pageSize: site.treePageSize });
    }),
  ),
  route('/api/models', ({ site, request }) => listModels(site.repos, request)),
  route('(?<before>/api/models/|/)(?<legacyName>[^/]+)(?<rest>/.*)?', toCanonicalName),
  route(`/${REPO}/resolve/(?<revision>[^/]+)/(?<path>.+)`, (visit) =>
    files(visit, (granted) => resolveFile(address(visit, granted), visit.site)),
  ),
  route(`/${REPO}/raw/(?<revision>[^/]+)/(?<path>.+)`, (visit) =>
    files(visit, (granted) => storedFile(address(visit, granted))),
  ),
  route(`/${REPO}/ask-access`, ({ site, parts }) => askForAccess(site, parts.repo ?? '')),
  route(`/${REPO}(/blob/(?<revision>[^/]+)/(?<path>.+))?`, (visit) =>
    description(visit, ({ repo }) => (repo.gated ? gatePage(visit.site, repo) : page(repo.name))),
  ),
];

function route(pattern: string, answer: Route['answer']): Route {
  return { pattern: new RegExp(`^${pattern}/?$`), answer };
}

/** The answer before any fault, without the headers that every answer of the origin has. */
export function answer(site: Site, request: HubRequest): Reply {
  if (request.origin === 'cdn') {
    return site.xet.answer(request) ?? cdnFile(site, request, site.signer);
  }
  const signingIn = site.oauth.answer(request);
  if (signingIn) return signingIn;
  for (const { pattern, answer: answerOf } of ROUTES) {
    const match = pattern.exec(request.url.pathname);
    const parts = match && decoded(match.groups ?? {});
    if (match && !parts) return textReply(400, 'The address is not well-formed');
    if (!parts || !isOurs(site, parts)) continue;
    return answerOf({ site, request, parts });
  }
  return missingPage(request);
}

// A single path segment is a legacy name only where a repository has that name; otherwise it is an owner.
function isOurs(site: Site, { legacyName }: Parts): boolean {
  if (legacyName === undefined) return true;
  return [...site.repos.values()].some((repo) => repo.legacyName === legacyName);
}

function decoded(groups: Record<string, string | undefined>): Parts | undefined {
  try {
    const known = Object.entries(groups).filter(([, text]) => text !== undefined);
    return Object.fromEntries(known.map(([name, text]) => [name, decodeURIComponent(text ?? '')]));
  } catch {
    // The path has a lone per cent sign or half a character. That is the client's mistake, answered with 400.
    return undefined;
  }
}

function files(visit: Visit, use: (granted: Granted) => Reply): Reply {
  return withAccess(visit, 'files', use);
}

function description(visit: Visit, use: (granted: Granted) => Reply): Reply {
  return withAccess(visit, 'description', use);
}

function withAccess(visit: Visit, what: Wanted['what'], use: (granted: Granted) => Reply): Reply {
  const { repo = '', revision = 'main' } = visit.parts;
  const result = access(visit.site, visit.request, { repo, revision, what });
  return result.kind === 'granted' ? use(result) : result.reply;
}

function address({ request, parts }: Visit, granted: Granted) {
  return { request, granted, path: parts.path ?? '' };
}

function toCanonicalName({ site, request, parts }: Visit): Reply {
  const repo = [...site.repos.values()].find(({ legacyName }) => legacyName === parts.legacyName);
  const location = `${parts.before ?? '/'}${repo?.name ?? ''}${parts.rest ?? ''}`;
  return redirectReply(307, `${encodeURI(location)}${request.url.search}`);
}

function page(title: string): Reply {
  const html = `<!doctype html><title>${title}</title><h1>${title}</h1>`;
  const headers: ReplyHeaders = { 'content-type': 'text/html; charset=utf-8' };
  return { status: 200, headers, body: bytesContent(html) };
}
