/** The buttons of a model's card in each state. */
import type { Fit } from '../../ai/memory/memoryFit';
import type { LlmModelConfig } from '../../ai/modelConfig';
import type { ModelState } from '../../ai/modelState';
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
  /** Takes an added model without files off the shelf. */
  forget(config: LlmModelConfig): void;
  /** Asks before an added model is forgotten together with its files. */
  askForgetting(config: LlmModelConfig): void;
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
  icon: IconName | undefined;
  tone: Tone;
  disabled: boolean;
  onPress: () => void;
}

type Press = [label: string, onPress: () => void, looks?: Partial<CardButton>];

const button = ([label, onPress, looks]: Press): CardButton => ({
  label,
  onPress,
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
      return state.usedBytes === undefined ? [] : [button(removePress(config, actions))];
    case 'absent':
      return [beginPress(situation, actions)].map(button);
    case 'waiting':
    case 'downloading':
    case 'verifying':
      return [button(pausePress(config, actions))];
    case 'arriving':
      return arrivingPresses(situation, actions).map(button);
    case 'paused':
      return [button(downloadPress(config, actions, 'resume'))];
    case 'installed':
      return installedPresses(situation, actions).map(button);
    case 'differs':
      return [repairPress(config, actions), removePress(config, actions)].map(button);
    case 'failed':
      return remedyPresses(config, state.failure, actions).map(button);
  }
}

/** A download by the system that is followed can only be left, by Cancel. */
function arrivingPresses({ config, state }: CardSituation, actions: CardActions): Press[] {
  const isFollowed = state.kind === 'arriving' && state.isFollowed;
  return isFollowed ? [] : [downloadPress(config, actions, 'progress')];
}

/** Cancelling deletes at most this many bytes without a question. */
const UNASKED_BYTES = 50_000_000;

/** The button that undoes the main one, shown away from it; undefined if there is nothing to undo. */
export function cancelButton(
  { config, state }: CardSituation,
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
      return button([t('Cancel'), cancel, { tone: 'quiet' }]);
    }
    case 'arriving':
      // The bytes are the system's, and it keeps them.
      if (!state.isFollowed) return undefined;
      return button([t('Cancel'), () => actions.cancel(config), { tone: 'quiet' }]);
    case 'absent':
    case 'unavailable':
    case 'installed':
    case 'differs':
      return undefined;
  }
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

/** The less prominent buttons: actions on an installed model other than using it, and forgetting an added one. */
export function toolButtons(situation: CardSituation, actions: CardActions): CardButton[] {
  const { config, state, isAdded, selected } = situation;
  const tools = state.kind === 'installed' ? installedTools(situation, actions) : [];
  if (isAdded && !UNDER_WAY.has(state.kind)) {
    const forget = countBytes(state) > 0 ? actions.askForgetting : actions.forget;
    tools.push([t('Forget'), () => forget(config), { tone: 'quiet', disabled: selected }]);
  }
  return tools.map(button);
}

/** The states of a model that is stopped before anything else is done with it. */
const UNDER_WAY: ReadonlySet<ModelState['kind']> = new Set([
  ...(['waiting', 'downloading', 'verifying', 'arriving'] as const),
]);

function installedTools({ config, memory }: CardSituation, actions: CardActions): Press[] {
  const { showSettings, benchmark, keepReady } = actions;
  const quiet = { tone: 'quiet' } as const;
  const tools: Press[] = [];
  if (showSettings) tools.push([t('Settings'), () => showSettings(config), quiet]);
  if (benchmark) {
    const disabled = memory === 'measured';
    tools.push([t('Benchmark'), () => benchmark(config), { ...quiet, disabled }]);
  }
  if (keepReady && (memory === 'no' || memory === 'coming')) {
    const disabled = memory === 'coming';
    tools.push([t('Keep ready'), () => keepReady(config), { ...quiet, disabled }]);
  }
  return tools;
}

type DownloadKind = 'download' | 'get' | 'progress' | 'resume' | 'again';

function downloadFace(kind: DownloadKind): [label: string, icon: IconName] {
  switch (kind) {
    case 'download':
      return [t('Download'), 'download'];
    case 'get':
      return [t('Get it'), 'download'];
    case 'progress':
      return [t('Show progress'), 'download'];
    case 'resume':
      return [t('Resume'), 'play'];
    case 'again':
      return [t('Try again'), 'retry'];
  }
}

function downloadPress(
  config: LlmModelConfig,
  actions: Pick<CardActions, 'download'>,
  kind: DownloadKind,
): Press {
  const [label, icon] = downloadFace(kind);
  return [label, () => actions.download(config), { icon, tone: 'filled' }];
}

function pausePress(config: LlmModelConfig, actions: CardActions): Press {
  return [t('Pause'), () => actions.pause(config), { icon: 'pause' }];
}

function removePress(config: LlmModelConfig, actions: CardActions): Press {
  return [t('Remove'), () => actions.askRemoval(config), { icon: 'remove' }];
}

function installedPresses(situation: CardSituation, actions: CardActions): Press[] {
  const { config, runtime } = situation;
  const use = usePress(situation, actions);
  // Only the system can remove its own model.
  if (!TRAITS[runtime].hasFiles) return use;
  return [...use, removePress(config, actions)];
}

/** None in an app that doesn't use models on this screen. */
function usePress({ config, selected }: CardSituation, actions: CardActions): Press[] {
  const { openChat, select } = actions;
  if (selected) return openChat ? [[t('Chat'), openChat, { icon: 'chat', tone: 'filled' }]] : [];
  return select ? [[t('Select'), () => select(config), { icon: 'check', tone: 'filled' }]] : [];
}

function repairPress(config: LlmModelConfig, actions: CardActions): Press {
  return [t('Repair'), () => actions.repair(config), { icon: 'retry', tone: 'filled' }];
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
  if (!lead) return [[label, download, looks]];
  return [
    [label, lead, { tone: 'filled' }],
    [again, download, { icon: 'retry' }],
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
  reload,
  'new-chat': reload,
};
