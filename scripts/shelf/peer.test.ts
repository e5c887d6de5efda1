import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { buildsOf } from '../../lib/ai/runtimes/notation';
import { parseCatalog } from '../../lib/ai/registry/catalog';
import { PHONES, QWEN, shelfScene } from '../../tests/shelfScene';
import { packageVersion, PEERS } from '../bench/contenders';

const scene = shelfScene();

const PEER = '@huggingface/hub';
const isMissing = packageVersion(join(PEERS, 'node_modules', PEER)) === undefined;

/** Lists and downloads a repository with the hub’s own client: path, size, and the SHA-256 of the bytes that came. */
const PROGRAM = `
import { createHash } from 'node:crypto';
import { downloadFile, listFiles, modelInfo } from '${PEER}';
const [hubUrl, repo, revision] = process.argv.slice(1);
const files = [];
for await (const { type, path, size, lfs } of listFiles({ repo, revision, hubUrl, recursive: true })) {
  if (type !== 'file') continue;
  const blob = await downloadFile({ repo, path, revision, hubUrl, xet: false });
  const bytes = Buffer.from(await blob.arrayBuffer());
  files.push({ path, size, lfs: lfs?.oid, sha256: createHash('sha256').update(bytes).digest('hex') });
}
const { sha } = await modelInfo({ name: repo, revision, hubUrl, additionalFields: ['sha'] });
process.stdout.write(JSON.stringify({ sha, files }));
`;

interface PeerSays {
  sha: string;
  files: { path: string; size: number; lfs?: string; sha256: string }[];
}

async function askPeer(repo: string, revision: string): Promise<PeerSays> {
  const args = ['--input-type=module', '--eval', PROGRAM, '--', scene.hub.endpoint, repo, revision];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: PEERS });
  return JSON.parse(stdout) as PeerSays;
}

it.skipIf(isMissing)(
  `states commit, sizes and digests as the hub’s own client finds them${isMissing ? ` (skipped: pnpm bench:download installs ${PEER})` : ''}`,
  async () => {
    expect((await scene.run(['add', `${QWEN.name}:Q4_K_M`, PHONES.name])).code).toBe(0);
    const { models } = parseCatalog(await scene.readText('models.lock.json'));
    expect(models).toHaveLength(2);
    for (const model of models) {
      const { repository = '', commit = '' } = model.provenance ?? {};
      const { sha, files } = await askPeer(repository, commit);
      expect(sha).toBe(commit);
      for (const { fileName, source } of buildsOf(model).flatMap((build) => build.files)) {
        const found = files.find(({ path }) => path === fileName);
        expect(source, fileName).toMatchObject({ sizeBytes: found?.size, sha256: found?.sha256 });
        if (found?.lfs !== undefined) expect(source).toMatchObject({ sha256: found.lfs });
      }
    }
  },
);
