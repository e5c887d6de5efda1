/** Where the command writes, and what a terminal there can show. */
export interface Streams {
  out: Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;
  err: Pick<NodeJS.WriteStream, 'write'>;
  colours: boolean;
}
