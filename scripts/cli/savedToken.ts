/** The token that `hf auth login` has saved. Messages never contain the token. */
import { readFileSync, statSync } from 'node:fs';

import { decodeText } from '../../lib/platform/shared/decodeText';
import { isAbsent, reasonOf } from '../../lib/platform/node/nodeErrors';

const MAX_TOKEN_BYTES = 8 * 1024;

/** Why a token can't be sent, as the end of a sentence about its place; undefined for a usable token. */
export function tokenProblem(token: string): string | undefined {
  const place = token.search(/[^\x21-\x7e]/);
  if (place === -1) return undefined;
  return `holds a character that can’t be sent in a request’s header, at place ${String(place + 1)} of ${String(token.length)}. Copy the token again, and nothing else`;
}

/**
 * Undefined when there is no file, and when the file contains no token. In the second case `warn` is called with the
 * reason, and models that need no sign-in can still be downloaded.
 */
export function readSavedToken(path: string, warn: (text: string) => void): string | undefined {
  const leaveOut = (problem: string): string | undefined => {
    warn(`The saved token was left out: ${path} ${problem}`);
    return undefined;
  };
  try {
    const facts = statSync(path);
    if (!facts.isFile()) return leaveOut('is no file');
    if (facts.size > MAX_TOKEN_BYTES) return leaveOut('is too long for a token');
    const token = decodeText(readFileSync(path)).trim();
    const problem = tokenProblem(token);
    if (problem !== undefined) return leaveOut(problem);
    return token === '' ? undefined : token;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    return leaveOut(`can’t be read: ${reasonOf(error)}`);
  }
}
