/** Tells what differs between an installed GGUF file and a newer one, by their headers: the weights aren't read. */
import { isModelError } from '../../errors';
import { GgufDefect, GgufUnfinished, type ReadBytes } from '../../platform/gguf/ggufBytes';
import { describeGguf, isLongText, type GgufModel } from '../../platform/gguf/ggufModel';
import { readGgufStart } from '../../platform/gguf/ggufTable';
import type { Digester, Runtime } from '../../platform/types';
import { readRemoteHeader } from '../builds/remoteHeader';
import { noteRefusal } from '../discover/countedTools';
import type { HubTools } from '../discover/hubTools';
import type { LlmModelConfig } from '../modelConfig';
import type { InstalledFile } from '../modelState';
import { modelFiles, modelPath, type NamedFile } from '../registry/modelFiles';
import { addressAt } from '../registry/atEndpoint';
import type { ModelUpdate, UpdateChange } from './modelUpdate';

/** The installed version. */
interface Before {
  config: LlmModelConfig;
  runtime: Runtime;
  files: readonly InstalledFile[];
  signal: AbortSignal;
}

type Tools = HubTools & { digester: Digester };

/**
 * The update with its changes as the headers show them, where the only changed weights are one GGUF file. At most four
 * requests and 8 MiB. The update as it was where a header can't be read. @throws AbortError
 */
export async function withWhatChanged(
  tools: Tools,
  update: ModelUpdate,
  { config, runtime, files, signal }: Before,
): Promise<ModelUpdate> {
  const only = onlyWeights(files);
  const newer = onlyWeights(modelFiles(update.config, runtime));
  if (!update.changes.includes('weights') || !only || newer?.source.kind !== 'remote')
    return update;
  const { url, sizeBytes } = newer.source;
  try {
    const place = { path: modelPath(config, only.fileName), sizeBytes: only.sizeBytes };
    const before = await readLocalHeader(tools.digester, place);
    if (before === undefined) return update;
    const address = addressAt(url, tools.hubEndpoint);
    const remote = { url: address, fileName: newer.fileName, sizeBytes };
    const after = (await readRemoteHeader(tools, remote, signal)).model;
    const seen = differences(before, after);
    const rest = update.changes.filter((change) => change !== 'weights');
    return { ...update, changes: [...seen, ...rest] };
  } catch (error) {
    const isUnreadable = error instanceof GgufDefect || error instanceof GgufUnfinished;
    if (!isModelError(error) && !isUnreadable) throw error;
    noteRefusal(tools, error);
    return update;
  }
}

/** The weights where they are one GGUF file. */
function onlyWeights<File extends NamedFile>(files: readonly File[]): File | undefined {
  const [only, ...others] = files.filter(({ role }) => role === 'weights');
  return others.length === 0 && only?.fileName.endsWith('.gguf') ? only : undefined;
}

/** Equal headers of different files leave the weights; other tensors are other weights, too. */
function differences(before: GgufModel, after: GgufModel): UpdateChange[] {
  const text = ({ chatTemplate: _, ...facts }: GgufModel) => JSON.stringify(facts);
  const changes: UpdateChange[] = [];
  if (before.chatTemplate !== after.chatTemplate) changes.push('template');
  if (text(before) !== text(after)) changes.push('metadata');
  const isOther =
    before.tensorCount !== after.tensorCount || before.parameters !== after.parameters;
  return changes.length === 0 || isOther ? [...changes, 'weights'] : changes;
}

async function readLocalHeader(
  digester: Digester,
  { path, sizeBytes }: { path: string; sizeBytes: number },
): Promise<GgufModel | undefined> {
  const first = await digester.readBytes({ path, startBytes: 0, lengthBytes: 4 });
  // The host can't read parts of files.
  if (first === undefined) return undefined;
  const read: ReadBytes = async (startBytes, lengthBytes) =>
    (await digester.readBytes({ path, startBytes, lengthBytes })) ?? new Uint8Array();
  const length = { fileBytes: sizeBytes, hereBytes: sizeBytes };
  return describeGguf(await readGgufStart(read, length, isLongText));
}
