/** `pnpm models:bench`. */
import { launch } from './cli/launch.mjs';

await launch('benchModels');
