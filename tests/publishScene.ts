/** A publisher with two models of the hub in its lock and models folder, keys and a root, and devices elsewhere. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, expect } from 'vitest';

import { ended, startCommand } from './command';
import { PHONES, QWEN, shelfScene } from './shelfScene';

export const MODEL = 'qwen3-0.6b-q8-0';

/** Call it outside of any test. */
export function publishScene() {
  const scene = shelfScene();
  const at = (name: string) => join(scene.folder, name);

  async function good(...args: string[]): Promise<string> {
    const { code, out, err } = await scene.run(args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out.trim();
  }

  beforeEach(async () => {
    await good('add', `${QWEN.name}:Q8_0`);
    await good('add', PHONES.name);
    await good('install', '--frozen', '--quiet');
    const [rootKey, catalogKey] = [
      await good('catalog', 'keygen', 'root.key'),
      await good('catalog', 'keygen', 'catalog.key'),
    ];
    const keys = ['--root-key', rootKey, '--catalog-key', catalogKey, '--key', 'root.key'];
    await good('catalog', 'root', 'root.json', ...keys);
  });

  return {
    ...{ at, good },
    get hub() {
      return scene.hub;
    },
    run: scene.run,
    start: scene.start,
    readText: scene.readText,
    /** A device with an empty models folder, `name`, that installs the model from the catalog at this address. */
    install(name: string, catalogUrl: string, ...args: string[]) {
      const way = ['--catalog', catalogUrl, '--catalog-root', at('root.json')];
      const what = ['--runtime', 'llama.cpp', '--model', MODEL, '--dir', at(name)];
      const env = { XDG_STATE_HOME: at(`${name}-state`), HF_ENDPOINT: scene.hub.endpoint };
      return ended(
        startCommand('downloadModels', [...what, ...way, ...args], {
          env: { ...process.env, ...env },
        }),
      );
    },
    installed: (name: string) => readFile(at(`${name}/${MODEL}/Qwen3-0.6B-Q8_0.gguf`)),
  };
}

export const SIGNED = ['--key', 'catalog.key', '--root', 'root.json'] as const;
