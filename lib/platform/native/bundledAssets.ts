/** Files that are packaged with the app, by the name that the registry gives them. */
import { Asset } from 'expo-asset';

/** What Metro makes of `require('…')` of a file. */
export type AssetModule = number;

/** None yet: the only model that is packaged with the app is for llama.cpp, which phones don't run. */
export const BUNDLED_ASSETS: ReadonlyMap<string, AssetModule> = new Map();

/** The URI of a packaged file, unpacked where the system keeps it packed; undefined for an unknown name. */
export async function findBundled(
  assets: ReadonlyMap<string, AssetModule>,
  requireId: string,
): Promise<string | undefined> {
  const assetModule = assets.get(requireId);
  if (assetModule === undefined) return undefined;
  const { localUri } = await Asset.fromModule(assetModule).downloadAsync();
  return localUri ?? undefined;
}
