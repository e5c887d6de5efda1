/** Adds a model to the shelf, and begins its download where the person wants that. */
import { useEffect, useRef, useState } from 'react';
import type { AddedOrigin } from '../../ai/added/addedRows';
import type { LlmModelConfig } from '../../ai/modelConfig';
import { useModels } from '../../ai/ModelProvider';
import { useShelf } from '../../ai/shelf/ShelfProvider';
import { isAbortError, toFailure } from '../../errors';
import type { ModelFailure } from '../../errors';
import { useNotices } from '../notices/Notices';
import { useNavigation } from '../ui/navigation';
import { t } from '../words/language';

export type Adding =
  | { kind: 'idle' }
  | { kind: 'adding' }
  /** The model is on the shelf, and its licence has to be accepted before the download. */
  | { kind: 'license'; config: LlmModelConfig }
  | { kind: 'failed'; failure: ModelFailure };

export interface AddingBinding {
  adding: Adding;
  /** `find` resolves with the model, as `Shelf.add` takes it. */
  add(find: (signal: AbortSignal) => Promise<LlmModelConfig>, downloads: boolean): void;
  /** The model is on the shelf: begins its download and shows its card. */
  download(config: LlmModelConfig): void;
  /** Shows the card of a model that is on the shelf. */
  show(config: LlmModelConfig): void;
}

export function useAdding(origin: AddedOrigin): AddingBinding {
  const shelf = useShelf();
  const models = useModels();
  const navigation = useNavigation();
  const { tell, tellFailure } = useNotices();
  const [adding, setAdding] = useState<Adding>({ kind: 'idle' });
  const leaving = useRef<AbortController>(undefined);
  useEffect(() => () => leaving.current?.abort(), []);

  const show = (config: LlmModelConfig) =>
    navigation?.open(`/settings/models?model=${encodeURIComponent(config.modelId)}`);

  function download(config: LlmModelConfig): void {
    models.download(config).catch(tellFailure);
    show(config);
  }

  async function run(...[find, downloads]: Parameters<AddingBinding['add']>): Promise<void> {
    const controller = new AbortController();
    leaving.current = controller;
    setAdding({ kind: 'adding' });
    try {
      const config = await shelf.add(await find(controller.signal), origin);
      if (!downloads) {
        tell(t('{name} is on the shelf', { name: config.displayName }));
        show(config);
      } else if (config.needsAcceptance === true) setAdding({ kind: 'license', config });
      else download(config);
    } catch (error) {
      if (!isAbortError(error)) setAdding({ kind: 'failed', failure: toFailure(error) });
    }
  }

  return { adding, add: (...asked) => void run(...asked), download, show };
}
