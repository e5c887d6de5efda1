/** Decides which client may see which revision: the hub's refusals, in the order in which the hub checks them. */
import type { HubRequest, Reply } from './reply';
import { jsonReply, textReply } from './reply';
import { findRevision } from './repos';
import type { HubRepo, Revision } from './repos';

export interface Holdings {
  /** By `owner/name`. */
  repos: ReadonlyMap<string, HubRepo>;
  /** Valid tokens, and the gated repositories to which each gives access. */
  tokens: Readonly<Record<string, readonly string[]>>;
}

export interface Wanted {
  repo: string;
  revision: string;
  /** The description of a gated repository is public, but its files aren't. */
  what: 'files' | 'description';
}

export type Access =
  ({ kind: 'granted'; repo: HubRepo } & Revision) | { kind: 'refused'; reply: Reply };

export function access(holdings: Holdings, request: HubRequest, wanted: Wanted): Access {
  const refused = (reply: Reply): Access => ({ kind: 'refused', reply });
  const signIn = readSignIn(holdings, request);
  const repo = holdings.repos.get(wanted.repo);
  const isGated = wanted.what === 'files' && repo?.gated !== undefined;
  // Also for public files, which the same request without a token would get.
  if (signIn.kind === 'invalid' && !isGated) {
    return refused(
      refusal(request, 401, { message: 'Invalid credentials in Authorization header' }),
    );
  }
  if (!repo) return refused(missingRepo(request, signIn));
  if (repo.disabled) {
    return refused(refusal(request, 403, { message: 'Access to this resource is disabled.' }));
  }
  const isPublic = wanted.what === 'description' || repo.gated === undefined;
  if (!isPublic && !signIn.granted.includes(repo.name)) {
    // An invalid token gets the same answer as a missing one.
    const status = signIn.kind === 'valid' ? 403 : 401;
    const message = `Access to model ${repo.name} is restricted.`;
    return refused(refusal(request, status, { message, code: 'GatedRepo' }));
  }
  const revision = findRevision(repo, wanted.revision);
  if (revision) return { kind: 'granted', repo, ...revision };
  const message = `Invalid rev id: ${wanted.revision}`;
  return refused(refusal(request, 404, { message, code: 'RevisionNotFound' }));
}

interface SignIn {
  kind: 'none' | 'invalid' | 'valid';
  granted: readonly string[];
}

function readSignIn({ tokens }: Holdings, { headers }: HubRequest): SignIn {
  const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) return { kind: 'none', granted: [] };
  const granted = Object.hasOwn(tokens, token) ? tokens[token] : undefined;
  return granted ? { kind: 'valid', granted } : { kind: 'invalid', granted: [] };
}

/** The answer still states the commit, so that a client can remember that the commit doesn't contain the file. */
export function missingFile(request: HubRequest, commit: string): Reply {
  const reply = refusal(request, 404, { message: 'Entry not found', code: 'EntryNotFound' });
  return { ...reply, headers: { ...reply.headers, 'x-repo-commit': commit } };
}

export function missingPage(request: HubRequest): Reply {
  return refusal(request, 404, { message: "Sorry, we can't find the page you are looking for." });
}

// Without a sign-in, the hub gives the same answer for a private and a missing repository, and sends no error code.
function missingRepo(request: HubRequest, signIn: SignIn): Reply {
  if (signIn.kind === 'valid') {
    return refusal(request, 404, { message: 'Repository not found', code: 'RepoNotFound' });
  }
  const reply = refusal(request, 401, { message: 'Invalid username or password.' });
  const challenge = 'Bearer realm="Authentication required", charset="UTF-8"';
  return { ...reply, headers: { ...reply.headers, 'www-authenticate': challenge } };
}

interface Reason {
  message: string;
  code?: string;
}

function refusal(request: HubRequest, status: number, { message, code }: Reason): Reply {
  const headers = {
    'x-error-message': message,
    ...(code === undefined ? {} : { 'x-error-code': code }),
  };
  if (!request.url.pathname.startsWith('/api/')) return textReply(status, message, headers);
  return { ...jsonReply({ error: message }, headers), status };
}
