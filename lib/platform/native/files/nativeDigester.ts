/** Reads files back in native code: hashing takes seconds there, and would take minutes in JavaScript. */
import type { ModelFilesModule } from '../../../../modules/model-files';
import type { Digester } from '../../types';
import { diskError } from './nativeErrors';
import { barePath } from './nativePaths';

export function createNativeDigester(modelFiles: ModelFilesModule): Digester {
  return {
    // Not needed: the system puts a file in its place only when the file is complete.
    readBytes: () => Promise.resolve(undefined),
    async open({ path, algorithm }) {
      const translated = async <T>(work: Promise<T>): Promise<T> => {
        try {
          return await work;
        } catch (error) {
          throw diskError(error, { path });
        }
      };
      const id = await translated(modelFiles.openDigest(barePath(path), algorithm));
      return {
        async readTo(ends) {
          const hexes: string[] = [];
          for (const endBytes of ends) {
            hexes.push(await translated(modelFiles.readDigest(id, endBytes)));
          }
          return hexes;
        },
        stepBack: () => translated(modelFiles.stepBackDigest(id)),
        close: () => translated(modelFiles.closeDigest(id)),
      };
    },
  };
}
