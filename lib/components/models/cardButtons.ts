/** The buttons of a model's card in each state. */
import type { Fit } from '../../ai/memory/memoryFit';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState, MoveProgress } from '../../ai/modelState';
import type { CardUpdate } from '../../ai/UpdatesProvider';
import { ERROR_TRAITS } from '../../errors';
import type { ModelFailure, Remedy } from '../../errors';
import { TRAITS } from '../../ai/runtimes/runtimes';
import type { Runtime } from '../../platform/types';
import type { Tone } from '../ui/Button';
import type { IconName } from '../ui/icons';
import { describeFailure } from '../words/failureWords';
import { t } from '../words/language';
import { countBytes } from './shelf';

export interface CardActions {
  /** Starts, resumes, or tries again. */
  download(config: LlmModelConfig): void;
  /** Looks whether the drive of a model is connected by now. */
  look(config: LlmModelConfig): void;
  /** Gives up a model whose drive isn't connected. */
  giveUp(config: LlmModelConfig): void;
  /** Asks where a model is to lie. Undefined where models lie on one volume only. */
  move?: ((config: LlmModelConfig) => void) | undefined;
  /** Stops a move, and removes what it has copied. */
  cancelMove?: ((config: LlmModelConfig) => void) | undefined;
  /** Downloads the file that the registry names in place of a damaged or a different one. */
  repair(config: LlmModelConfig): void;
  /** Asks first, because this device most likely can't run the model; starts if the person agrees. */
  askTooLarge(config: LlmModelConfig): void;
  pause(config: LlmModelConfig): void;
  cancel(config: LlmModelConfig): void;
  /** Asks before a download is cancelled that has many bytes. */
  askCancel(config: LlmModelConfig): void;
  /** Undefined where nothing selects models. */
  select?: ((config: LlmModelConfig) => void) | undefined;
  /** Asks before anything is removed. */
  askRemoval(config: LlmModelConfig): void;
  showDetails(config: LlmModelConfig): void;
  /** Undefined without an engine, as the next one. */
  showSettings?: ((config: LlmModelConfig) => void) | undefined;
  /** Loads the model into memory beside the one that answers. */
  keepReady?: ((config: LlmModelConfig) => void) | undefined;
  /** Undefined without benchmarks, and without a route to their screen. */
  benchmark?: ((config: LlmModelConfig) => void) | undefined;
  /** Shows a licence that has to be accepted before the download, which then begins. */
  readLicense(config: LlmModelConfig): void;
  /** Asks before a withdrawn model is downloaded or selected anyway. */
  askWithdrawn(config: LlmModelConfig): void;
  /** Takes an added model without files off the shelf. */
  forget(config: LlmModelConfig): void;
  /** Asks before an added model is forgotten together with its files. */
  askForgetting(config: LlmModelConfig): void;
  /** Undefined where nothing is updated, as the four below. */
  update?: ((config: LlmModelConfig) => void) | undefined;
  pauseUpdate?: ((config: LlmModelConfig) => void) | undefined;
  goBack?: ((config: LlmModelConfig) => void) | undefined;
  hold?: ((config: LlmModelConfig) => void) | undefined;
  release?: ((config: LlmModelConfig) => void) | undefined;
  /** Shows the models that could be removed. */
  freeSpace(): void;
  openPage(config: LlmModelConfig): void;
  /** Undefined without a route to the chat. */
  openChat?: (() => void) | undefined;
  /** Undefined in an app that can't be started again from here. */
  reload?: (() => void) | undefined;
}

export interface CardButton {
  label: string;
  /** What it is called for a screen reader, which also hears the buttons of the other cards. */
  name: string | undefined;
  icon: IconName | undefined;
  tone: Tone;
  disabled: boolean;
  onPress: () => void;
}

export type Press = [label: string, onPress: () => void, looks?: Partial<CardButton>];

export const button = ([label, onPress, looks]: Press): CardButton => ({
  label,
  onPress,
  name: undefined,
  icon: undefined,
  tone: 'tonal',
  disabled: false,
  ...looks,
});

export interface CardSituation {
  config: LlmModelConfig;
  state: ModelState;
  runtime: Runtime;
  /** True for an installed model only. */
  selected: boolean;
  /** Whether a person added it: only such a model can be forgotten. */
  isAdded: boolean;
  fit: Fit;
  memory: InMemory;
  /** The versions of the model; undefined where nothing is updated. */
  about?: CardUpdate | undefined;
  /** Its move to another volume; undefined while it isn't moved. */
  moving?: MoveProgress | undefined;
}

/** Whether a model is in memory. */
export type InMemory = 'no' | 'coming' | 'loaded' | 'measured';

/**
 * In order, the main button first. A button and the one that replaces it in the next state have the same place, so that
 * the focus isn't lost.
 */
export function cardButtons(situation: CardSituation, actions: CardActions): CardButton[] {
  const { config, state } = situation;
  switch (state.kind) {
    case 'unavailable':
    case 'absent':
      return firstPresses(situation, actions).map(button);
    case 'waiting':
    case 'downloading':
    case 'verifying':
      return [button(pausePress(config, actions))];
    case 'arriving':
    case 'paused':
      return goOnPresses(situation, actions).map(button);
    case 'installed':
      return usePress(situation, actions).map(button);
    case 'differs':
    case 'disconnected':
      return [button(mendPress(situation, actions))];
    case 'failed':
      return remedyPresses(config, state.failure, actions).map(button);
  }
}

/** A download by the system that is followed can only be left, by Cancel. */
function goOnPresses({ config, state }: CardSituation, actions: CardActions): Press[] {
  if (state.kind !== 'arriving') return [downloadPress(config, actions, 'resume')];
  return state.isFollowed ? [] : [downloadPress(config, actions, 'progress')];
}

/** Cancelling deletes at most this many bytes without a question. */
const UNASKED_BYTES = 50_000_000;

/** The button that undoes the main one, shown away from it; undefined if there is nothing to undo. */
export function cancelButton(
  { config, state, moving }: CardSituation,
  actions: CardActions,
): CardButton | undefined {
  switch (state.kind) {
    case 'waiting':
    case 'downloading':
    case 'verifying':
    case 'paused':
    case 'failed': {
      const isAsked = countBytes(state) > UNASKED_BYTES;
      const cancel = () => (isAsked ? actions.askCancel(config) : actions.cancel(config));
      return button(cancelPress(config, cancel));
    }
    case 'arriving':
      // The bytes are the system's, and it keeps them.
      if (!state.isFollowed) return undefined;
      return button(cancelPress(config, () => actions.cancel(config)));
    case 'installed':
      return moving && button(cancelMovePress(config, actions));
    default:
      return undefined;
  }
}

/** What can be done with a model that isn't here. */
function firstPresses(situation: CardSituation, actions: CardActions): Press[] {
  const { config, state } = situation;
  if (state.kind !== 'unavailable') return [beginPress(situation, actions)];
  return state.usedBytes === undefined ? [] : [removePress(config, actions)];
}

function beginPress(situation: CardSituation, actions: CardActions): Press {
  const { config, runtime } = situation;
  const kind = TRAITS[runtime].hasFiles ? 'download' : 'get';
  return downloadPress(config, beginning(situation, actions), kind);
}

/** Before the first download of a model that doesn't fit, the person is asked; a resumed download doesn't ask again. */
function beginning({ fit }: CardSituation, actions: CardActions): Pick<CardActions, 'download'> {
  return fit === 'too-large' ? { download: (config) => actions.askTooLarge(config) } : actions;
}

type Face = Pick<CardButton, 'label' | 'name' | 'icon'>;
type DownloadKind = 'download' | 'get' | 'progress' | 'resume' | 'again';

function downloadFace(kind: DownloadKind, name: string): Required<Face> {
  switch (kind) {
    case 'download':
      return { label: t('Download'), name: t('Download {name}', { name }), icon: 'download' };
    case 'get':
      return { label: t('Get it'), name: t('Get it: {name}', { name }), icon: 'download' };
    case 'progress':
      return {
        ...{ label: t('Show progress'), name: t('Show progress: {name}', { name }) },
        icon: 'download',
      };
    case 'resume':
      return { label: t('Resume'), name: t('Resume {name}', { name }), icon: 'play' };
    case 'again':
      return { label: t('Try again'), name: t('Try again: {name}', { name }), icon: 'retry' };
  }
}

function downloadPress(
  config: LlmModelConfig,
  actions: Pick<CardActions, 'download'>,
  kind: DownloadKind,
): Press {
  const { label, ...face } = downloadFace(kind, config.displayName);
  return [label, () => actions.download(config), { ...face, tone: 'filled' }];
}

function pausePress(config: LlmModelConfig, actions: CardActions): Press {
  const name = t('Pause {name}', { name: config.displayName });
  return [t('Pause'), () => actions.pause(config), { name, icon: 'pause' }];
}

export function removePress(config: LlmModelConfig, actions: CardActions): Press {
  const name = t('Remove {name}', { name: config.displayName });
  return [t('Remove'), () => actions.askRemoval(config), { name, icon: 'remove' }];
}

function cancelPress({ displayName }: LlmModelConfig, cancel: () => void): Press {
  const name = t('Cancel the download of {name}', { name: displayName });
  return [t('Cancel'), cancel, { name, tone: 'quiet' }];
}

function cancelMovePress(config: LlmModelConfig, actions: CardActions): Press {
  const name = t('Cancel the move of {name}', { name: config.displayName });
  return [t('Cancel'), () => actions.cancelMove?.(config), { name, tone: 'quiet' }];
}

/** None in an app that doesn't use models on this screen. */
function usePress({ config, selected }: CardSituation, actions: CardActions): Press[] {
  const { openChat, select } = actions;
  const filled = { tone: 'filled' } as const;
  const named = { name: config.displayName };
  if (selected) {
    const chat = { ...filled, name: t('Chat with {name}', named), icon: 'chat' } as const;
    return openChat ? [[t('Chat'), openChat, chat]] : [];
  }
  const choose = { ...filled, name: t('Select {name}', named), icon: 'check' } as const;
  return select ? [[t('Select'), () => select(config), choose]] : [];
}

function mendPress({ config, state }: CardSituation, actions: CardActions): Press {
  return state.kind === 'disconnected' ? lookPress(config, actions) : repairPress(config, actions);
}

function lookPress(config: LlmModelConfig, actions: CardActions): Press {
  const name = t('Look again for {name}', { name: config.displayName });
  return [t('Look again'), () => actions.look(config), { name, icon: 'retry' }];
}

function repairPress(config: LlmModelConfig, actions: CardActions): Press {
  const name = t('Repair {name}', { name: config.displayName });
  return [t('Repair'), () => actions.repair(config), { name, icon: 'retry', tone: 'filled' }];
}

/** The remedy of the failure. If it isn't “Try again”, that button follows as a less prominent one. */
function remedyPresses(
  config: LlmModelConfig,
  failure: ModelFailure,
  actions: CardActions,
): Press[] {
  const { remedy } = ERROR_TRAITS[failure.code];
  const label = describeFailure(failure).remedyLabel;
  if (label === undefined) return [];
  if (remedy === 'repair') return [repairPress(config, actions)];
  const tryAgain = downloadPress(config, actions, 'again');
  const [again, download, looks = {}] = tryAgain;
  const lead = LEADS_ELSEWHERE[remedy]?.(config, actions);
  if (lead === 'nowhere') return [tryAgain];
  const name = t('{action}: {name}', { action: label, name: config.displayName });
  if (!lead) return [[label, download, { ...looks, name }]];
  return [
    [label, lead, { name, tone: 'filled' }],
    [again, download, { ...looks, tone: 'tonal' }],
  ];
}

type Lead = (config: LlmModelConfig, actions: CardActions) => (() => void) | 'nowhere';

const reload: Lead = (_, actions) => actions.reload ?? 'nowhere';

/** The action that helps where “Try again” alone doesn't; `nowhere` for one that this app doesn't have. */
const LEADS_ELSEWHERE: Readonly<Partial<Record<Remedy, Lead>>> = {
  'free-space': (_, actions) => () => actions.freeSpace(),
  'open-page': (config, actions) => () => actions.openPage(config),
  remove: (config, actions) => () => actions.askRemoval(config),
  'accept-license': (config, actions) => () => actions.readLicense(config),
  'use-anyway': (config, actions) => () => actions.askWithdrawn(config),
  reload,
  'new-chat': reload,
};
