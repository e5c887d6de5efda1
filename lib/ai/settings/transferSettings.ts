/** A person's settings for all transfers: saved in the database, passed to the host, shown in the snapshot. */
import type { ModelSettingsStore } from '../../db/modelSettings';
import type { RateLimit } from '../../download/flow/rateLimit';
import type { Downloader } from '../../platform/types';
import type { SnapshotStore } from '../snapshots/snapshotStore';

export interface TransferSettings {
  /** Applies the settings of an earlier run. @throws ModelError DB_FAILED */
  start(): Promise<void>;
  /** Takes effect at once, and is saved for the next start. @throws ModelError DB_FAILED */
  setRateLimit(bytesPerSecond: number | undefined): Promise<void>;
  /** Takes effect and is saved as in `setRateLimit`. @throws ModelError DB_FAILED */
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
