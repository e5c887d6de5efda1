/**
 * The engine in Node: llama.cpp in a process of its own for each model, so that a crash is only a failure of that
 * model.
 */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

import { isModelError, ModelError } from '../../../errors';
import { checkGguf } from '../../gguf/ggufHeader';
import type { GgufFacts, GgufFile } from '../../gguf/ggufHeader';
import { queueAnswers } from '../../shared/queuedModel';
import type { Clock, LlmEngine, LoadOptions, ModelFacts } from '../../types';
import { askEngine } from './engineAnswer';
import { startEngineProcess } from './engineProcess';
import type { EngineProcess } from './engineProcess';
import { BATCH_TOKENS, wordsOf } from './engineProtocol';
import type { LoadOrder } from './engineProtocol';
import { isAbsent, reasonOf } from '../nodeErrors';
import { NO_FOLLOW, NO_WAIT, readablePlaceOf } from '../files/nodePaths';
import { installedVersion } from '../packageVersion';

/** Of a process without a model: 103 MiB were measured. */
const PROCESS_BYTES = 103 * 1024 ** 2;

export interface NodeEngine extends LlmEngine {
  /** Ends every model's process. */
  close(): Promise<void>;
}

export interface NodeEngineOptions {
  /** The models folder, an absolute path. */
  root: string;
  clock: Clock;
  /** By default the number of the processor's cores. */
  threads?: number;
  /** The compiled `llamaChild`, for bundles that put it elsewhere; by default the one beside this module. */
  program?: URL | undefined;
}

/** For the meaning of `facts.memoryBytes` see `loadLlama`. */
export function createNodeEngine({ root, clock, threads, program }: NodeEngineOptions): NodeEngine {
  const processes = new Set<EngineProcess>();

  async function end(engine: EngineProcess): Promise<void> {
    await engine.end();
    processes.delete(engine);
  }

  return {
    engineName: 'node-llama-cpp',
    engineVersion: installedVersion('node-llama-cpp'),
    honoursTopP: true,
    costs: { ownBytes: PROCESS_BYTES, batchTokens: BATCH_TOKENS },
    async load(request, options = {}) {
      const { ptePath: path, promptFormat } = request;
      options.signal?.throwIfAborted();
      // llama.cpp opens the first file, and finds the others of a split model beside it by their names.
      const place = await readablePlaceOf(root, path);
      const allowed = await checkFiles(root, [path, ...(request.moreWeightsPaths ?? [])]);
      options.signal?.throwIfAborted();
      const contextTokens = Math.min(request.contextTokens, allowed.contextTokens);
      const engine = startEngineProcess(program);
      processes.add(engine);
      try {
        const facts = await loadInto(
          engine,
          { place, contextTokens, threads, promptFormat },
          options,
        );
        return queueAnswers({
          facts,
          answer: (question, onText, signal) =>
            askEngine(engine, question, { clock, contextTokens, onText, signal }),
          isBroken: () => engine.hasEnded(),
          // The answer under way ends with the process, so `idle` isn't awaited.
          end: () => end(engine),
        });
      } catch (cause) {
        await end(engine);
        options.signal?.throwIfAborted();
        throw loadFailure(path, wordsOf(cause), cause);
      }
    },
    async close() {
      await Promise.all([...processes].map(end));
    },
  };
}

/** Aborting ends the process, because llama.cpp can't be interrupted while it loads. */
async function loadInto(
  engine: EngineProcess,
  order: Omit<LoadOrder, 'kind'>,
  { onProgress, signal }: LoadOptions,
): Promise<ModelFacts> {
  const abort = () => void engine.end();
  signal?.addEventListener('abort', abort, { once: true });
  try {
    const report = await engine.ask({ kind: 'load', ...order }, (message) => {
      if (message.kind === 'progress') onProgress?.(message.fraction);
      return message.kind === 'progress' ? undefined : message;
    });
    if (report.kind === 'loaded') return report.facts;
    throw new Error(report.kind === 'refused' ? report.reason : report.kind);
  } finally {
    signal?.removeEventListener('abort', abort);
  }
}

/** Checks the headers before an engine opens the files. @throws ModelError LOAD_FAILED */
async function checkFiles(root: string, paths: readonly [string, ...string[]]): Promise<GgufFacts> {
  const opened: FileHandle[] = [];
  async function openFile(path: string): Promise<GgufFile> {
    try {
      const place = await readablePlaceOf(root, path);
      // To open a named pipe without a writer would block for ever.
      const handle = await open(place, constants.O_RDONLY | NO_FOLLOW | NO_WAIT);
      opened.push(handle);
      const stats = await handle.stat();
      if (!stats.isFile()) throw loadFailure(path, 'it is no file');
      const read = async (position: number, length: number) => {
        const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(length), position });
        return buffer.subarray(0, bytesRead);
      };
      return { path, sizeBytes: stats.size, read };
    } catch (error) {
      if (isModelError(error)) throw error;
      throw loadFailure(path, isAbsent(error) ? 'there is no such file' : reasonOf(error), error);
    }
  }
  try {
    const [first, ...more] = paths;
    const files: [GgufFile, ...GgufFile[]] = [await openFile(first)];
    for (const path of more) files.push(await openFile(path));
    return await checkGguf(...files);
  } finally {
    await Promise.all(opened.map((handle) => handle.close()));
  }
}

function loadFailure(path: string, reason: string, cause?: unknown): ModelError {
  return new ModelError('LOAD_FAILED', { path, reason }, { cause });
}
