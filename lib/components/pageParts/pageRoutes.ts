/** The files of `app/`, whose code Metro splits off. */
import { ctx } from 'expo-router/_ctx';

interface Routes {
  /** `key` is the file's path, from `./`. A promise in a build; while one works on the app, the module itself. */
  (key: string): unknown;
  keys(): string[];
}

export const routes = ctx as unknown as Routes;
