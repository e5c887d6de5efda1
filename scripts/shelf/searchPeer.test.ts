import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, it } from 'vitest';

import { qualityOf } from '../../lib/ai/builds/quantizations';
import { shardOf } from '../../lib/ai/builds/shards';
import { noiseContent } from '../../tests/hub/content';
import { commitFor } from '../../tests/hub/repos';
import { shelfScene } from '../../tests/shelfScene';
import { packageVersion, PEERS } from '../bench/contenders';

const scene = shelfScene();
const PEER = '@huggingface/hub';
const isMissing = packageVersion(join(PEERS, 'node_modules', PEER)) === undefined;
const skipped = isMissing ? ` (skipped: pnpm bench:download installs ${PEER})` : '';

/** What a program that has the other packages writes as JSON. */
async function inPeers<T>(program: string, ...args: string[]): Promise<T> {
  const all = ['--input-type=module', '--eval', program, '--', ...args];
  const { stdout } = await promisify(execFile)(process.execPath, all, { cwd: PEERS });
  return JSON.parse(stdout) as T;
}

const LIST = `
import { listModels } from '${PEER}';
const [hubUrl, query, tag, sort] = process.argv.slice(1);
const models = [];
const search = { query, tags: [tag] };
for await (const model of listModels({ hubUrl, search, sort, additionalFields: ['cardData'] })) {
  const { name, downloads, likes, gated, updatedAt, cardData } = model;
  models.push({ name, downloads, likes, gated, updated: updatedAt, license: cardData?.license });
}
process.stdout.write(JSON.stringify(models));
`;

interface Found {
  name: string;
  downloads: number;
  likes: number;
  updated: string;
  license: string | undefined;
}

it.skipIf(isMissing)(
  `finds through pages what the hub’s own client finds, in the same order${skipped}`,
  async () => {
    for (let index = 0; index < 75; index += 1) {
      const name = `org${String(index % 7)}/Tiny-${String(index)}-GGUF`;
      scene.hub.repos.set(name, {
        ...{ name, commit: commitFor(name), license: { license: 'mit' } },
        ...(index % 5 === 0 && { gated: 'auto' as const }),
        files: { 'm.gguf': { lfs: true, content: noiseContent(name, 50 + index) } },
        facts: { downloads: (index * 37) % 75, likes: (index * 11) % 75 },
      });
    }
    for (const sort of ['downloads', 'likes']) {
      const theirs = await inPeers<(Found & { gated: string | false })[]>(
        ...([LIST, scene.hub.endpoint, 'tiny', 'gguf', sort] as const),
      );
      const { out } = await scene.run([
        'search',
        'tiny',
        '--sort',
        sort,
        '--limit',
        '500',
        '--json',
      ]);
      const ours = out
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Found & { gate: string });
      expect(theirs).toHaveLength(75);
      expect(
        ours.map(({ name, downloads, likes, updated, license, gate }) => ({
          ...{ name, downloads, likes, updated, license },
          gated: gate === 'none' ? false : gate,
        })),
      ).toEqual(theirs);
    }
  },
);

/** The order of labels, as the hub's own packages have them. */
const TABLES = `
import { GGMLFileQuantizationType, GGUF_QUANT_ORDER } from '@huggingface/tasks';
process.stdout.write(JSON.stringify(GGUF_QUANT_ORDER.map((each) => GGMLFileQuantizationType[each])));
`;

it.skipIf(isMissing)(
  `knows every label that the hub’s own packages know, in an order that agrees by bits${skipped}`,
  async () => {
    const labels = await inPeers<string[]>(TABLES);
    expect(labels.length).toBeGreaterThan(40);
    const bitsOf = (label: string) =>
      /^(?:BF|F)?(\d+)$/.exec(label)?.[1] ?? /^[A-Z]*?(\d+)/.exec(label)?.[1] ?? '';
    for (const label of labels) expect(qualityOf(label), label).toBeGreaterThan(0);
    const best = (bits: string) =>
      Math.max(...labels.filter((label) => bitsOf(label) === bits).map(qualityOf));
    const worst = (bits: string) =>
      Math.min(...labels.filter((label) => bitsOf(label) === bits).map(qualityOf));
    for (const [more, less] of [
      ['8', '6'],
      ['6', '5'],
      ['5', '4'],
      ['4', '3'],
      ['3', '2'],
    ] as const) {
      expect(worst(more), `${more} over ${less} bits`).toBeGreaterThan(best(less));
    }
    // Within the K quantizations the order is theirs exactly.
    const k = labels.filter((label) => /^Q\d_K/.test(label));
    expect([...k].sort((a, b) => qualityOf(b) - qualityOf(a))).toEqual(k);
  },
);

it('tells parts of a model by the pattern of the hub’s own packages', () => {
  expect(shardOf('a/m-Q8_0-00002-of-00010.gguf')).toEqual({
    stem: 'a/m-Q8_0',
    index: 1,
    count: 10,
  });
  for (const path of ['m-1-of-2.gguf', 'm-00001-of-00002.pte', 'm-00003-of-00002.gguf', 'm.gguf']) {
    expect(shardOf(path)).toBeUndefined();
  }
});
