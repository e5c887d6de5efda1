import { describe, expect, it } from 'vitest';

import { readArchitectures } from './readArchitectures';
import { PROJECT_ROOT } from '../build/projectRoot';
import { ENGINE_ARCHITECTURES } from '../../lib/ai/runtimes/architectureNames';
import { unknownArchitecture } from '../../lib/ai/runtimes/architectures';

const versionOf = (engineName: string) => ENGINE_ARCHITECTURES[engineName]?.version ?? '';
const engine = (engineName: string, engineVersion = versionOf(engineName)) => ({
  ...{ engineName, engineVersion },
});

describe('the architectures that an engine knows', () => {
  // Where this system's build of node-llama-cpp isn't installed, there is nothing to compare with.
  it.runIf(process.platform === 'linux' && process.arch === 'x64')(
    'are those of the installed packages (on Linux, x64: the package for it is read)',
    async () => {
      const installed = await readArchitectures(PROJECT_ROOT);
      expect(Object.keys(ENGINE_ARCHITECTURES).sort()).toEqual(
        installed.map(({ engineName }) => engineName).sort(),
      );
      for (const { engineName, version, names } of installed) {
        expect(versionOf(engineName), engineName).toBe(version);
        expect([...(ENGINE_ARCHITECTURES[engineName]?.names ?? [])].sort()).toEqual(names);
      }
    },
  );

  it.each(['wllama', 'node-llama-cpp', 'llama.rn'])('include those of the registry: %s', (name) => {
    for (const architecture of ['llama', 'qwen2', 'qwen3', 'gemma3', 'gpt-oss', 'mamba']) {
      expect(unknownArchitecture(architecture, engine(name)), architecture).toBeUndefined();
    }
  });

  it('refuse others in a sentence with the engine’s version', () => {
    expect(unknownArchitecture('kimi-k3', engine('llama.rn'))).toBe(
      'Its architecture is “kimi-k3”, which llama.rn 0.12.9 doesn’t know yet.',
    );
    expect(unknownArchitecture('kimi-k3', engine('wllama'))).toBeUndefined();
    expect(unknownArchitecture('\u001b[2Jx', engine('wllama'))).toContain('“?[2Jx”');
  });

  it('say nothing of another version, or of an engine that isn’t in the table', () => {
    expect(unknownArchitecture('next-year', engine('wllama', '99.0.0'))).toBeUndefined();
    expect(unknownArchitecture('next-year', engine('memory', '1'))).toBeUndefined();
  });
});
