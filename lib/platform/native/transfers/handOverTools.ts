/** What bringing a file by the system takes, and the rule for networks that all such transfers share. */
import type { ModelFilesModule } from '../../../../modules/model-files';
import type { Clock } from '../../types';
import type { NativeNetwork } from './nativeNetwork';
import type { NativeWeb } from './nativeWeb';
import type { Pulse } from './stillTask';
import type { SystemTasks } from './systemTasks';

export interface HandOverOptions {
  tasks: SystemTasks;
  web: NativeWeb;
  modelFiles: ModelFilesModule;
  network: NativeNetwork;
  clock: Clock;
  system: 'ios' | 'android';
  /** For a test that sees a small file as a large one. */
  iosPieceBytes?: number | undefined;
}

export interface HandOverTools extends Omit<HandOverOptions, 'iosPieceBytes'> {
  longestPieceBytes: number;
  /** Of all transfers together. */
  pulse: Pulse;
  wifi: WifiRule;
}

/** Which networks files may come over, and whoever has to know when that changes. */
export interface WifiRule {
  isKeptToWifi: () => boolean;
  /** Whether this is a network that files shall not be fetched on. */
  isForbidden: () => boolean;
  /** Whether this is one that they were fetched on only because nobody minds any more. */
  isFree: () => boolean;
  subscribe: (listener: () => void) => () => void;
}
