/** The connections of one file that are open now. */
import { drop, type Connection } from './connection';

export interface RunningConnections {
  readonly size: number;
  list(): readonly Connection[];
  add(connection: Connection): void;
  remove(connection: Connection): void;
  /** Whether a connection to this address is still without an answer. */
  isAsking(url: string): boolean;
  /** Drops all connections but `kept`; undefined drops all. */
  dropOthers(kept: Connection | undefined): void;
  /** Ends all connections. Their failures count. */
  stop(): void;
  /** Resolves when no connection writes any more. */
  ended(): Promise<void>;
}

export function createRunningConnections(): RunningConnections {
  const running = new Set<Connection>();
  return {
    get size() {
      return running.size;
    },
    list: () => [...running],
    add(connection) {
      running.add(connection);
    },
    remove(connection) {
      running.delete(connection);
    },
    isAsking: (url) => [...running].some((each) => !each.isAnswered && each.url === url),
    dropOthers(kept) {
      for (const connection of running) if (connection !== kept) drop(connection);
    },
    stop() {
      for (const connection of running) connection.stop();
    },
    async ended() {
      await Promise.all([...running].map(({ ended }) => ended));
    },
  };
}
