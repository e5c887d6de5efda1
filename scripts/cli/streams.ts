/** The command's output streams, and the abilities of their terminal. */
export interface Streams {
  out: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;
  err: Pick<NodeJS.WriteStream, 'write'>;
  colours: boolean;
}
