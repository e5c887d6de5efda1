/** What a person decided about all transfers: kept in the settings, told to the host, shown in the snapshot. */
import type { ModelSettingsStore } from '../../db/modelSettings';
import type { RateLimit } from '../../download/flow/rateLimit';
import type { Downloader } from '../../platform/types';
import type { SnapshotStore } from '../manage/snapshotStore';

export interface TransferSettings {
  /** Applies what was decided in an earlier run. @throws ModelError DB_FAILED */
  start(): Promise<void>;
  /** At once, and after the next start. @throws ModelError DB_FAILED */
  setRateLimit(bytesPerSecond: number | undefined): Promise<void>;
  /** The same. */
  setWifiOnly(isOn: boolean): Promise<void>;
}

export interface TransferSettingsDeps {
  settings: ModelSettingsStore;
  rateLimit: RateLimit;
  downloader: Pick<Downloader, 'setWifiOnly'>;
  snapshots: SnapshotStore;
}

export function createTransferSettings(deps: TransferSettingsDeps): TransferSettings {
  const { settings, rateLimit, downloader, snapshots } = deps;

  function applyRateLimit(bytesPerSecond: number | undefined): void {
    rateLimit.set(bytesPerSecond);
    snapshots.set({ rateLimit: bytesPerSecond });
  }

  function applyWifiOnly(wifiOnly: boolean): void {
    downloader.setWifiOnly(wifiOnly);
    snapshots.set({ wifiOnly });
  }

  return {
    async start() {
      applyRateLimit(await settings.getRateLimit());
      applyWifiOnly(await settings.getWifiOnly());
    },
    async setRateLimit(bytesPerSecond) {
      applyRateLimit(bytesPerSecond);
      await settings.setRateLimit(bytesPerSecond);
    },
    async setWifiOnly(isOn) {
      applyWifiOnly(isOn);
      await settings.setWifiOnly(isOn);
    },
  };
}
