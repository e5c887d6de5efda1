/**
 * WebKitGTK's own small browser on a screen that isn't there, through the four commands of WebDriver that a test needs:
 * Playwright drives only a WebKit of its own.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

import { vi } from 'vitest';

import { missingForWebKitGtk } from '../../../scripts/checks/browser';

const missing = missingForWebKitGtk();
/** Why the test in WebKitGTK can't run here. */
export const NO_WEBKITGTK = missing.length > 0 ? `no ${missing.join(', no ')} on PATH` : undefined;

export interface WebKitPage {
  /** The value of a program's last expression in the page. */
  read(expression: string): Promise<unknown>;
  close(): Promise<void>;
}

export async function openInWebKitGtk(url: string): Promise<WebKitPage> {
  const port = await freePort();
  const driver = spawn('xvfb-run', ['-a', 'WebKitWebDriver', `--port=${String(port)}`], {
    // A group of its own: the screen ends with it.
    detached: true,
    stdio: 'ignore',
  });
  const send = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const { value } = (await response.json()) as { value: unknown };
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  };
  const end = async () => {
    const ended = once(driver, 'exit');
    if (driver.pid !== undefined) process.kill(-driver.pid, 'SIGTERM');
    await ended;
  };
  try {
    await vi.waitFor(() => send('GET', '/status'), { timeout: 20_000, interval: 100 });
    const session = await send('POST', '/session', { capabilities: { alwaysMatch: {} } });
    const place = `/session/${(session as { sessionId: string }).sessionId}`;
    await send('POST', `${place}/url`, { url });
    return {
      read: (expression) =>
        send('POST', `${place}/execute/sync`, { script: `return ${expression}`, args: [] }),
      async close() {
        await send('DELETE', place);
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
