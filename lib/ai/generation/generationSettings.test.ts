import { describe, expect, it } from 'vitest';

import { createGenerationChoiceStore } from '../../db/generationChoices';
import { migrate } from '../../db/migrations';
import { createInMemoryDatabase } from '../../platform/shared/inMemoryDatabase';
import { createGenerationChoices } from './generationChoices';
import { effectiveSettings, recommendedSettings } from './generationSettings';
import { Llama32_1B_Instruct, Qwen3_0_6B, TinyDemo } from '../modelConfig';

describe('how a model is asked', () => {
  it('is as its makers recommend', () => {
    expect(recommendedSettings(Llama32_1B_Instruct, 'llama.cpp')).toEqual({
      systemPrompt: '',
      temperature: 0.6,
      topP: 0.9,
      maxTokens: 1_024,
      contextTokens: 4_096,
      thinking: false,
      promptFormat: 'own',
    });
  });

  it('asks for no more context than the model has, and for no more than a phone holds', () => {
    expect(recommendedSettings(TinyDemo, 'llama.cpp').contextTokens).toBe(2_048);
    expect(recommendedSettings(Llama32_1B_Instruct, 'llama.cpp').contextTokens).toBe(4_096);
    const tooLong = { contextTokens: 1_000_000 };
    expect(effectiveSettings(Qwen3_0_6B, 'llama.cpp', tooLong).contextTokens).toBe(40_960);
  });

  it('leaves the context of an ExecuTorch build as it was exported', () => {
    const shorter = { contextTokens: 1_024 };
    expect(effectiveSettings(Qwen3_0_6B, 'executorch', shorter).contextTokens).toBe(8_192);
  });

  it('stays within its limits, whatever the database says', () => {
    const wild = {
      systemPrompt: 'x'.repeat(5_000),
      temperature: Number.NaN,
      topP: 7,
      maxTokens: -1,
      contextTokens: 3,
      promptFormat: 'a format of a later version' as 'own',
    };
    expect(effectiveSettings(Qwen3_0_6B, 'llama.cpp', wild)).toEqual({
      systemPrompt: 'x'.repeat(4_000),
      temperature: 0,
      topP: 1,
      maxTokens: 16,
      contextTokens: 512,
      thinking: false,
      promptFormat: 'own',
    });
  });
});

describe('choices', () => {
  async function begin() {
    const database = await createInMemoryDatabase();
    await migrate(database);
    const again = async () => {
      const choices = createGenerationChoices(
        createGenerationChoiceStore(database),
        () => 'llama.cpp',
      );
      await choices.start();
      return choices;
    };
    return { database, again };
  }

  it('are still there after a restart, each as it was made', async () => {
    const { again } = await begin();
    const first = await again();
    const choice = {
      ...{ systemPrompt: 'Be brief.', temperature: 0.2, topP: 0.5, maxTokens: 64 },
      ...{ contextTokens: 1_024, thinking: true, promptFormat: 'gemma' as const },
    };
    await first.choose(Qwen3_0_6B, choice);
    await first.choose(TinyDemo, { thinking: false });
    const second = await again();
    expect(second.choiceOf(Qwen3_0_6B)).toEqual(choice);
    expect(second.settingsOf(Qwen3_0_6B)).toEqual(choice);
    expect(second.choiceOf(TinyDemo)).toEqual({ thinking: false });
    expect(second.choiceOf(Llama32_1B_Instruct)).toEqual({});
  });

  it('can be taken back, so that the recommendation holds again', async () => {
    const { again } = await begin();
    const first = await again();
    await first.choose(Qwen3_0_6B, { temperature: 2 });
    await first.choose(Qwen3_0_6B, {});
    expect((await again()).settingsOf(Qwen3_0_6B).temperature).toBe(0.7);
  });

  it('change nothing when they can’t be kept', async () => {
    const { database, again } = await begin();
    const choices = await again();
    await database.close();
    await expect(choices.choose(Qwen3_0_6B, { temperature: 2 })).rejects.toMatchObject({
      code: 'DB_FAILED',
    });
    expect(choices.choiceOf(Qwen3_0_6B)).toEqual({});
  });
});
