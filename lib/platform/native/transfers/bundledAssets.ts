/** Finds files that are packaged with the app. */
import { Asset } from 'expo-asset';

/** The value of Metro's import of such a file. */
export type AssetModule = number;

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
