/** Why a model can't be used where the app could not start. */
import type { ClosedModel } from '../../ai/catalogs/closedShelf';
import type { ModelState } from '../../ai/modelState';
import { unavailableReason } from '../../ai/registry/modelFiles';
import { t, translated } from '../words/language';

/** A model that can be used nowhere yet has its own reason. */
export function closedState({
  config,
  choice,
}: ClosedModel): Extract<ModelState, { kind: 'unavailable' }> {
  const own = unavailableReason(config, choice.runtime);
  const reason =
    own === undefined
      ? t('Can’t be used here: the app has no place for its files.')
      : translated(own);
  return { kind: 'unavailable', reason };
}
