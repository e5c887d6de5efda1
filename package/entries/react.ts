/** `modelshelf/react`: what binds the core to React, with no look of its own. */
export { BenchmarkProvider, useBenchmarks } from '../../lib/ai/BenchmarkProvider';
export type { BenchmarkBinding, BenchmarkServices } from '../../lib/ai/BenchmarkProvider';
export {
  ConversationProvider,
  useConversation,
  useLiveAnswer,
} from '../../lib/ai/ConversationProvider';
export type { ConversationBinding } from '../../lib/ai/ConversationProvider';
export { LLMProvider, useLLM } from '../../lib/ai/LLMProvider';
export type { LlmBinding, LlmServices } from '../../lib/ai/LLMProvider';
export { ModelGate } from '../../lib/ai/ModelGate';
export type { ModelGateProps } from '../../lib/ai/ModelGate';
export {
  ModelProvider,
  useInstalledModels,
  useIsInstalled,
  useManagerListener,
  useManagerSnapshot,
  useModel,
  useModelState,
  useModelsWhere,
} from '../../lib/ai/ModelProvider';
export type { ModelBinding, ModelServices } from '../../lib/ai/ModelProvider';
export { PreferencesProvider, usePreferences } from '../../lib/ai/PreferencesProvider';
export type { PreferencesBinding } from '../../lib/ai/PreferencesProvider';
export { ShelfProvider, useShelf } from '../../lib/ai/ShelfProvider';
