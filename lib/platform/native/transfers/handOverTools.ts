/** The tools for the system's transfers, and the rule about networks that all these transfers share. */
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
  /** For a test that treats a small file like a large one. */
  iosPieceBytes?: number | undefined;
}

export interface HandOverTools extends Omit<HandOverOptions, 'iosPieceBytes'> {
  longestPieceBytes: number;
  /** Common to all transfers. */
  pulse: Pulse;
  wifi: WifiRule;
}

/** Which networks may be used for files, with listeners for changes of this. */
export interface WifiRule {
  isKeptToWifi: () => boolean;
  /** Whether files may not be fetched on the current network. */
  isForbidden: () => boolean;
  /** Whether the rule would forbid the current network, but is switched off now. */
  isFree: () => boolean;
  subscribe: (listener: () => void) => () => void;
}
