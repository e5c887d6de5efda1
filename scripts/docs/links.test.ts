import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

import { findBrokenLinks } from './checkLinks';
import { findDeadLinks } from './checkSite';
import { codeBlocksOf } from './codeBlocks';
import { headingIds } from './slug';

describe('the ids of headings', () => {
  it('are those of GitHub', () => {
    const markdown = '# Making a `.pte`\n\n## NET_OFFLINE\n\n## 2. Move, and adopt\n\n## Where …\n';
    expect(headingIds(markdown)).toEqual([
      'making-a-pte',
      'net_offline',
      '2-move-and-adopt',
      'where-',
    ]);
  });

  it('are numbered where a heading repeats, and ignore code', () => {
    expect(headingIds('# Same\n\n```\n# no heading\n```\n\n# Same\n')).toEqual(['same', 'same-1']);
  });
});

describe('the links of the repository’s pages', () => {
  const pages = [
    { path: 'README.md', markdown: '# Title\n\n[a](docs/a.md#here) [b](docs/gone.md)\n' },
    {
      path: 'docs/a.md',
      markdown: '## Here\n\n[up](../README.md#nowhere) [out](https://x.example)\n',
    },
    { path: 'docs/b.md', markdown: '<<< ../gone.ts\n\n`[code](gone.md)`\n' },
  ];
  const exists = (path: string) => pages.some((page) => page.path === path);

  it('are reported with their line where a file or a heading is missing', () => {
    expect(findBrokenLinks(pages, exists)).toEqual([
      'README.md:3: docs/gone.md leads to no file',
      'docs/a.md:3: ../README.md#nowhere leads to no heading',
      'docs/b.md:1: ../gone.ts leads to no file',
    ]);
  });
});

describe('the links of the built site', () => {
  const folder = mkdtempSync(join(tmpdir(), 'site-'));
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are reported once where a page, a file or an id is missing', () => {
    mkdirSync(join(folder, 'guides'));
    const bar = '<a class="x" href="/guides/gone">';
    writeFileSync(
      join(folder, 'index.html'),
      `${bar}<a href="/guides/node#b">ok</a><a href="./guides/node.html#c&amp;d">dead</a><img src="/a.png">`,
    );
    writeFileSync(
      join(folder, 'guides/node.html'),
      `${bar}<h2 id="b">B</h2><a href="#b">ok</a><a href="../">ok</a>`,
    );
    expect(findDeadLinks(folder).sort()).toEqual([
      '/: ./guides/node.html#c&d: no such anchor',
      '/: /a.png: no such page or file',
      '/: /guides/gone: no such page or file',
    ]);
  });
});

describe('the code blocks of a page', () => {
  it('are TypeScript’s, and keep the lines of their page', () => {
    const markdown =
      'Text\n\n```ts\nconst a = 1;\n```\n\n```ts unchecked\nb\n```\n\n```js\nc\n```\n';
    expect(codeBlocksOf({ path: 'docs/a.md', markdown })).toEqual([
      { fileName: 'docs-a.md-3.ts', text: '\n\n\nconst a = 1;\nexport {};\n' },
    ]);
  });
});
