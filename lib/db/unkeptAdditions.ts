/** The stores of a host that keeps no choices: they behave like those over a database, until the process ends. */
import { ModelError } from '../errors';
import type { AcceptedLicense, AcceptedLicenseStore } from './acceptedLicenses';
import type { AddedModelRow, AddedModelStore } from './addedModels';
import type { ModelMark, ModelMarkStore } from './modelMarks';

const done = Promise.resolve();

export function createUnkeptAddedModels(): AddedModelStore {
  const kept = new Map<string, AddedModelRow>();
  return {
    list: () => Promise.resolve([...kept.values()]),
    write({ added, changed }) {
      const twin = added.find(({ modelId }) => kept.has(modelId));
      if (twin) {
        const reason = `${twin.modelId} is kept already.`;
        return Promise.reject(new ModelError('DB_FAILED', { reason }));
      }
      for (const row of [...added, ...changed]) kept.set(row.modelId, row);
      return done;
    },
    remove(modelId) {
      kept.delete(modelId);
      return done;
    },
  };
}

export function createUnkeptMarks(): ModelMarkStore {
  const kept = new Map<string, ModelMark>();
  return {
    getMarks: () => Promise.resolve(new Map(kept)),
    setMark(modelId, change) {
      const before = kept.get(modelId) ?? { isFavourite: false, note: '', lastUsedAt: undefined };
      kept.set(modelId, { ...before, ...change });
      return done;
    },
  };
}

export function createUnkeptLicenses(): AcceptedLicenseStore {
  const kept: AcceptedLicense[] = [];
  return {
    list: () => Promise.resolve([...kept]),
    add(accepted) {
      kept.push(accepted);
      return done;
    },
  };
}
