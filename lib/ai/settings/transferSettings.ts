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
  downloader: Pick<Downloader, 'keepToWifi'>;
  snapshots: SnapshotStore;
}

export function createTransferSettings(deps: TransferSettingsDeps): TransferSettings {
  const { settings, rateLimit, downloader, snapshots } = deps;

  function limitRate(bytesPerSecond: number | undefined): void {
    rateLimit.set(bytesPerSecond);
    snapshots.set({ rateLimit: bytesPerSecond });
  }

  function keepToWifi(wifiOnly: boolean): void {
    downloader.keepToWifi(wifiOnly);
    snapshots.set({ wifiOnly });
  }

  return {
    async start() {
      limitRate(await settings.getRateLimit());
      keepToWifi(await settings.getWifiOnly());
    },
    async setRateLimit(bytesPerSecond) {
      limitRate(bytesPerSecond);
      await settings.setRateLimit(bytesPerSecond);
    },
    async setWifiOnly(isOn) {
      keepToWifi(isOn);
      await settings.setWifiOnly(isOn);
    },
  };
}
