/** A publisher with two models of the hub in its lock and models folder, keys and a root, and devices elsewhere. */
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeEach, expect } from 'vitest';

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

  async function prepare(): Promise<void> {
    await good('add', `${QWEN.name}:Q8_0`);
    await good('add', PHONES.name);
    await good('install', '--frozen', '--quiet');
    const [rootKey, catalogKey] = [
      await good('catalog', 'keygen', 'root.key'),
      await good('catalog', 'keygen', 'catalog.key'),
    ];
    const keys = ['--root-key', rootKey, '--catalog-key', catalogKey, '--key', 'root.key'];
    await good('catalog', 'root', 'root.json', ...keys);
  }

  // Made once: six commands before each test would take longer than the tests.
  let prepared: string | undefined;
  beforeEach(async () => {
    if (prepared === undefined) {
      await prepare();
      prepared = await mkdtemp(join(tmpdir(), 'modelshelf-publisher-'));
      await cp(scene.folder, prepared, { recursive: true, preserveTimestamps: true });
    } else {
      await cp(prepared, scene.folder, { recursive: true, preserveTimestamps: true });
    }
  });
  afterAll(async () => {
    if (prepared !== undefined) await rm(prepared, { recursive: true });
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
