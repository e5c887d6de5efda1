/** Reads the header of a build's weights before anything of it is downloaded. */
import { isModelError, ModelError } from '../../errors';
import type { Platform } from '../../platform/types';
import { headerFacts } from '../builds/headerFacts';
import type { HubTools } from '../discover/hubTools';
import { readRemoteHeader } from '../builds/remoteHeader';
import { addressAt } from '../registry/atEndpoint';
import { unknownArchitecture } from '../runtimes/architectures';
import type { ModelBuild } from '../runtimes/modelBuild';

export interface LookTools extends HubTools {
  engines: Platform['engines'];
}

export interface BuildToLookAt {
  build: ModelBuild;
  /** Whether the hub may refuse the file because its owner hasn't given access yet: the download tells that. */
  mayBeClosed: boolean;
}

/**
 * The build with what its header states about its memory. Unchanged where the weights have no such header, and where the
 * hub refuses a file that `mayBeClosed`.
 * @throws ModelError LOAD_FAILED, MODEL_UNAVAILABLE for an architecture that the engine doesn't know; NET_*, HTTP_*,
 * REDIRECT_UNSAFE, NOT_A_MODEL, RANGE_INVALID, REMOTE_CHANGED; AbortError
 */
export async function lookAtBuild(
  tools: LookTools,
  { build, mayBeClosed }: BuildToLookAt,
  signal: AbortSignal,
): Promise<ModelBuild> {
  const [weights] = build.files;
  if (weights?.source.kind !== 'remote' || !/\.gguf$/i.test(weights.fileName)) return build;
  const { fileName, source } = weights;
  const url = addressAt(source.url, tools.hubEndpoint);
  const file = { fileName, url, sizeBytes: source.sizeBytes };
  const header = await readRemoteHeader(tools, file, signal).catch((error: unknown) => {
    if (mayBeClosed && isRefusal(error)) return undefined;
    throw error;
  });
  if (header === undefined) return build;
  const engine = tools.engines[build.runtime];
  const reason = engine && unknownArchitecture(header.model.architecture, engine);
  if (reason !== undefined) {
    throw new ModelError('MODEL_UNAVAILABLE', { modelId: fileName, reason });
  }
  return { ...build, ...headerFacts(header.model) };
}

function isRefusal(error: unknown): boolean {
  return isModelError(error) && ['HTTP_GATED', 'HTTP_DENIED'].includes(error.code);
}
