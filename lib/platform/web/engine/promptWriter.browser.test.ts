import { describe, expect, it } from 'vitest';

import { FAMILIES } from '../../../../tests/templates/families';
import { createChatTemplate } from '../../prompts/chatTemplate';
import { createManualClock } from '../../memory/manualClock';
import { systemClock } from '../../shared/systemClock';
import { createPromptWriter } from './promptWriter';

const never = new AbortController().signal;
const request = {
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content: 'Hello' },
    { role: 'user', content: 'Again' },
  ],
  thinking: true,
} as const;

describe('prompts in a browser', { timeout: 120_000 }, () => {
  it('are those of every other host, for every family', async () => {
    for (const { name, template, startOfText = '<s>', endOfText = '</s>', ...family } of FAMILIES) {
      const { architecture } = family;
      const parts = { template, startOfText, endOfText, architecture, format: undefined };
      const writer = createPromptWriter(parts, systemClock);
      const { text, rules } = await writer.write(request, never);
      writer.close();
      const elsewhere = createChatTemplate(parts);
      expect(text, name).toBe(elsewhere.write(request));
      expect(rules, name).toEqual(elsewhere.rulesOf(true));
    }
  });

  it('that never end are given up, at once when somebody stops, and never waited for again', async () => {
    const clock = createManualClock();
    const template =
      '{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}';
    const hints = { startOfText: '', endOfText: '', architecture: 'gemma2', format: undefined };
    const writer = createPromptWriter({ ...hints, template }, clock);
    const stopping = new AbortController();
    const stopped = writer.write(request, stopping.signal);
    stopping.abort();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    const waiting = writer.write(request, never);
    const failure = { code: 'TEMPLATE_INVALID', details: { suggested: 'gemma' } };
    let refusal: unknown;
    waiting.catch((error: unknown) => (refusal = error));
    // Time counts from when the worker is there.
    await expect
      .poll(
        () => {
          clock.advance(10_000);
          return refusal;
        },
        { timeout: 60_000 },
      )
      .toMatchObject(failure);
    await expect(writer.write(request, never)).rejects.toMatchObject(failure);
  });
});
