/** The stores of a shelf: in its database, or in memory for a host that keeps no choices. */
import { createAcceptedLicenseStore, type AcceptedLicenseStore } from '../../db/acceptedLicenses';
import { createAddedModelStore, type AddedModelStore } from '../../db/addedModels';
import {
  createBegunDownloadStore,
  createUnkeptBegunDownloads,
  type BegunDownloadStore,
} from '../../db/begunDownloads';
import { createLoadRecords } from '../../db/loadRecords';
import { createModelMarkStore, type ModelMarkStore } from '../../db/modelMarks';
import {
  createModelVersionStore,
  createUnkeptModelVersions,
  type ModelVersionStore,
} from '../../db/modelVersions';
import {
  createUnkeptAddedModels,
  createUnkeptLicenses,
  createUnkeptMarks,
} from '../../db/unkeptAdditions';
import type { SqlDatabase } from '../../platform/types';
import type { ForecastParts } from './shelfPlan';

export interface ShelfStores {
  added: AddedModelStore;
  downloads: BegunDownloadStore;
  marks: ModelMarkStore;
  licenses: AcceptedLicenseStore;
  records: ForecastParts['records'];
  versions: ModelVersionStore;
}

/** Over a database that `migrate` has brought up to date. */
export function storesIn(database: SqlDatabase): ShelfStores {
  return {
    added: createAddedModelStore(database),
    downloads: createBegunDownloadStore(database),
    marks: createModelMarkStore(database),
    licenses: createAcceptedLicenseStore(database),
    records: createLoadRecords(database),
    versions: createModelVersionStore(database),
  };
}

export function unkeptStores(): ShelfStores {
  return {
    added: createUnkeptAddedModels(),
    downloads: createUnkeptBegunDownloads(),
    marks: createUnkeptMarks(),
    licenses: createUnkeptLicenses(),
    versions: createUnkeptModelVersions(),
    records: {
      getMeasurements: () => Promise.resolve([]),
      addMeasurement: () => Promise.resolve(),
    },
  };
}
