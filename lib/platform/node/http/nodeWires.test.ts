import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { AnswerBody } from './nodeWire';
import { createNodeWires, type NodeWires } from './nodeWires';

const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

describe('nodeWires', () => {
  let wires: NodeWires;
  let server: Server;
  let url: URL;
  let connections: Socket[];
  /** What happens to each request, by its place in the order of all. */
  let answer: (socket: Socket, request: number) => void;

  beforeEach(async () => {
    wires = createNodeWires();
    connections = [];
    let requests = 0;
    server = createServer((socket) => {
      connections.push(socket);
      socket.on('error', () => undefined);
      socket.on('data', () => {
        answer(socket, requests);
        requests += 1;
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  });
  afterEach(async () => {
    wires.close();
    for (const socket of connections) socket.destroy();
    server.close();
    await once(server, 'close');
  });

  const ask = (signal?: AbortSignal) => wires.ask(url, 'GET / HTTP/1.1\r\n\r\n', signal);

  it('uses a connection again whose answer came whole', async () => {
    answer = (socket) => socket.write(OK);
    for (let request = 0; request < 3; request += 1) {
      const { body } = await ask();
      expect(await textOf(body)).toBe('ok');
    }
    expect(connections).toHaveLength(1);
  });

  it('leaves a connection alone that is somebody else’s by now', async () => {
    answer = (socket) => socket.write(OK);
    const first = await ask();
    await textOf(first.body);
    const second = await ask();
    first.body.destroy();
    expect(await textOf(second.body)).toBe('ok');
  });

  it('opens one more while the others are in use', async () => {
    answer = (socket) => socket.write(OK);
    const both = [await ask(), await ask()];
    expect(await Promise.all(both.map(({ body }) => textOf(body)))).toEqual(['ok', 'ok']);
    expect(connections).toHaveLength(2);
  });

  it('asks once more when the server closed a connection that was free', async () => {
    answer = (socket, request) => (request === 1 ? socket.destroy() : socket.write(OK));
    await textOf((await ask()).body);
    expect(await textOf((await ask()).body)).toBe('ok');
    expect(connections).toHaveLength(2);
  });

  it('asks no second time where the first word is a hang-up', async () => {
    answer = (socket) => socket.destroy();
    await expect(ask()).rejects.toThrow();
    expect(connections).toHaveLength(1);
  });

  it('has no connection left when it is told to stop', async () => {
    const stopping = new AbortController();
    answer = () => {
      stopping.abort();
    };
    await expect(ask(stopping.signal)).rejects.toThrow('aborted');
    const [socket] = connections;
    if (socket && !socket.closed) await once(socket, 'close');
  });

  it('trusts no connection over which somebody speaks without being asked', async () => {
    answer = (socket) => socket.write(OK);
    await textOf((await ask()).body);
    const [first] = connections;
    first?.write(OK);
    if (first && !first.closed) await once(first, 'close');
    expect(await textOf((await ask()).body)).toBe('ok');
    expect(connections).toHaveLength(2);
  });
});

function textOf(body: AnswerBody): Promise<string> {
  const room = Buffer.alloc(16);
  let text = '';
  return new Promise((resolve, reject) => {
    body.pour({
      room: () => room,
      took(bytes) {
        text += room.toString('latin1', 0, bytes);
        return true;
      },
      end(error) {
        if (error) reject(error);
        else resolve(text);
      },
    });
  });
}
