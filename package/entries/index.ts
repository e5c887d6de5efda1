/** `modelshelf`: the core. It runs anywhere: no React, no Expo, no Node, no DOM. */
export { createShelf } from '../../lib/ai/createShelf';
export type {
  Shelf,
  ShelfOptions,
  ShelfPlan,
  WaitOptions,
  WorkOptions,
} from '../../lib/ai/createShelf';
export type { AddedList, AddedSnapshot, ImportedList } from '../../lib/ai/added/addedModels';
export type { AddedModel, AddedOrigin } from '../../lib/ai/added/addedRows';
export type { Withdrawals } from '../../lib/ai/added/withdrawals';
export type { ForgetOptions } from '../../lib/ai/added/forgetModel';
export type { AcceptedLicense, LicenseQuestion, Licenses } from '../../lib/ai/added/licenses';
export type { ModelMark, ModelMarks } from '../../lib/ai/settings/modelMarks';
export { createModelManager } from '../../lib/ai/modelManager';
export type { ModelManager, OnVerified, Removal } from '../../lib/ai/modelManager';
export type { KeptBuild, ManagerSnapshot, ModelState, WaitReason } from '../../lib/ai/modelState';
export { ALL_MODELS, DEFAULT_MODEL, findModel, registryFor } from '../../lib/ai/modelConfig';
export type {
  LlmModelConfig,
  ModelSource,
  Provenance,
  SystemSource,
} from '../../lib/ai/modelConfig';
export { DEFAULT_MODEL_ID, isModelId } from '../../lib/ai/modelId';
export type { ImportCard } from '../../lib/ai/imports/importCards';
export type {
  FileRecord,
  Imported,
  ImportedFile,
  ImportOptions,
  ImportState,
} from '../../lib/ai/imports/importFile';
export { parseCatalog } from '../../lib/ai/registry/catalog';
export type { Catalog, CatalogProblem } from '../../lib/ai/registry/catalog';
export { loadModels } from '../../lib/ai/registry/loadModels';
export type { LoadedModels } from '../../lib/ai/registry/loadModels';
export { createRegistry } from '../../lib/ai/registry/registry';
export type { Registry } from '../../lib/ai/registry/registry';
export type { InstalledPath, ModelPaths } from '../../lib/ai/shelf/modelPaths';
export type { ModelForecast, ShelfPlanFile } from '../../lib/ai/shelf/shelfPlan';
export type { FoundUpdates } from '../../lib/ai/updates/findUpdates';
export type { ModelUpdate, UpdateChange } from '../../lib/ai/updates/modelUpdate';
export type { UpdateStep, WhenEngineFree } from '../../lib/ai/updates/updateStep';
export type { LookOptions, Updates } from '../../lib/ai/updates/updates';
export type { HeldModel, UpdatesSnapshot } from '../../lib/ai/updates/updatesSnapshot';
export type { StoredItem, StoredKind } from '../../lib/ai/storage/accountStorage';
export type { RoomChoice, RoomPlan, RoomReason } from '../../lib/ai/storage/planRoom';
export type { StorageReport } from '../../lib/ai/storage/storage';
export { installedPaths, modelFiles, statedBytes } from '../../lib/ai/registry/modelFiles';
export type { EnsureResult } from '../../lib/ai/registry/modelFiles';
export type { FileRole, ModelBuild, ModelFile } from '../../lib/ai/runtimes/modelBuild';
export { buildOf, buildsOf, withBuilds } from '../../lib/ai/runtimes/notation';
export type { ModelDescription } from '../../lib/ai/runtimes/notation';
export { migrate } from '../../lib/db/migrations';
export { createModelSettings } from '../../lib/db/modelSettings';
export type { ModelSettings, ModelSettingsStore } from '../../lib/db/modelSettings';
export { createUnkeptSettings } from '../../lib/db/unkeptSettings';
export {
  ERROR_TRAITS,
  fromFailure,
  isAbortError,
  isModelError,
  ModelError,
  toFailure,
} from '../../lib/errors';
export type {
  ErrorTraits,
  ModelErrorCode,
  ModelErrorDetails,
  ModelFailure,
  PromptFormat,
  Remedy,
} from '../../lib/errors';
export type * from '../../lib/platform/types';
export type { KnownModels, ModelId } from '../../lib/ai/modelId';
