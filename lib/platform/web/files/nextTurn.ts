/** Lets all waiting tasks of this worker run first: calls, aborts and timers. */

const { port1, port2 } = new MessageChannel();
const waiting: (() => void)[] = [];
port1.onmessage = () => {
  waiting.shift()?.();
};

/** The worker sends itself a message, because a browser delays nested timers by 4 ms each. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve);
    port2.postMessage(undefined);
  });
}
