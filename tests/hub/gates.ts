/** The page of a gated repository, where a person asks its owner for access. */
import type { OAuth } from './oauth';
import { escaped, html } from './oauthPage';
import { textReply } from './reply';
import type { Reply } from './reply';
import type { HubRepo } from './repos';

interface Gates {
  repos: ReadonlyMap<string, HubRepo>;
  oauth: OAuth;
}

export function gatePage({ oauth }: Gates, { name }: HubRepo): Reply {
  const { granted, asked } = oauth.bearers;
  const title = `<h1>${escaped(name)}</h1>`;
  if (granted.includes(name)) {
    return html(`${title}<p>You have been granted access to this model</p>`);
  }
  if (asked.has(name)) {
    return html(`${title}<p>Your request to access this repo is pending a review</p>`);
  }
  return html(`${title}<form method="post" action="/${escaped(name)}/ask-access">
<button>Agree and access repository</button></form>`);
}

/** Access is given at once where the repository's gate is automatic, otherwise when its owner decides. */
export function askForAccess({ repos, oauth }: Gates, name: string): Reply {
  const repo = repos.get(name);
  if (repo?.gated === 'auto') oauth.signIns.grant(name);
  if (repo?.gated === 'manual') oauth.bearers.asked.add(name);
  return textReply(303, 'Redirecting', { location: `/${name}` });
}
