import { describeLlmEngine } from '../../../tests/conformance/llmEngine';
import { SPOKEN_SENTENCE } from '../../../tests/conformance/spokenSentence';
import type { LlmEngine } from '../types';
import { createMemoryDisk } from './memoryDisk';
import { createEngineScript, createMemoryEngine } from './memoryEngine';

describeLlmEngine('memory', () => {
  const disk = createMemoryDisk();
  disk.files.set('speaking.gguf', new Uint8Array(1));
  disk.files.set('looping.gguf', new Uint8Array(1));
  disk.files.set('damaged.gguf', new Uint8Array(0));
  const script = createEngineScript(SPOKEN_SENTENCE);
  const looping = createEngineScript(`${SPOKEN_SENTENCE} `.repeat(1_000));
  const speaks = createMemoryEngine(disk, script);
  const loops = createMemoryEngine(disk, looping);
  const engine: LlmEngine = {
    ...speaks,
    load: (request, options) =>
      (request.ptePath === 'looping.gguf' ? loops : speaks).load(request, options),
  };
  return Promise.resolve({
    engine,
    speaking: { ptePath: 'speaking.gguf' },
    looping: { ptePath: 'looping.gguf' },
    damaged: { empty: { ptePath: 'damaged.gguf' } },
    // What it says comes from a script, whatever it is asked.
    templated: undefined,
    absent: { ptePath: 'absent.gguf' },
    longestContext: undefined,
    dispose: () => Promise.resolve(),
  });
});
