/** Which buttons a model's card has in each state. */
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

export interface CardActions {
  /** Starts, goes on, or tries again. */
  download(config: LlmModelConfig): void;
  /** Fetches what the registry names in place of what is damaged, or another file. */
  repair(config: LlmModelConfig): void;
  /** Starts once the person said yes to a model that this device most likely can't run. */
  askTooLarge(config: LlmModelConfig): void;
  pause(config: LlmModelConfig): void;
  cancel(config: LlmModelConfig): void;
  select(config: LlmModelConfig): void;
  /** Asks before anything goes. */
  askRemoval(config: LlmModelConfig): void;
  showDetails(config: LlmModelConfig): void;
  showSettings(config: LlmModelConfig): void;
  /** Brings it into memory beside the model that answers. */
  keepReady(config: LlmModelConfig): void;
  benchmark(config: LlmModelConfig): void;
  /** Shows what could be removed. */
  freeSpace(): void;
  openPage(config: LlmModelConfig): void;
  openChat(): void;
  reload(): void;
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
  /** Of an installed model. */
  selected: boolean;
  fit: Fit;
  memory: InMemory;
}

/** Whether a model is in memory. */
export type InMemory = 'no' | 'coming' | 'loaded' | 'measured';

/**
 * In order, the main one first. A press that leads to the next state meets that state's button
 * in the same place, so the focus isn't lost on the way.
 */
export function cardButtons(situation: CardSituation, actions: CardActions): CardButton[] {
  const { config, state } = situation;
  const cancel = cancelPress(config, actions);
  switch (state.kind) {
    case 'unavailable':
      return state.usedBytes === undefined ? [] : [button(removePress(config, actions))];
    case 'absent':
      return [beginPress(situation, actions)].map(button);
    case 'waiting':
    case 'downloading':
    case 'verifying':
      return [pausePress(config, actions), cancel].map(button);
    case 'arriving':
      return [arrivingPress(situation, actions)].map(button);
    case 'paused':
      return [downloadPress(config, actions, 'Resume'), cancel].map(button);
    case 'installed':
      return installedPresses(situation, actions).map(button);
    case 'differs':
      return [repairPress(config, actions), removePress(config, actions)].map(button);
    case 'failed':
      return [...remedyPresses(config, state.failure, actions), cancel].map(button);
  }
}

/** What the system brings can be followed, or followed no longer. */
function arrivingPress({ config, state }: CardSituation, actions: CardActions): Press {
  return state.kind === 'arriving' && state.isFollowed
    ? cancelPress(config, actions)
    : downloadPress(config, actions, 'Show progress');
}

function cancelPress(config: LlmModelConfig, actions: CardActions): Press {
  return ['Cancel', () => actions.cancel(config), { icon: 'close' }];
}

function beginPress(situation: CardSituation, actions: CardActions): Press {
  const { config, runtime } = situation;
  const label = TRAITS[runtime].hasFiles ? 'Download' : 'Get it';
  return downloadPress(config, beginning(situation, actions), label);
}

/** A first download of what doesn't fit asks; whoever has begun it was asked. */
function beginning({ fit }: CardSituation, actions: CardActions): Pick<CardActions, 'download'> {
  return fit === 'too-large' ? { download: (config) => actions.askTooLarge(config) } : actions;
}

/** The quiet ones of an installed model: what can be done with it beside using it. */
export function toolButtons(situation: CardSituation, actions: CardActions): CardButton[] {
  const { config, state, memory } = situation;
  if (state.kind !== 'installed') return [];
  const quiet = { tone: 'quiet' } as const;
  const tools: Press[] = [
    ['Settings', () => actions.showSettings(config), quiet],
    ['Benchmark', () => actions.benchmark(config), { ...quiet, disabled: memory === 'measured' }],
  ];
  if (memory === 'no' || memory === 'coming') {
    const keepReady = () => actions.keepReady(config);
    tools.push(['Keep ready', keepReady, { ...quiet, disabled: memory === 'coming' }]);
  }
  return tools.map(button);
}

const PRESS_ICONS = {
  Download: 'download',
  'Get it': 'download',
  'Show progress': 'download',
  Resume: 'play',
  'Try again': 'retry',
} as const satisfies Record<string, IconName>;
type DownloadLabel = keyof typeof PRESS_ICONS;

function downloadPress(
  config: LlmModelConfig,
  actions: Pick<CardActions, 'download'>,
  label: DownloadLabel,
): Press {
  const icon = PRESS_ICONS[label];
  return [label, () => actions.download(config), { icon, tone: 'filled' }];
}

function pausePress(config: LlmModelConfig, actions: CardActions): Press {
  return ['Pause', () => actions.pause(config), { icon: 'pause' }];
}

function removePress(config: LlmModelConfig, actions: CardActions, disabled = false): Press {
  return ['Remove', () => actions.askRemoval(config), { icon: 'remove', disabled }];
}

function installedPresses(situation: CardSituation, actions: CardActions): Press[] {
  const { config, runtime, selected } = situation;
  const use: Press = selected
    ? ['Chat', () => actions.openChat(), { icon: 'chat', tone: 'filled' }]
    : ['Select', () => actions.select(config), { icon: 'check', tone: 'filled' }];
  // What the system keeps, only the system removes.
  return TRAITS[runtime].hasFiles ? [use, removePress(config, actions, selected)] : [use];
}

function repairPress(config: LlmModelConfig, actions: CardActions): Press {
  return ['Repair', () => actions.repair(config), { icon: 'retry', tone: 'filled' }];
}

/** The one remedy; where that isn't trying again, trying again is there too, but quieter. */
function remedyPresses(
  config: LlmModelConfig,
  failure: ModelFailure,
  actions: CardActions,
): Press[] {
  const { remedy } = ERROR_TRAITS[failure.code];
  const label = describeFailure(failure).remedyLabel;
  if (label === undefined) return [];
  if (remedy === 'repair') return [repairPress(config, actions)];
  const [again, download, looks = {}] = downloadPress(config, actions, 'Try again');
  const lead = leadElsewhere(remedy, config, actions);
  if (!lead) return [[label, download, looks]];
  return [
    [label, lead, { tone: 'filled' }],
    [again, download, { icon: 'retry' }],
  ];
}

/** What helps where trying again alone doesn't. */
function leadElsewhere(
  remedy: Remedy,
  config: LlmModelConfig,
  actions: CardActions,
): (() => void) | undefined {
  switch (remedy) {
    case 'free-space':
      return () => actions.freeSpace();
    case 'open-page':
      return () => actions.openPage(config);
    case 'remove':
      return () => actions.askRemoval(config);
    case 'reload':
    case 'new-chat':
      return () => actions.reload();
    case 'retry':
    case 'repair':
    case 'download':
    case 'choose-template':
    case 'none':
      return undefined;
  }
}
