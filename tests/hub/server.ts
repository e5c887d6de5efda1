/** The local hub: two origins on this machine that answer like Hugging Face and its file store, or with faults. */
import { createServer } from 'node:http';
import type { Server, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { missingPage } from './access';
import { findByHash } from './cdn';
import { applyFault } from './applyFault';
import { control, isControl } from './control';
import { corsHeaders, preflight } from './cors';
import { deliver } from './deliver';
import { createFaultRules } from './faults';
import type { FaultRules } from './faults';
import { createGate } from './gate';
import { listen, serve, stop } from './listen';
import { createLog } from './log';
import type { LogEntry } from './log';
import { createOAuth } from './oauth';
import type { OAuth } from './oauth';
import type { OAuthOptions } from './oauthDesk';
import { createQuota } from './quota';
import type { HubRequest, Reply, ReplyHeaders } from './reply';
import type { HubRepo } from './repos';
import { answer } from './route';
import type { Site } from './route';
import type { SignIns } from './signIns';
import { createSigner } from './signing';
import { createXetService, type XetOptions } from './xet/xetService';

export interface HubOptions {
  repos: readonly HubRepo[];
  /** 0, the default, chooses a free port. */
  port?: number;
  /** The rate of each answer with a file's bytes; no limit unless given. */
  bytesPerSecond?: number;
  /** Valid tokens, and the gated repositories to which each gives access. */
  tokens?: Readonly<Record<string, readonly string[]>>;
  /** Sign-in with OAuth; without it no app is registered. */
  oauth?: OAuthOptions;
  signatureTtlSeconds?: number;
  /** The clock, used only for the expiry of signatures, tokens and device codes. */
  nowMs?: () => number;
  treePageSize?: number;
  /** How files can be had by their chunks; false on a mirror. By default as on the real hub. */
  xet?: false | Partial<Pick<XetOptions, 'mostXorbBytes' | 'onlyFirstVersion'>>;
  /** The hub's path at its origin; a company's mirror has one, such as `/artifactory/api/…`. */
  path?: string;
  /** Makes both origins https. */
  tls?: { key: Buffer; cert: Buffer };
}

export interface Hub {
  /** The address to use in place of `https://huggingface.co`. */
  readonly endpoint: string;
  readonly cdnOrigin: string;
  /** May be changed while the hub runs: a replaced repository acts like a new upload. */
  readonly repos: Map<string, HubRepo>;
  readonly log: readonly LogEntry[];
  readonly faults: Pick<FaultRules, 'push' | 'clear'>;
  readonly signIns: SignIns;
  /** The first logged request, past or future, that fits. */
  until(fits: (entry: LogEntry) => boolean): Promise<LogEntry>;
  /** Lets every stalled answer continue. */
  release(): void;
  /** Ends every connection at once, as a change of network does; the hub goes on listening. */
  dropConnections(): void;
  /** Makes every signed address issued so far answer 403. */
  expireSignatures(): void;
  /** Clears faults, log and sign-ins, undoes changes to `repos`, and lets stalled answers continue. */
  reset(): void;
  /** Drops every connection. */
  close(): Promise<void>;
}

const MOST_XORB_BYTES = 64 * 1024 * 1024;

/** @throws the listener's own error, EADDRINUSE for a port that is in use. */
export async function startHub(options: HubOptions): Promise<Hub> {
  const { tls } = options;
  const create = (): Server => (tls ? createTlsServer(tls) : createServer());
  const [hubServer, cdnServer] = [create(), create()];
  const scheme = tls ? 'https' : 'http';
  const hubOrigin = await listen(hubServer, options.port ?? 0, scheme);
  const { path = '' } = options;
  const endpoint = hubOrigin + path;
  const cdnOrigin = await listen(cdnServer, 0, scheme);
  const oauth = createOAuth(
    { tokens: options.tokens ?? {}, nowMs: options.nowMs ?? Date.now },
    options.oauth,
  );
  const site = createSite(options, cdnOrigin, oauth);
  const [log, faults, gate] = [createLog(), createFaultRules(), createGate()];

  const hub: Hub = {
    endpoint,
    cdnOrigin,
    repos: site.repos,
    log: log.entries,
    faults,
    signIns: oauth.signIns,
    until: log.until,
    release: gate.release,
    dropConnections() {
      hubServer.closeAllConnections();
      cdnServer.closeAllConnections();
    },
    expireSignatures: site.signer.expireAll,
    reset() {
      faults.clear();
      gate.release();
      log.clear();
      oauth.bearers.reset();
      site.repos.clear();
      for (const repo of options.repos) site.repos.set(repo.name, repo);
    },
    async close() {
      await Promise.all([stop(hubServer), stop(cdnServer)]);
    },
  };

  const quota = createQuota();
  const respond = async (request: HubRequest, response: ServerResponse) => {
    const { bytesPerSecond } = options;
    if (isControl(request)) {
      const reply = withHeaders(control(hub, request), corsHeaders(request));
      response.writeHead(reply.status, reply.headers).end(reply.body?.read(0, Infinity));
      return;
    }
    oauth.bearers.watch(request);
    const entry = log.add(request);
    const right = withHeaders(
      rightReply(site, request, path),
      corsHeaders(request),
      quota.spend(request),
    );
    if (right.file !== undefined) log.update(entry, { file: right.file });
    const openBodies = log.entries.filter(isOpenBody).length;
    const fault = faults.take({ request, file: right.file, openBodies }, right);
    const sent = applyFault(right, request, fault);
    const { method } = request;
    await deliver({ response, reply: sent, fault, method, bytesPerSecond, log, entry, gate });
  };
  serve(hubServer, { origin: 'hub', base: hubOrigin, respond });
  serve(cdnServer, { origin: 'cdn', base: cdnOrigin, respond });
  return hub;
}

function createSite(options: HubOptions, cdnOrigin: string, oauth: OAuth): Site {
  const { repos: stocked, signatureTtlSeconds: ttlSeconds = 3600, treePageSize = 1000 } = options;
  const { nowMs = Date.now, xet = {} } = options;
  const repos = new Map(stocked.map((repo) => [repo.name, repo]));
  const { tokens } = oauth.bearers;
  const signer = createSigner({ ttlSeconds, nowMs });
  return {
    ...{ repos, tokens, oauth, cdnOrigin, signer, treePageSize },
    hasXet: xet !== false,
    xet: createXetService({
      ...{ casUrl: cdnOrigin, signer, nowMs, ttlSeconds },
      find: (hash) => findByHash({ repos, tokens }, hash)?.file.content,
      mostXorbBytes: MOST_XORB_BYTES,
      onlyFirstVersion: false,
      ...xet,
    }),
  };
}

function rightReply(site: Site, request: HubRequest, path: string): Reply {
  if (request.method === 'OPTIONS') return preflight(request);
  if (request.origin !== 'hub' || path === '') return answer(site, request);
  const { pathname } = request.url;
  if (!pathname.startsWith(`${path}/`)) return missingPage(request);
  const url = new URL(request.url);
  url.pathname = pathname.slice(path.length);
  return below(path, url.origin, answer(site, { ...request, url }));
}

/** The answer with `path` added to its addresses, as a hub below that path states them. */
function below(path: string, origin: string, reply: Reply): Reply {
  const headers = { ...reply.headers };
  const { location, link } = headers;
  if (typeof location === 'string' && location.startsWith('/')) headers.location = path + location;
  if (typeof link === 'string') headers.link = link.replaceAll(`<${origin}/`, `<${origin}${path}/`);
  return { ...reply, headers };
}

function withHeaders(reply: Reply, ...more: ReplyHeaders[]): Reply {
  return { ...reply, headers: Object.assign({}, ...more, reply.headers) as ReplyHeaders };
}

function isOpenBody({ state, status, file }: LogEntry): boolean {
  return file !== undefined && status >= 200 && status < 300 && /^(open|stalled)$/.test(state);
}
