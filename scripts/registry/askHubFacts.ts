/** Asks the hub for size and SHA-256 of every file of the registry, as if the registry stated neither. */
import { pinBuild } from '../../lib/ai/builds/pinBuild';
import type { SmallFileTools } from '../../lib/ai/discover/smallFile';
import type { LlmModelConfig } from '../../lib/ai/modelConfig';
import type { ModelBuild } from '../../lib/ai/runtimes/modelBuild';
import { buildsOf } from '../../lib/ai/runtimes/notation';

export interface RegistryFile {
  modelId: string;
  fileName: string;
  /** As the registry states it. */
  url: string;
  /** Undefined where the registry states none. */
  stated: FileFacts;
  /** What the hub states now. */
  hub: FileFacts;
}

export interface FileFacts {
  sizeBytes: number | undefined;
  sha256: string | undefined;
}

/** A file that several models share is in the list once. @throws what `pinBuild` throws */
export async function askHubFacts(
  tools: SmallFileTools,
  models: readonly LlmModelConfig[],
  signal: AbortSignal,
): Promise<RegistryFile[]> {
  const found = new Map<string, RegistryFile>();
  for (const model of models) {
    for (const build of buildsOf(model)) {
      const open = await pinBuild(tools, { facts: model, build: unstated(build) }, signal);
      for (const [at, { fileName, source }] of build.files.entries()) {
        const now = open.files[at]?.source;
        if (source.kind !== 'remote' || now?.kind !== 'remote') continue;
        const { modelId } = model;
        const { url } = source;
        found.set(url, { modelId, fileName, url, stated: factsOf(source), hub: factsOf(now) });
      }
    }
  }
  return [...found.values()];
}

function unstated(build: ModelBuild): ModelBuild {
  const files = build.files.map(({ source, ...file }) => ({
    ...file,
    source: source.kind === 'remote' ? ({ kind: 'remote', url: source.url } as const) : source,
  }));
  return { ...build, files };
}

function factsOf({ sizeBytes, sha256 }: { sizeBytes?: number; sha256?: string }): FileFacts {
  return { sizeBytes, sha256 };
}

/** Whether the hub states something else than the registry does. What the registry leaves open never differs. */
export function differs({ stated, hub }: RegistryFile): boolean {
  const { sizeBytes = hub.sizeBytes, sha256 = hub.sha256 } = stated;
  return sizeBytes !== hub.sizeBytes || sha256 !== hub.sha256;
}

export function isPinned({ stated }: RegistryFile): boolean {
  return stated.sizeBytes !== undefined && stated.sha256 !== undefined;
}
