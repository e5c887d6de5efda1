/** A built page of an example, on a plain static server as any host has it, in a real Chromium. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright';
import { CHROMIUM_FLAGS, installedBrowser } from '../../scripts/checks/browser';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
};

export interface StaticServer {
  url: string;
  close(): Promise<void>;
}

/** Sends no headers but the type: no threads, no policies. */
export async function serveFolder(folder: string): Promise<StaticServer> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = pathname === '/' ? '/index.html' : decodeURIComponent(pathname);
    readFile(join(folder, path)).then(
      (content) => {
        const type = TYPES[extname(path)] ?? 'application/octet-stream';
        response.writeHead(200, { 'content-type': type }).end(content);
      },
      () => response.writeHead(404).end(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

export function openBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? installedBrowser()?.path;
  if (executablePath === undefined)
    throw new Error('No Chromium: set CHROMIUM_PATH to its program.');
  // The engine's code is compiled once, quickly: it runs for seconds.
  return chromium.launch({
    executablePath,
    args: [...CHROMIUM_FLAGS, '--js-flags=--liftoff-only'],
  });
}

/** Runs `test` on a page. A failure says what the page showed, and the errors that nobody caught. */
export async function onPage(
  browser: Browser,
  url: string,
  test: (page: Page) => Promise<void>,
): Promise<void> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on('pageerror', ({ stack, message }) => errors.push(stack ?? message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  try {
    await page.goto(url);
    await test(page);
  } catch (cause) {
    const shown = await page.locator('body').innerText();
    throw new Error([`The page showed: ${shown}`, ...errors].join('\n'), { cause });
  }
}

export function button(page: Page, name: string | RegExp): Locator {
  return page.getByRole('button', { name, exact: typeof name === 'string' });
}

/** The paths of all files that the page's origin keeps for its models, staged ones included. */
export function keptFiles(page: Page): Promise<string[]> {
  // As text: this file is checked as Node's, which has no such names.
  return page.evaluate<string[]>(`(async () => {
    const found = [];
    async function look(folder, path) {
      for await (const [name, handle] of folder.entries()) {
        if (handle.kind === 'directory') await look(handle, path + name + '/');
        else found.push(path + name);
      }
    }
    const root = await navigator.storage.getDirectory();
    await look(await root.getDirectoryHandle('models'), '');
    return found;
  })()`);
}
