import { afterEach, describe, expect, it } from 'vitest';

import { damagedModels } from '../../../tests/conformance/damagedModels';
import { toFailure } from '../../errors';
import { foreignKind } from '../../platform/gguf/foreignFile';
import { checkGguf } from '../../platform/gguf/ggufHeader';
import { ENGLISH, setLanguage } from './language';
import { LANGUAGES } from './languages';
import { deviceWords } from './measuredWords';
import { reasonWords } from './reasonWords';
import { joinList, joinSentences } from './words';

afterEach(() => setLanguage(ENGLISH));

async function speak(tag: 'ar' | 'de' | 'ja' | 'zh'): Promise<void> {
  const translations = await LANGUAGES[tag].load?.();
  setLanguage({ locale: tag, translate: (message) => translations?.default[message] });
}

async function reasonOf(bytes: Uint8Array): Promise<string> {
  const read = (at: number, length: number) => Promise.resolve(bytes.subarray(at, at + length));
  const file = { path: 'a.gguf', sizeBytes: bytes.length, read };
  const failure = toFailure(await checkGguf(file).catch((error: unknown) => error));
  if (failure.code !== 'LOAD_FAILED') throw new Error(`It was no failure: ${failure.code}`);
  return failure.details.reason;
}

describe('the reason why a file can’t be used', () => {
  it.each(Object.entries(damagedModels()))('is said in German: %s', async (_, bytes) => {
    const reason = await reasonOf(bytes);
    expect(reasonWords(reason)).toBe(reason);
    await speak('de');
    const said = reasonWords(reason);
    expect(said).not.toBe(reason);
    expect(said).toMatch(/^(sie|ihr|ihre|ihren|die|eine) /);
  });

  it('keeps the names in it', async () => {
    await speak('de');
    expect(reasonWords('its metadata lacks “llama.block_count”')).toBe(
      'ihren Metadaten fehlt “llama.block_count”',
    );
  });

  it.each(['PK\u0003\u0004', '<!doctype html>', '{ "a": 1 }'])(
    'names another kind of file in German: %j',
    async (text) => {
      const kind = foreignKind(new TextEncoder().encode(text));
      await speak('de');
      expect(reasonWords(kind ?? '')).toMatch(/^sie ist /);
    },
  );

  it('stays as an engine or a system said it', async () => {
    await speak('de');
    expect(reasonWords('failed to \u202Eallocate')).toBe('failed to  allocate');
  });
});

describe('a device', () => {
  it('is named in the language of the person, not in that of the measurement', async () => {
    const name = 'Unknown system, Browser, 1 threads';
    expect(deviceWords(name)).toBe('Unknown system, Browser, 1 thread');
    await speak('de');
    expect(deviceWords(name)).toBe('Unbekanntes System, Browser, 1 Thread');
    await speak('ja');
    expect(deviceWords('Linux, Chromium 156, 2 threads')).toBe('Linux、Chromium 156、2スレッド');
  });
});

describe('texts in a row', () => {
  const sentences = ['One.', 'Two.', 'Three.'];
  it.each([
    ['ja', 'One.Two.Three.', 'a、b'],
    ['zh', 'One.Two.Three.', 'a、b'],
    ['de', 'One. Two. Three.', 'a, b'],
    ['ar', 'One. Two. Three.', 'a، b'],
  ] as const)('are joined as %s is written', async (tag, text, list) => {
    await speak(tag);
    expect(joinSentences(sentences)).toBe(text);
    expect(joinList(['a', 'b'])).toBe(list);
  });

  it('may be one, or none', () => {
    expect(joinSentences(['', 'One.'])).toBe('One.');
    expect(joinList([])).toBe('');
    expect(joinList(['a'])).toBe('a');
  });
});
