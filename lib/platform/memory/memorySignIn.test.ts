import { beforeEach } from 'vitest';

import { describeSignIn } from '../../../tests/conformance/signIn';
import { createHeldToken } from '../addresses/heldToken';
import { createMemorySignIn, type MemoryKept } from './memorySignIn';

let kept: MemoryKept;
beforeEach(() => {
  kept = { record: undefined, failure: undefined };
});

describeSignIn('in memory', {
  open: () => Promise.resolve(createMemorySignIn({ kept, held: createHeldToken() })),
  hubEndpoint: 'https://hub.example',
  hasTabs: true,
});
