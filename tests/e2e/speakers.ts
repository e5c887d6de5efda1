/** Models for tests of the chat, made like the demo: each says one thing, whatever it is asked. */
import { buildSpeakingModel } from '../../scripts/demoModel/speakingModel';
import type { SpeakingModelOptions } from '../../scripts/demoModel/speakingModel';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import { bytesContent } from '../hub/content';
import type { CatalogFile } from '../hub/fixtures';
import { commitFor } from '../hub/repos';
import type { HubRepo } from '../hub/repos';

export interface ChatSpeaker extends SpeakingModelOptions {
  modelId: string;
  displayName: string;
}

export interface ChatSpeakers {
  repos: HubRepo[];
  /** The catalog with these models added. */
  extend(catalog: CatalogFile): CatalogFile;
}

export function chatSpeakers(speakers: readonly ChatSpeaker[]): ChatSpeakers {
  const stocked = speakers.map((speaker) => {
    const content = bytesContent(buildSpeakingModel(speaker));
    const name = `local/${speaker.modelId}-GGUF`;
    const fileName = `${speaker.modelId}.gguf`;
    const commit = commitFor(name);
    const repo: HubRepo = { name, commit, files: { [fileName]: { content, lfs: true } } };
    return { speaker, repo, fileName, content };
  });

  function entryOf(stock: (typeof stocked)[number], like: LlmModelConfig): LlmModelConfig {
    const { speaker, repo, fileName, content } = stock;
    if (like.ggufSource.kind !== 'remote') throw new Error(like.modelId);
    const { origin } = new URL(like.ggufSource.url);
    return {
      ...like,
      modelId: speaker.modelId,
      displayName: speaker.displayName,
      folderName: speaker.modelId,
      ggufFileName: fileName,
      ggufSource: {
        kind: 'remote',
        url: `${origin}/${repo.name}/resolve/${repo.commit}/${fileName}`,
        sizeBytes: content.sizeBytes,
        sha256: content.digest('sha256'),
      },
    };
  }

  return {
    repos: stocked.map(({ repo }) => repo),
    extend: ({ version, models }) => ({
      version,
      models: [...models, ...stocked.map((stock) => entryOf(stock, firstOf(models)))],
    }),
  };
}

function firstOf(models: readonly LlmModelConfig[]): LlmModelConfig {
  const [first] = models;
  if (!first) throw new Error('The catalog has no model to go by.');
  return first;
}

/** A text in pieces of which none comes twice, for a model to say. */
export function cutIntoPieces(text: string): string[] {
  const pieces = new Set<string>();
  for (let from = 0; from < text.length;) {
    let to = Math.min(text.length, from + SHORTEST_PIECE);
    while (pieces.has(text.slice(from, to)) && to < text.length) to += 1;
    pieces.add(text.slice(from, to));
    from = to;
  }
  return [...pieces];
}

const SHORTEST_PIECE = 4;
