/** The hub as its own clients for JavaScript and Python see it: a fake that agrees with them isn’t only ours. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { packageVersion, PEERS } from '../../scripts/bench/contenders';
import { GATED, startSampleHub } from './sample';
import type { Hub } from './server';

const PEER = '@huggingface/hub';
const folder = process.env['PEERS_FOLDER'] ?? PEERS;
const isMissing = packageVersion(join(folder, 'node_modules', PEER)) === undefined;
const start = promisify(execFile);
const hasPython = await start('python3', ['-c', 'import huggingface_hub']).then(
  () => true,
  () => false,
);

let hub: Hub;
beforeAll(async () => {
  const oauth = { clients: { shelf: ['http://127.0.0.1/oauth'] } };
  hub = await startSampleHub({ tokens: { hf_mine: [] }, oauth });
});
afterAll(() => hub.close());

/** Signs in as a page does, with the package's own functions, and asks whose the token is. */
const PROGRAM = `
import { oauthHandleRedirect, oauthLoginUrl, whoAmI } from '${PEER}';
const [hubUrl] = process.argv.slice(1);
const kept = {};
const redirectUrl = 'http://127.0.0.1:5173/oauth';
const url = new URL(await oauthLoginUrl({
  hubUrl, clientId: 'shelf', scopes: 'openid gated-repos', redirectUrl, localStorage: kept,
}));
const body = new URLSearchParams([...url.searchParams, ['decision', 'authorize']]);
const pressed = await fetch(url, { method: 'POST', body, redirect: 'manual' });
const codeVerifier = kept.codeVerifier ?? kept['huggingface.co:oauth:code_verifier'];
const nonce = kept.nonce ?? kept['huggingface.co:oauth:nonce'];
const result = await oauthHandleRedirect({
  hubUrl, redirectedUrl: pressed.headers.get('location'), codeVerifier, nonce,
});
const me = await whoAmI({ accessToken: result.accessToken, hubUrl });
process.stdout.write(JSON.stringify({
  name: me.name, kind: me.auth?.type, preferred: result.userInfo.preferred_username,
  lasts: Math.round((new Date(result.accessTokenExpiresAt) - Date.now()) / 3_600_000),
}));
`;

it.skipIf(isMissing)(
  `signs in ${PEER}${isMissing ? ' (skipped: pnpm bench:download installs it)' : ''}`,
  async () => {
    const args = ['--input-type=module', '--eval', PROGRAM, '--', hub.endpoint];
    const { stdout } = await start(process.execPath, args, { cwd: folder });
    expect(JSON.parse(stdout)).toEqual({
      ...{ name: 'reader', kind: 'oauth', preferred: 'reader', lasts: 8 },
    });
  },
);

it.skipIf(!hasPython)(
  `tells Python’s huggingface_hub who is signed in, and what is gated${hasPython ? '' : ' (skipped: python3 has no huggingface_hub)'}`,
  async () => {
    const program = `
import os, huggingface_hub as h
from huggingface_hub.errors import GatedRepoError
print(h.whoami(token="hf_mine")["name"])
try:
    h.auth_check("${GATED.name}", token="hf_mine")
    print("open")
except GatedRepoError as error:
    print("gated", error.response.status_code)
try:
    h.hf_hub_download("${GATED.name}", "config.json", token=False, local_dir=os.environ["SCRATCH"])
except GatedRepoError as error:
    print("gated", error.response.status_code)
`;
    const scratch = `/tmp/modelshelf-python-${createHash('sha1').update(hub.endpoint).digest('hex').slice(0, 8)}`;
    const env = { ...process.env, HF_ENDPOINT: hub.endpoint, SCRATCH: scratch, HF_HOME: scratch };
    const { stdout } = await start('python3', ['-c', program], { env });
    expect(stdout.trim().split('\n')).toEqual(['reader', 'gated 403', 'gated 401']);
  },
);
