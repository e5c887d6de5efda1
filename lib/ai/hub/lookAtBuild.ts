/** Looks at the header of a build's weights before anything of it is downloaded. */
import { isAbortError, isModelError, toFailure, type ModelFailure } from '../../errors';
import { GgufDefect } from '../../platform/gguf/ggufBytes';
import type { Engines } from '../../platform/types';
import type { RemoteFile } from '../builds/remoteHeader';
import type { Repository } from '../discover/askRepository';
import { addressAt } from '../registry/atEndpoint';
import { unknownArchitecture } from '../runtimes/architectures';
import type { ModelBuild } from '../runtimes/modelBuild';
import type { BuildHeader, BuildHeaders } from './buildHeaders';

export type Look =
  /** Nothing to read: its weights have no such header, or nothing here could use the build. */
  | { kind: 'none' }
  | { kind: 'unread' }
  | { kind: 'read'; header: BuildHeader }
  /** The hub refuses the file, whose owner gives access on request. */
  | { kind: 'closed' }
  /** It can't be loaded here, whenever it is asked. */
  | { kind: 'refused'; failure: ModelFailure }
  /** It couldn't be read, which tells nothing about the build. */
  | { kind: 'failed'; failure: ModelFailure };

export interface LookTools {
  headers: BuildHeaders;
  engines: Engines;
  hubEndpoint: string;
}

/** The file whose header tells about the build; undefined where its weights have none. */
export function fileWithHeader({ files: [weights] }: ModelBuild): RemoteFile | undefined {
  if (weights?.source.kind !== 'remote' || !/\.gguf$/i.test(weights.fileName)) return undefined;
  const { fileName, source } = weights;
  return { fileName, url: source.url, sizeBytes: source.sizeBytes };
}

/** Never `unread`. A failure is told by the result. @throws AbortError */
export async function lookAtBuild(
  { headers, engines, hubEndpoint }: LookTools,
  { repository, build }: { repository: Pick<Repository, 'isGated'>; build: ModelBuild },
  signal: AbortSignal,
): Promise<Look> {
  const file = fileWithHeader(build);
  if (file === undefined) return { kind: 'none' };
  try {
    const url = addressAt(file.url, hubEndpoint);
    const header = await headers.read({ ...file, url }, signal);
    const engine = engines[build.runtime];
    const reason = engine && unknownArchitecture(header.architecture, engine);
    if (reason === undefined) return { kind: 'read', header };
    const details = { modelId: file.fileName, reason };
    return { kind: 'refused', failure: { code: 'MODEL_UNAVAILABLE', details } };
  } catch (error) {
    if (isAbortError(error)) throw error;
    const failure = toFailure(error);
    const isRefusal = ['HTTP_GATED', 'HTTP_DENIED'].includes(failure.code);
    if (repository.isGated && isRefusal) return { kind: 'closed' };
    return { kind: isDefect(error) ? 'refused' : 'failed', failure };
  }
}

/** Whether the file itself is at fault. */
function isDefect(error: unknown): boolean {
  return isModelError(error) && error.cause instanceof GgufDefect;
}
