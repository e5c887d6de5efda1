/** `expo-asset`, as far as the app uses it: files that are packaged with the app, and those in the phone's `assets`. */
import { PACKAGED } from './bundledFiles';
import { phone } from './phone';

export class Asset {
  localUri: string | null = null;
  readonly #path: string | undefined;

  private constructor(path: string | undefined) {
    this.#path = path;
  }

  static fromModule(assetModule: number): Asset {
    return new Asset(phone.assets.get(assetModule) ?? PACKAGED.get(assetModule));
  }

  downloadAsync(): Promise<this> {
    if (this.#path === undefined)
      return Promise.reject(new Error('The asset is not in the bundle'));
    this.localUri = `file://${this.#path.split('/').map(encodeURIComponent).join('/')}`;
    return Promise.resolve(this);
  }
}
