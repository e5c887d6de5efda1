/** `pnpm download:models`. */
import { launch } from './cli/launch.mjs';

await launch('downloadModels');
