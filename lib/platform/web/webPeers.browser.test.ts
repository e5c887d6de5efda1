import { describePeers } from '../../../tests/conformance/peers';
import { createWebPeers } from './webPeers';

describePeers('web', () => {
  const first = createWebPeers('test');
  const second = createWebPeers('test');
  return Promise.resolve({
    first,
    second,
    hasMessages: true,
    dispose: () => {
      first.close();
      second.close();
      return Promise.resolve();
    },
  });
});
