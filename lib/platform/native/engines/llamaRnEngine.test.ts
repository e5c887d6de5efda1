/** llama.rn's part of a phone, over real GGUF files that the real llama.cpp reads. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import * as llamaRn from 'llama.rn';
import { afterAll, describe, expect, it, vi } from 'vitest';

import { writeGguf } from '../../../../scripts/demoModel/gguf';
import {
  buildSpeakingModel,
  describeSpeakingModel,
} from '../../../../scripts/demoModel/speakingModel';
import { damagedModels } from '../../../../tests/conformance/damagedModels';
import { expectCode } from '../../../../tests/conformance/expectFailure';
import { describeLlmEngine } from '../../../../tests/conformance/llmEngine';
import { SPOKEN_SENTENCE } from '../../../../tests/conformance/spokenSentence';
import { putSplitModels, splitModels } from '../../../../tests/conformance/splitModels';
import {
  TEMPLATED,
  templatedModel,
  type TemplatedName,
} from '../../../../tests/conformance/templatedModels';
import { LlamaContext } from '../../../../tests/native/fakes/llamaRn';
import { phone } from '../../../../tests/native/fakes/phone';
import { systemClock } from '../../shared/systemClock';
import { createLlamaRnEngine } from './llamaRnEngine';

const PARTS = { llamaRn, version: '0', clock: systemClock };

function put(fileName: string, bytes: Uint8Array) {
  const at = join(phone.documents(), 'models', fileName);
  mkdirSync(dirname(at), { recursive: true });
  writeFileSync(at, bytes);
  return { ptePath: fileName };
}

afterAll(() => {
  phone.dispose();
});

describeLlmEngine(
  'phone, llama.rn',
  async () => {
    const build = (loop: boolean) => buildSpeakingModel({ sentence: SPOKEN_SENTENCE, loop });
    const damaged = Object.entries(damagedModels()).map(([damage, bytes]) => [
      damage,
      put(`${damage}.gguf`, bytes),
    ]);
    const templated = (Object.keys(TEMPLATED) as TemplatedName[]).map((name) => [
      name,
      put(`${name}.gguf`, templatedModel(name)),
    ]);
    return {
      engine: createLlamaRnEngine(PARTS),
      speaking: put('demo.gguf', build(false)),
      looping: put('loop.gguf', build(true)),
      damaged: Object.fromEntries(damaged) as Record<string, { ptePath: string }>,
      templated: Object.fromEntries(templated) as Record<TemplatedName, { ptePath: string }>,
      absent: { ptePath: 'absent.gguf' },
      longestContext: 2048,
      split: await putSplitModels(splitModels(), put),
      dispose: () => Promise.resolve(),
    };
  },
  { hasSplits: true },
);

describe('llama.rn', { timeout: 60_000 }, () => {
  const never = new AbortController().signal;
  const question = {
    ...{ messages: [{ role: 'user', content: 'Hi' }] as const, maxTokens: 100 },
    ...{ temperature: 0, topP: 1, thinking: false },
  };

  it('fails where the engine stops in the middle, which the package tells in no words', async () => {
    const place = put('stops.gguf', buildSpeakingModel({ sentence: SPOKEN_SENTENCE, loop: false }));
    const loaded = await createLlamaRnEngine(PARTS).load({ ...place, contextTokens: 512 });
    const complete = LlamaContext.prototype.completion;
    const stops = vi.spyOn(LlamaContext.prototype, 'completion');
    stops.mockImplementation(async function (this: LlamaContext, params, onToken) {
      return { ...(await complete.call(this, params, onToken)), stopped_eos: false };
    });
    const answered = loaded.generate(question, () => undefined, never);
    await expectCode(answered, 'GENERATION_FAILED');
    stops.mockRestore();
    await loaded.unload();
  });

  it('takes a template that the package cut off for none', async () => {
    const model = describeSpeakingModel({ sentence: SPOKEN_SENTENCE, loop: false });
    const value = `{# ${'long '.repeat(4_000)}#}{{ raise_exception('cut') }}`;
    const metadata = new Map(model.metadata).set('tokenizer.chat_template', {
      type: 'string',
      value,
    });
    const place = put('long.gguf', writeGguf({ ...model, metadata }));
    const loaded = await createLlamaRnEngine(PARTS).load({ ...place, contextTokens: 512 });
    let text = '';
    await loaded.generate(question, (piece) => (text += piece), never);
    await loaded.unload();
    expect(text.trim()).toBe(SPOKEN_SENTENCE);
  });
});
