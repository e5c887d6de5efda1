/** The cards and drives of an Android phone, as places for models. The system names them, and not a person. */
import type { ModelFilesModule } from '../../../../modules/model-files';
import { placesIn } from '../../shared/homes';
import type { Place, Places } from '../../types';
import { homesNow, lookAtCards, nameOfCard } from './nativeVolumes';

export function createNativePlaces(modelFiles: ModelFilesModule): Places {
  return {
    async list() {
      const cards = await lookAtCards(modelFiles);
      const here = cards.map(({ id, name, freeBytes }): Place => ({
        ...{ id, name, isConnected: true, freeBytes },
      }));
      const away = placesIn(homesNow())
        .filter((id) => cards.every((card) => card.id !== id))
        .map((id): Place => ({
          ...{ id, name: nameOfCard(id), isConnected: false, freeBytes: undefined },
        }));
      return [...here, ...away];
    },
  };
}
