/** `modelshelf login`, `logout` and `whoami`: the sign-in to the hub, shared with `hf`. No token is ever printed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';

import { createAccess, type Access } from '../../lib/ai/access/access';
import { printable } from '../../lib/components/words/words';
import { ModelError } from '../../lib/errors';
import { composePlatform } from '../cli/compose';
import { readEnvironment } from '../cli/environment';
import type { Reporter } from '../cli/reporter';
import { onInterrupt } from '../cli/runCommandLine';
import { UsageError } from '../cli/usageError';
import type { ShelfOptions } from './shelfOptions';

const NOBODY = 1;

interface Account {
  access: Access;
  host: string;
  /** The variable that counts before the kept sign-in. */
  setBy: string | undefined;
}

/** Resolves with the exit code. @throws UsageError, ModelError, AbortError */
export function login(options: ShelfOptions, reporter: Reporter): Promise<number> {
  return withAccount(options, reporter, async ({ access, host, setBy }) => {
    const { ways } = access.getSnapshot();
    const way = options.loginWay ?? (ways.includes('device') ? 'device' : undefined);
    if (way === 'device' && ways.includes('device')) {
      await onDevice(access, reporter);
    } else if (way === 'token') {
      await access.signInWithToken(await readToken(), true);
    } else {
      throw new UsageError(
        'Signing in with a code needs the id of a public app in MODELSHELF_CLIENT_ID. Without one, pass a token: modelshelf login --token-stdin < FILE',
      );
    }
    tellWho(reporter, access, { event: 'login', host });
    if (setBy !== undefined) reporter.warn(`${setBy} is set, and counts before this sign-in.`);
    return 0;
  });
}

export function logout(options: ShelfOptions, reporter: Reporter): Promise<number> {
  return withAccount(options, reporter, async ({ access, host, setBy }) => {
    await access.signOut();
    reporter.tell({ event: 'logout', host }, `Signed out of ${host}.`);
    if (setBy !== undefined) reporter.warn(`${setBy} is still set, and is sent to ${host}.`);
    return 0;
  });
}

export function whoAmI(options: ShelfOptions, reporter: Reporter): Promise<number> {
  return withAccount(options, reporter, async ({ access, host }) => {
    await access.check();
    const { state } = access.getSnapshot();
    if (state.kind === 'signed-in') {
      tellWho(reporter, access, { event: 'whoami', host });
      return 0;
    }
    const reason = state.kind === 'signed-out' ? state.reason : undefined;
    const words = reason === undefined ? 'Nobody is signed in' : 'The token is no longer accepted';
    reporter.tell(
      { event: 'whoami', host, name: null, reason: reason ?? null },
      `${words} at ${host}.`,
    );
    return NOBODY;
  });
}

/** Tells where to type in the code as soon as there is one. */
async function onDevice(access: Access, reporter: Reporter): Promise<void> {
  let shown: string | undefined;
  const stop = access.subscribe(() => {
    const { state } = access.getSnapshot();
    if (state.kind !== 'signing-in' || state.way !== 'device') return;
    const { userCode, page } = state;
    if (userCode === undefined || page === undefined || userCode === shown) return;
    shown = userCode;
    reporter.tell({ event: 'code', userCode, page }, `Open ${page} and type in ${userCode}`);
  });
  const stopListening = onInterrupt(() => {
    access.cancel();
  });
  try {
    await access.signIn({ way: 'device', isLasting: true });
  } finally {
    stopListening();
    stop();
  }
}

async function readToken(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new UsageError(
      '--token-stdin reads a file or a pipe: modelshelf login --token-stdin < FILE',
    );
  }
  return readAll(process.stdin);
}

interface About {
  event: 'login' | 'whoami';
  host: string;
}

function tellWho(reporter: Reporter, access: Access, { event, host }: About): void {
  const { state } = access.getSnapshot();
  if (state.kind !== 'signed-in') throw new ModelError('INTERNAL', { reason: 'not signed in' });
  const { name = null, way, expiresAtMs = null, isRenewed } = state;
  const end =
    expiresAtMs === null || isRenewed ? '' : ` until ${new Date(expiresAtMs).toISOString()}`;
  const who = name === null ? 'Signed in' : `Signed in as ${printable(name)}`;
  const expiresAt = expiresAtMs === null ? null : new Date(expiresAtMs).toISOString();
  reporter.tell(
    { event, host, name, way, expiresAt, renewed: isRenewed },
    `${who} at ${host}${end}.`,
  );
}

/** With a scratch folder for a store that stays empty. */
async function withAccount(
  { proxy }: ShelfOptions,
  reporter: Reporter,
  work: (account: Account) => Promise<number>,
): Promise<number> {
  const { tokenSetBy, hubEndpoint } = readEnvironment(process.env, {
    proxy,
    warn: () => undefined,
  });
  const folder = await mkdtemp(join(tmpdir(), 'modelshelf-account-'));
  const platform = composePlatform({ folder, runtime: 'llama.cpp', proxy }, reporter.warn);
  const access = createAccess(platform);
  try {
    await access.start();
    await access.settled();
    return await work({ access, host: new URL(hubEndpoint).host, setBy: tokenSetBy });
  } finally {
    access.close();
    await platform.close();
    await rm(folder, { recursive: true, force: true });
  }
}
