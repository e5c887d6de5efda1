/** `modelshelf`. */
import { launch } from './cli/launch.mjs';

await launch('modelshelf');
