import { join } from 'node:path';

import { createNodePlatform } from '../../lib/platform/node/nodePlatform';
import { describeSignedIn } from '../signInTrust';

const placeOf = (folder: string) => join(folder, 'models');

describeSignedIn({
  name: 'the terminal',
  open: ({ folder, ...hub }) =>
    Promise.resolve(
      createNodePlatform({
        ...{ modelsFolder: placeOf(folder), tokenPath: join(folder, 'hf', 'token') },
        ...hub,
      }),
    ),
  place: placeOf,
  // The whole folder is looked through after the sign-out.
  secrets: () => [],
});
