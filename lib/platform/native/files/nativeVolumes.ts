/**
 * The volumes of a phone: the app's documents, and on Android its folder on each card or drive that can be taken out. There
 * is one process, so what it knows is right until a card comes or goes, and then each list of the store looks again.
 */
import { ModelError } from '../../../errors';
import type { CardVolume, ModelFilesModule } from '../../../../modules/model-files';
import { parseHomes, routeOf, STORE, type Homes } from '../../shared/homes';

let homes: Homes = {};
let cards: readonly CardVolume[] = [];
/** By id, also of cards that are out now. Until the app ends; afterwards such a card has its id as its name. */
const names = new Map<string, string>();

/** Looks which cards are in. Never rejects: cards that the system doesn't tell of aren't used. */
export async function lookAtCards(modelFiles: ModelFilesModule): Promise<readonly CardVolume[]> {
  cards = (await modelFiles.cards?.().catch(() => [])) ?? [];
  for (const { id, name } of cards) names.set(id, name);
  return cards;
}

/** Takes the text of the record of homes; undefined for none. */
export function takeHomes(text: string | undefined): void {
  homes = parseHomes(text);
}

export function homesNow(): Homes {
  return homes;
}

export function nameOfCard(id: string): string {
  return names.get(id) ?? id;
}

/** The bare path of a place's models folder; `store` for the store itself. @throws ModelError PLACE_MISSING */
export function volumeAt(place: string, store: string): string {
  if (place === STORE) return store;
  const card = cards.find(({ id }) => id === place);
  if (card === undefined) throw new ModelError('PLACE_MISSING', { place: nameOfCard(place) });
  return card.folder;
}

/** @throws ModelError PLACE_MISSING; DISK_IO for a path below `.moving` of a model that isn't being moved */
export function volumeOf(path: string, store: string): { volume: string; path: string } {
  const route = routeOf(homes, path);
  if (route === undefined) throw new ModelError('DISK_IO', { path, reason: 'nothing is moved' });
  return { volume: volumeAt(route.place, store), path: route.path };
}

/** Undefined for the store itself, and for a card that is out. */
export function cardOf(path: string): CardVolume | undefined {
  const place = routeOf(homes, path)?.place ?? STORE;
  return cards.find(({ id }) => id === place);
}
