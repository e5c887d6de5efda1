/** An app's shelf on a disk of this machine, and a hub with models that speak and whose repositories move on. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { buildSpeakingModel } from '../scripts/demoModel/speakingModel';
import { createShelf, type Shelf, type ShelfOptions } from '../lib/ai/createShelf';
import type { LlmModelConfig } from '../lib/ai/modelConfig';
import { withBuilds } from '../lib/ai/runtimes/notation';
import { createNodePlatform } from '../lib/platform/node/nodePlatform';
import { createInMemoryDatabase } from '../lib/platform/shared/inMemoryDatabase';
import type { LlmEngine, Platform, SqlDatabase } from '../lib/platform/types';
import { bytesContent } from './hub/content';
import { commitFor, movedOn, type HubFile, type HubRepo } from './hub/repos';
import { startHub, type Hub } from './hub/server';
import { sha256 } from './modelFixture';

const HUB = 'https://huggingface.co';
export const FILE = 'talker.gguf';

/** A model that answers with one sentence, whose words come only once. */
export function talker(sentence: string, chatTemplate?: string): HubFile {
  const template = chatTemplate === undefined ? {} : { chatTemplate };
  const bytes = buildSpeakingModel({ sentence, paddingBytes: 400_000, ...template });
  return { content: bytesContent(bytes), lfs: true };
}

export function talkerRepo(name = 'you/talker', sentence = 'The first version speaks.'): HubRepo {
  const readme = { content: bytesContent('# Talker\n'), lfs: false };
  return {
    ...{ name, commit: commitFor(name), license: { license: 'mit' } },
    files: { 'README.md': readme, [FILE]: talker(sentence) },
  };
}

/** As a person adds it: pinned to the commit that is the branch's now. */
export function pinnedTalker(repo: HubRepo, modelId = 'talker'): LlmModelConfig {
  const { content } = repo.files[FILE] ?? talker('Nothing is here.');
  return withBuilds(
    {
      ...{ modelId, displayName: 'Talker', description: 'Says one sentence.', size: '1M' },
      ...{ folderName: modelId, available: true, license: repo.license?.license ?? 'mit' },
      huggingFaceUrl: `${HUB}/${repo.name}`,
      provenance: { repository: repo.name, commit: repo.commit },
    },
    [
      {
        ...{ runtime: 'llama.cpp', quantization: 'F16', contextTokens: 2048 },
        files: [
          {
            ...{ role: 'weights', fileName: FILE },
            source: {
              kind: 'remote',
              url: `${HUB}/${repo.name}/resolve/${repo.commit}/${FILE}`,
              ...{ sizeBytes: content.sizeBytes, sha256: content.digest('sha256') },
            },
          },
        ],
      },
    ],
  );
}

export interface UpdateScene {
  hub: Hub;
  folder: string;
  /** A start of the app over the same disk and the same database. */
  open(options?: OpenOptions): Promise<Shelf>;
  /** Replaces a repository by the same one after a commit. */
  moveOn(repo: HubRepo, changes: Readonly<Record<string, HubFile | undefined>>): HubRepo;
  /** The installed model's answer, from the path that the shelf gives out. */
  ask(shelf: Shelf, modelId: string): Promise<string>;
  /** Which file is installed, by its SHA-256, at the path that the shelf gives out. */
  installed(shelf: Shelf, modelId: string): Promise<string>;
  /** The requests since the last call: `api` for facts, `file` for bytes of files. */
  takeRequests(): { api: number; file: number };
  folders(): Promise<string[]>;
  close(): Promise<void>;
}

export interface OpenOptions extends Partial<Omit<ShelfOptions, 'platform'>> {
  /** Replaces the engine; by default by one that loads any file at once. */
  engine?: (engine: LlmEngine) => LlmEngine;
}

const atOnce = (engine: LlmEngine): LlmEngine => ({
  ...engine,
  load: () =>
    Promise.resolve({
      facts: { contextTokens: 512, backend: 'none', memoryBytes: undefined },
      generate: () =>
        Promise.resolve({
          ...{ promptTokens: 1, generatedTokens: 1, timeToFirstTokenMs: 1, tokensPerSecond: 1 },
          ...{ prefillTokensPerSecond: undefined, finishReason: 'stop' as const },
        }),
      unload: () => Promise.resolve(),
    }),
});

export async function createUpdateScene(repos: readonly HubRepo[]): Promise<UpdateScene> {
  const hub = await startHub({ repos });
  const folder = await mkdtemp(join(tmpdir(), 'modelshelf-updates-'));
  const kept = await createInMemoryDatabase();
  const database: SqlDatabase = { ...kept, close: () => Promise.resolve() };
  const shelves: Shelf[] = [];
  const platforms = new Map<Shelf, Platform>();
  let taken = 0;
  return {
    hub,
    folder,
    async open({ engine = atOnce, ...options } = {}) {
      const node = createNodePlatform({
        ...{ modelsFolder: folder, runtime: 'llama.cpp', hubEndpoint: hub.endpoint },
        ...{ catalogText: undefined, token: undefined },
      });
      const llama = node.engines['llama.cpp'];
      const engines = llama ? { 'llama.cpp': engine(llama) } : {};
      const platform = { ...node, database, engines };
      const shelf = await createShelf({ platform, models: [], random: () => 0, ...options });
      shelves.push(shelf);
      platforms.set(shelf, node);
      return shelf;
    },
    moveOn(repo, changes) {
      const moved = movedOn(hub.repos.get(repo.name) ?? repo, changes);
      hub.repos.set(repo.name, moved);
      return moved;
    },
    async ask(shelf, modelId) {
      const { weights } = await shelf.ensure(modelId);
      const llama = platforms.get(shelf)?.engines['llama.cpp'];
      const model = await llama?.load({ ptePath: weights.relativePath, contextTokens: 512 });
      let text = '';
      const request = {
        messages: [{ role: 'user', content: 'Who are you?' }] as const,
        ...{ maxTokens: 40, temperature: 0, topP: 1, thinking: false },
      };
      const { signal } = new AbortController();
      await model?.generate(request, (piece) => (text += piece), signal);
      await model?.unload();
      return text.trim();
    },
    async installed(shelf, modelId) {
      const { weights } = await shelf.ensure(modelId);
      return sha256(await readFile(join(folder, weights.relativePath)));
    },
    takeRequests() {
      const entries = hub.log.slice(taken);
      taken = hub.log.length;
      const api = entries.filter(({ path }) => path.startsWith('/api/')).length;
      const file = entries.filter(({ origin }) => origin === 'cdn').length;
      return { api, file };
    },
    async folders() {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      const files = entries.filter((entry) => entry.isFile());
      return files
        .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
        .sort();
    },
    async close() {
      for (const shelf of shelves) await shelf.close();
      await hub.close();
      await kept.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
