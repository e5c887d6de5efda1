/** The actions in the menu of a model's card. */
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
import { pageOf } from '../../ai/registry/modelPage';
import { TRAITS } from '../../ai/runtimes/runtimes';
import type { IconName } from '../ui/icons';
import { t } from '../words/language';
import { button, removePress } from './cardButtons';
import type { CardActions, CardButton, CardSituation, Press } from './cardButtons';
import { pageLabel } from './PageLink';
import { countBytes } from './shelf';

/** In order; what removes something comes last. */
export function menuButtons(situation: CardSituation, actions: CardActions): CardButton[] {
  const { config, state, runtime, isAdded } = situation;
  const items: Press[] = [[t('Details'), () => actions.showDetails(config), { icon: 'info' }]];
  if (state.kind === 'installed') {
    items.push(...versionTools(situation, actions), ...installedTools(situation, actions));
  }
  const page = pageOf(config, runtime);
  if (page !== undefined) {
    items.push([pageLabel(page), () => actions.openPage(config), { icon: 'external' }]);
  }
  if (state.kind === 'disconnected') {
    const name = t('Give up the files of {name}', { name: config.displayName });
    items.push([t('Give these files up'), () => actions.giveUp(config), { name, icon: 'close' }]);
  }
  if (isRemovable(situation)) items.push(removePress(config, actions));
  if (isAdded && !UNDER_WAY.has(state.kind)) {
    const forget = countBytes(state) > 0 ? actions.askForgetting : actions.forget;
    items.push([t('Forget'), () => forget(config), { icon: 'close' }]);
  }
  return items.map(button);
}

/** Only the system can remove its own model. */
function isRemovable({ state, runtime }: CardSituation): boolean {
  return state.kind === 'differs' || (state.kind === 'installed' && TRAITS[runtime].hasFiles);
}

/** The states of a model that is stopped before anything else is done with it. */
const UNDER_WAY: ReadonlySet<ModelState['kind']> = new Set([
  ...(['waiting', 'downloading', 'verifying', 'arriving'] as const),
]);

function versionTools({ config, about, runtime }: CardSituation, actions: CardActions): Press[] {
  if (about === undefined || !TRAITS[runtime].hasFiles) return [];
  const { update, step, heldReason, canGoBack } = about;
  const isHeld = heldReason !== undefined;
  if (step !== undefined) {
    return pressIf(actions.pauseUpdate, config, [t('Pause the update'), 'pause']);
  }
  return [
    ...(update && !isHeld ? pressIf(actions.update, config, [t('Update'), 'download']) : []),
    ...(canGoBack ? pressIf(actions.goBack, config, [t('Go back a version'), 'retry']) : []),
    ...(isHeld ? pressIf(actions.release, config, [t('Allow updates'), 'play']) : []),
    ...(update && !isHeld
      ? pressIf(actions.hold, config, [t('Hold at this version'), 'pause'])
      : []),
  ];
}

/** None for an action that this app doesn't have. */
function pressIf(
  action: ((config: LlmModelConfig) => void) | undefined,
  config: LlmModelConfig,
  [label, icon]: [label: string, icon: IconName],
): Press[] {
  return action ? [[label, () => action(config), { icon }]] : [];
}

function installedTools(
  { config, memory, runtime, moving }: CardSituation,
  actions: CardActions,
): Press[] {
  const { showSettings, benchmark, keepReady, move } = actions;
  const tools: Press[] = [];
  if (move && !moving && TRAITS[runtime].hasFiles)
    tools.push([t('Move to another drive'), () => move(config), { icon: 'storage' }]);
  if (showSettings) tools.push([t('Settings'), () => showSettings(config), { icon: 'tune' }]);
  if (benchmark) {
    const disabled = memory === 'measured';
    tools.push([t('Benchmark'), () => benchmark(config), { icon: 'benchmark', disabled }]);
  }
  if (keepReady && (memory === 'no' || memory === 'coming')) {
    const disabled = memory === 'coming';
    tools.push([t('Keep ready'), () => keepReady(config), { icon: 'memory', disabled }]);
  }
  return tools;
}
