/**
 * Models on this device that neither the registry nor a catalog names any more, because their catalog is missing; also
 * those that were removed and can come back.
 */
import { parseManifest } from '../../download/store/manifest';
import { PLAN_NAME, parsePlan } from '../../download/plan/plan';
import { isModelError } from '../../errors';
import { isOwned } from '../../platform/shared/storePath';
import type { FileStore, Runtime } from '../../platform/types';
import { MANIFEST_NAMES, keptFolder, stagingFolder } from '../registry/buildPlaces';
import type { LlmModelConfig, ModelSource } from '../modelConfig';
import { isModelId } from '../modelId';
import { UNLISTED_REASON } from '../registry/modelFiles';
import type { ModelBuild, ModelFile } from '../runtimes/modelBuild';
import { buildsOf, withBuilds, type ModelDescription } from '../runtimes/notation';
import { RUNTIMES } from '../runtimes/runtimes';

/** The facts about a build from a record on the disk. */
interface Found {
  modelId: string;
  runtime: Runtime;
  folderName: string;
  files: readonly Pick<ModelFile, 'fileName' | 'role'>[];
}

/**
 * The offered models, followed by those that were installed or begun from a catalog that is missing
 * today. The latter can be used and removed, but not downloaded. They are left out where the disk can't be read.
 */
export async function withUnlisted(
  files: FileStore,
  models: readonly LlmModelConfig[],
): Promise<readonly LlmModelConfig[]> {
  const offered = new Set(models.map(({ modelId }) => modelId));
  const byId = new Map<string, LlmModelConfig>();
  for (const found of await findRecords(files, models)) {
    const { modelId, folderName, runtime } = found;
    const before = byId.get(modelId) ?? unlisted(found, []);
    // When the records of two folders have the same id, the first folder is the model's and the second is ignored.
    if (offered.has(modelId) || before.folderName !== folderName) continue;
    const builds = buildsOf(before);
    if (builds.some((build) => build.runtime === runtime)) continue;
    byId.set(modelId, unlisted(found, [...builds, buildFrom(found)]));
  }
  return [...models, ...byId.values()];
}

async function findRecords(
  files: FileStore,
  models: readonly LlmModelConfig[],
): Promise<readonly Found[]> {
  try {
    const paths = (await files.list('')).map(({ path }) => path);
    // On file systems that ignore case, two such names are the same folder.
    const owned = new Set(models.map(({ folderName }) => folderName.toLowerCase()));
    const found: Found[] = [];
    // Records of installed builds take precedence over those of begun downloads.
    for (const read of [readManifest, readRemoved, readPlan]) {
      for (const path of paths) {
        const record = await read(files, path);
        if (record && isModelId(record.modelId) && !owned.has(record.folderName.toLowerCase())) {
          found.push(record);
        }
      }
    }
    return found;
  } catch (error) {
    if (!isModelError(error)) throw error;
    // The next start of the manager reports the failure.
    return [];
  }
}

async function readManifest(files: FileStore, path: string): Promise<Found | undefined> {
  const [folderName = '', name = '', ...rest] = path.split('/');
  if (folderName.startsWith('.') || !MANIFEST_NAMES.includes(name) || rest.length > 0) {
    return undefined;
  }
  return foundIn(folderName, parseManifest(await files.readText(path)));
}

async function readRemoved(files: FileStore, path: string): Promise<Found | undefined> {
  const [removed, folderName = '', name = '', ...rest] = path.split('/');
  const isRemoved = RUNTIMES.some((runtime) => removed === keptFolder('removed', runtime));
  if (!isRemoved || !MANIFEST_NAMES.includes(name) || rest.length > 0) return undefined;
  return foundIn(folderName, parseManifest(await files.readText(path)));
}

async function readPlan(files: FileStore, path: string): Promise<Found | undefined> {
  const [staging, folderName = ''] = path.split('/');
  const isStaged = RUNTIMES.some((runtime) => staging === stagingFolder(runtime)) || isOwned(path);
  if (!isStaged || !path.endsWith(`/${PLAN_NAME}`)) return undefined;
  return foundIn(folderName, parsePlan(await files.readText(path)));
}

function foundIn(
  folderName: string,
  record: Pick<Found, 'modelId' | 'runtime' | 'files'> | undefined,
): Found | undefined {
  if (!record) return undefined;
  const { modelId, runtime, files } = record;
  return { modelId, runtime, folderName, files };
}

function buildFrom({ runtime, files }: Found): ModelBuild {
  const source: ModelSource = { kind: 'unavailable', reason: UNLISTED_REASON };
  const named = files.map(({ fileName, role }) => ({ fileName, role, source }));
  return { runtime, quantization: '', files: named };
}

function unlisted({ modelId, folderName }: Found, builds: readonly ModelBuild[]): LlmModelConfig {
  const facts: ModelDescription = {
    modelId,
    displayName: modelId,
    description: 'It was downloaded from a catalog that is not here any more.',
    size: '',
    folderName,
    available: true,
    huggingFaceUrl: '',
    license: 'Not known',
    isUnlisted: true,
  };
  return withBuilds(facts, builds);
}
