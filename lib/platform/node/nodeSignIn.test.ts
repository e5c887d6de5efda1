import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { describeSignIn } from '../../../tests/conformance/signIn';
import { createHeldToken } from '../addresses/heldToken';
import type { SignInRecord } from '../types';
import { createNodeSignIn } from './nodeSignIn';

const HUB = 'https://hub.example';

let folder: string;
let tokenPath: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'modelshelf-sign-in-'));
  tokenPath = join(folder, 'hf', 'token');
});
afterEach(() => rm(folder, { recursive: true }));

/** A process of its own: the token is read from the file, as the command line does. */
async function open() {
  const token = await readFile(tokenPath, 'utf8').catch(() => undefined);
  return createNodeSignIn({ held: createHeldToken(() => token), hubEndpoint: HUB, tokenPath });
}

describeSignIn('Node', { open, hubEndpoint: HUB, hasTabs: false });

const RECORD: SignInRecord = {
  ...{ hubEndpoint: HUB, way: 'device', token: 'hf_canary', refreshToken: 'hf_canary_refresh' },
  ...{ expiresAtMs: 1_800_000_000_000, name: 'me', isLasting: true },
};
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

describe('the file that hf uses', () => {
  it('holds the token alone, and no other account can read it or what is beside it', async () => {
    await (await open()).write(RECORD);
    expect(await readFile(tokenPath, 'utf8')).toBe('hf_canary');
    const names = await readdir(join(folder, 'hf'));
    expect(names.sort()).toEqual(['token', 'token.modelshelf.json']);
    for (const name of names) expect(await modeOf(join(folder, 'hf', name))).toBe('600');
    expect(await modeOf(join(folder, 'hf'))).toBe('700');
    expect(await readFile(`${tokenPath}.modelshelf.json`, 'utf8')).not.toMatch(/hf_canary"/);
  });

  it('is readable for this account alone after it was readable for all', async () => {
    await (await open()).write(RECORD);
    await chmod(tokenPath, 0o644);
    await (await open()).write({ ...RECORD, token: 'hf_other' });
    expect(await modeOf(tokenPath)).toBe('600');
  });

  it('counts when hf has written another token since, and nothing beside it does', async () => {
    await (await open()).write(RECORD);
    await writeFile(tokenPath, 'hf_by_hf');
    expect(await (await open()).read()).toMatchObject({
      ...{ way: 'settings', token: 'hf_by_hf', name: undefined },
      ...{ refreshToken: undefined, expiresAtMs: undefined },
    });
  });

  it.each(['{', '{}', '{"tokenSha256":1}', '"\u0000"', '{"tokenSha256":"x","record":"{}"}'])(
    'counts beside a damaged file: %j',
    async (text) => {
      await (await open()).write(RECORD);
      await writeFile(`${tokenPath}.modelshelf.json`, text);
      expect(await (await open()).read()).toMatchObject({ way: 'settings', token: 'hf_canary' });
    },
  );

  it('stays a link where it is one, and the file behind it changes', async () => {
    await (await open()).write(RECORD);
    const real = join(folder, 'real');
    await rm(tokenPath);
    await writeFile(real, 'hf_old');
    await symlink(real, tokenPath);
    await (await open()).write({ ...RECORD, token: 'hf_new' });
    expect(await readFile(real, 'utf8')).toBe('hf_new');
  });

  it('is left as it was where the folder can’t be written, without the token in the error', async () => {
    await writeFile(join(folder, 'hf'), 'no folder');
    const error: unknown = await (await open()).write(RECORD).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'DISK_IO' });
    expect(`${String((error as Error).stack)} ${String((error as Error).cause)}`).not.toContain(
      'canary',
    );
  });
});
