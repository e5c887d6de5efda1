/** Files that are no models, or were once: what a broken disk, a cut download or a malicious hub may leave behind. */
import { writeGguf } from '../../scripts/demoModel/gguf';
import { describeSpeakingModel } from '../../scripts/demoModel/speakingModel';
import { SPOKEN_SENTENCE } from './spokenSentence';

/** By what is wrong with each. Some of them end llama.cpp's process when it gets them. */
export function damagedModels(): Record<string, Uint8Array> {
  const model = describeSpeakingModel({ sentence: SPOKEN_SENTENCE });
  const whole = writeGguf(model);
  const without = (key: string) =>
    writeGguf({
      ...model,
      metadata: new Map([...model.metadata].filter(([name]) => name !== key)),
    });
  const withBytes = (at: number, bytes: readonly number[]) => {
    const changed = whole.slice();
    changed.set(bytes, at);
    return changed;
  };
  const most = Array<number>(8).fill(0xff);
  return {
    empty: new Uint8Array(0),
    'a page': Buffer.from('<!doctype html><title>Sign in</title>'),
    noise: Buffer.from(`GGUF${'x'.repeat(5_000)}`),
    'wrong magic': withBytes(0, [0x4d]),
    'cut short': whole.slice(0, whole.length - 1_000),
    'half of its tensors': whole.slice(0, whole.length / 2),
    'half of its header': whole.slice(0, 2_000),
    'no feed_forward_length': without('llama.feed_forward_length'),
    'no head_count': without('llama.attention.head_count'),
    'more tensors than atoms': withBytes(8, most),
    'more metadata than atoms': withBytes(16, most),
    'a key longer than the file': withBytes(24, most),
  };
}
