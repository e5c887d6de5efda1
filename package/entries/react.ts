/** `modelshelf/react`: what binds the core to React, with no look of its own. */
export { ImportProvider, useDroppedFiles, useImport } from '../../lib/ai/ImportProvider';
export type { ImportBinding } from '../../lib/ai/ImportProvider';
export { AccessProvider, useAccess, useGate } from '../../lib/ai/access/AccessProvider';
export type { AccessBinding, AccessServices } from '../../lib/ai/access/AccessProvider';
export { BenchmarkProvider, useBenchmarks } from '../../lib/ai/measure/BenchmarkProvider';
export type { BenchmarkBinding, BenchmarkServices } from '../../lib/ai/measure/BenchmarkProvider';
export {
  ConversationProvider,
  useConversation,
  useLiveAnswer,
} from '../../lib/ai/chat/ConversationProvider';
export type { ConversationBinding } from '../../lib/ai/chat/ConversationProvider';
export { ComparisonProvider, useComparison } from '../../lib/ai/compare/ComparisonProvider';
export type { ComparisonBinding } from '../../lib/ai/compare/ComparisonProvider';
export { DoctorProvider, useDoctor } from '../../lib/ai/doctor/DoctorProvider';
export { ModelHubProvider, useHubSearch, useModelHub } from '../../lib/ai/hub/ModelHubProvider';
export type { AddressedModel } from '../../lib/ai/hub/modelAtAddress';
export type { ModelHub, ModelToAdd } from '../../lib/ai/hub/modelHub';
export { LLMProvider, useLLM } from '../../lib/ai/LLMProvider';
export type { LlmBinding, LlmServices } from '../../lib/ai/LLMProvider';
export { ModelGate } from '../../lib/ai/shelf/ModelGate';
export type { ModelGateProps } from '../../lib/ai/shelf/ModelGate';
export {
  ModelProvider,
  useAddedModels,
  useInstalledModels,
  useIsInstalled,
  useManagerListener,
  useManagerSnapshot,
  useModel,
  useModelMarks,
  useModelState,
  useModels,
  useModelsWhere,
  useSelectedModel,
} from '../../lib/ai/ModelProvider';
export type {
  ModelBinding,
  ModelServices,
  ModelsBinding,
  SelectedModel,
} from '../../lib/ai/ModelProvider';
export { PreferencesProvider, usePreferences } from '../../lib/ai/settings/PreferencesProvider';
export type { PreferencesBinding } from '../../lib/ai/settings/PreferencesProvider';
export type { ModelActions } from '../../lib/ai/shelf/modelActions';
export {
  RunningDownloadsProvider,
  useRunningDownloads,
} from '../../lib/ai/snapshots/RunningDownloadsProvider';
export type { ShownDownloads } from '../../lib/ai/snapshots/RunningDownloadsProvider';
export { ShelfProvider, useShelf } from '../../lib/ai/shelf/ShelfProvider';
