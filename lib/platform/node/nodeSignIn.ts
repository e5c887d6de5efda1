/**
 * Keeps the sign-in in the file that `hf` reads and writes, so that both programs share it. That file has room for a
 * token alone: its end, its account and its refresh token are in a second file beside it, which counts only for that
 * very token.
 */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, realpath, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import * as v from 'valibot';

import type { HeldToken } from '../addresses/heldToken';
import { parseSignIn, signInText } from '../shared/signInRecord';
import type { HubSignIn, SignInRecord } from '../types';
import { diskError, isAbsent } from './nodeErrors';

export interface NodeSignInOptions {
  held: HeldToken;
  hubEndpoint: string;
  /** Undefined for a sign-in that ends with this process. */
  tokenPath: string | undefined;
}

export function createNodeSignIn({ held, hubEndpoint, tokenPath }: NodeSignInOptions): HubSignIn {
  /** What was written last, or null after a removal; the settings count before that. */
  let written: SignInRecord | null | undefined;
  return {
    keeping: 'always',
    isSafe: true,
    use: held.use,

    async read() {
      if (written !== undefined) return written ?? undefined;
      const token = held.token();
      if (token === undefined) return undefined;
      const beside = tokenPath === undefined ? undefined : await readBeside(tokenPath, token);
      if (beside?.hubEndpoint === hubEndpoint) return beside;
      const unknown = { refreshToken: undefined, expiresAtMs: undefined, name: undefined };
      return { hubEndpoint, way: 'settings', token, ...unknown, isLasting: true };
    },

    async write(record) {
      const kept = { ...record, isLasting: true };
      if (tokenPath !== undefined) await writeBoth(tokenPath, kept);
      written = kept;
    },

    async remove() {
      written = null;
      if (tokenPath === undefined) return;
      await rm(besideOf(tokenPath), { force: true });
      await rm(await placeOf(tokenPath), { force: true });
    },

    randomText: () => randomBytes(32).toString('base64url'),
  };
}

/** Whether this app keeps more of a sign-in than its token, such as its end. */
export function hasOwnSignIn(tokenPath: string): boolean {
  return existsSync(besideOf(tokenPath));
}

const besideOf = (tokenPath: string) => `${tokenPath}.modelshelf.json`;

const besideSchema = v.object({ tokenSha256: v.string(), record: v.string() });

async function readBeside(tokenPath: string, token: string): Promise<SignInRecord | undefined> {
  try {
    const { tokenSha256, record } = v.parse(
      besideSchema,
      JSON.parse(await readFile(besideOf(tokenPath), 'utf8')),
    );
    if (tokenSha256 !== digestOf(token)) return undefined;
    return parseSignIn(record.replace(TOKEN_PLACE, () => JSON.stringify(token)));
  } catch {
    // Absent, unreadable or of another form: the token alone still counts.
    return undefined;
  }
}

/** Stands for the token, which is in `hf`'s file alone. */
const TOKEN_PLACE = '"(token)"';

async function writeBoth(tokenPath: string, record: SignInRecord): Promise<void> {
  const { token } = record;
  const beside = {
    tokenSha256: digestOf(token),
    record: signInText({ ...record, token: '(token)' }),
  };
  try {
    await mkdir(dirname(tokenPath), { recursive: true, mode: 0o700 });
    // The token comes last: until it is there, the file beside it counts for no token.
    await replace(besideOf(tokenPath), JSON.stringify(beside));
    await replace(await placeOf(tokenPath), token);
  } catch (error) {
    throw diskError(error, { path: tokenPath });
  }
}

/** The file itself where its name is a link, as in a folder of settings under version control. */
async function placeOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (isAbsent(error)) return path;
    throw error;
  }
}

/** Readable for this account alone, at every moment; a reader sees the old text or the new one. */
async function replace(path: string, text: string): Promise<void> {
  const next = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = await open(next, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await rename(next, path);
  } catch (error) {
    await rm(next, { force: true });
    throw error;
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
