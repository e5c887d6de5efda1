/** The badges of a model's card: facts in a word or two, and whether the model is here. */
import type { AddedOrigin } from '../../ai/added/addedRows';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { TRAITS } from '../../ai/runtimes/runtimes';
import type { Runtime } from '../../platform/types';
import { t } from '../words/language';
import { guidanceLabel, originLabel, runtimeLabel } from '../words/words';

export type BadgeTone = 'plain' | 'strong' | 'good' | 'warm';

export interface CardBadge {
  label: string;
  tone: BadgeTone;
}

export interface BadgedModel {
  config: LlmModelConfig;
  state: ModelState;
  runtime: Runtime;
  /** Whether this device could also run another build of the model; the card then names the build. */
  hasOtherBuilds: boolean;
  /** How a person added the model; undefined for one of the registry or of a catalog. */
  origin: AddedOrigin | undefined;
}

export function cardBadges(model: BadgedModel): CardBadge[] {
  const { config, runtime, hasOtherBuilds, origin } = model;
  const badges: CardBadge[] = [];
  if (config.guidance) badges.push({ label: guidanceLabel(config.guidance), tone: 'warm' });
  if (origin !== undefined) badges.push({ label: originLabel(origin), tone: 'plain' });
  if (config.demo === true) badges.push({ label: t('Demo'), tone: 'warm' });
  if (config.isUnlisted === true) badges.push({ label: t('No longer in a catalog'), tone: 'warm' });
  else if (!TRAITS[runtime].hasFiles)
    badges.push({ label: t('Part of the browser'), tone: 'plain' });
  else badges.push({ label: config.size, tone: 'plain' });
  if (hasOtherBuilds) badges.push({ label: runtimeLabel(runtime), tone: 'plain' });
  return badges;
}

/** Undefined while a download tells more by its own progress. */
export function presenceBadge({ config, state, runtime }: BadgedModel): CardBadge | undefined {
  // Found out by a download, for example of a file that is too large for this host.
  const isRefused = state.kind === 'failed' && state.failure.code === 'MODEL_UNAVAILABLE';
  if (state.kind === 'unavailable' || isRefused) return missing(config);
  switch (state.kind) {
    case 'installed':
      return { label: TRAITS[runtime].hasFiles ? t('Downloaded') : t('Ready'), tone: 'good' };
    case 'differs':
      return { label: t('Another file'), tone: 'warm' };
    case 'disconnected':
      return { label: t('Not connected'), tone: 'warm' };
    case 'absent':
      return { label: t('Not downloaded'), tone: 'plain' };
    default:
      return undefined;
  }
}

const missing = ({ available }: LlmModelConfig): CardBadge => ({
  label: available ? t('Not on this device') : t('Coming soon'),
  tone: 'plain',
});
