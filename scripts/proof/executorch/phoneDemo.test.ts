import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TinyDemo } from '../../../lib/ai/modelConfig';
import { PROJECT_ROOT } from '../../build/projectRoot';
import { DEMO_SENTENCE } from '../../demoModel/tinyDemo';
import { byteLevelTokenizer } from './byteLevel';
import { describePhoneDemo, PHONE_DEMO_CONTEXT_TOKENS, PHONE_DEMO_FILES } from './phoneDemo';
import recordFile from './record.json';
import { DEMO, SCENARIOS } from './scenarios';
import type { RunnerRecord } from './scenarios';

const record: RunnerRecord = recordFile as RunnerRecord;

const asset = (name: string) => readFile(join(PROJECT_ROOT, 'assets', 'bundled', name));

describe('the demo for phones', () => {
  it('has the tokenizer that its generator makes', async () => {
    const { tokenizer, tokenizerConfig } = describePhoneDemo();
    expect((await asset(PHONE_DEMO_FILES.tokenizer)).toString()).toBe(tokenizer);
    expect((await asset(PHONE_DEMO_FILES.tokenizerConfig)).toString()).toBe(tokenizerConfig);
  });

  it('is the file that ExecuTorch’s own runner spoke', async () => {
    const bytes = await asset(PHONE_DEMO_FILES.weights);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    expect(record.demo).toEqual({ file: DEMO.file, sizeBytes: bytes.length, sha256 });
    const [first] = record.scenarios;
    expect(first?.results.at(-1)?.pieces?.join('')).toBe(`${DEMO_SENTENCE}<|im_end|>`);
  });

  it('has files that Android can keep, where a name has no ending', () => {
    const kept = Object.values(PHONE_DEMO_FILES).map((name) =>
      name.replace(/\.\w+$/, '').replace(/[^a-z0-9_]/g, ''),
    );
    expect(new Set(kept).size).toBe(kept.length);
  });

  it('is what the registry names', () => {
    const { pteSource, tokenizerSource, tokenizerConfigSource, contextTokens } = TinyDemo;
    const sources = [pteSource, tokenizerSource, tokenizerConfigSource];
    expect(sources).toEqual(
      Object.values(PHONE_DEMO_FILES).map((requireId) => ({ kind: 'bundled', requireId })),
    );
    expect(contextTokens?.executorch).toBe(PHONE_DEMO_CONTEXT_TOKENS);
    expect(DEMO.contextTokens).toBe(PHONE_DEMO_CONTEXT_TOKENS);
  });

  it('is small enough to come with the app', async () => {
    expect((await asset(PHONE_DEMO_FILES.weights)).length).toBeLessThan(600_000);
  });

  it('is no newer than what the phones’ package was built with', () => {
    expect(record.versions['executorch']).toMatch(/^1\.3\./);
  });
});

describe('the record of the runner', () => {
  it('is of the scenarios that there are', () => {
    expect(record.scenarios.map(({ name, model, calls }) => ({ name, model, calls }))).toEqual(
      JSON.parse(JSON.stringify(SCENARIOS)),
    );
  });
});

describe('a byte-level tokenizer', () => {
  it('has a token for every byte and one for every piece of the sentence', () => {
    const { tokens, pieceIds } = byteLevelTokenizer('Hi there!');
    expect(new Set(tokens).size).toBe(tokens.length);
    expect(pieceIds.map((id) => tokens[id])).toEqual(['Hi', 'Ġthere', '!']);
  });

  it('refuses a sentence with a word that comes twice', () => {
    expect(() => byteLevelTokenizer('what I am I am')).toThrow(RangeError);
    expect(() => byteLevelTokenizer('')).toThrow(RangeError);
  });
});
