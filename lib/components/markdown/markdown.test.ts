import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { readBlocks } from './markdownBlocks';
import type { Block, Inline, TopBlock } from './markdownBlocks';
import { safeLink } from './markdownLinks';
import { createMarkdownReader } from './markdownReader';

const blocksOf = (tops: readonly TopBlock[]): Block[] => tops.flatMap(({ block }) => block ?? []);
const read = (text: string) => blocksOf(readBlocks(text));

function inlineText(inlines: readonly Inline[]): string {
  return inlines
    .map((inline) => ('text' in inline ? inline.text : inlineText(inline.children)))
    .join('');
}

/** What a person reads, without the space between. */
function visible(blocks: readonly Block[]): string {
  return blocks
    .map((block): string => {
      switch (block.kind) {
        case 'paragraph':
        case 'heading':
          return inlineText(block.children);
        case 'code':
          return block.language + block.text;
        case 'quote':
          return visible(block.blocks);
        case 'list':
          return block.items.map((item) => visible(item)).join('');
        case 'table':
          return [block.header, ...block.rows].flat().map(inlineText).join('');
        case 'rule':
          return '';
      }
    })
    .join('')
    .replace(/\s+/g, '');
}

const SAMPLE = `# Tides

The **moon** pulls, and the *sun* helps — about ~2 m, in \`meters\`. 2 * 3 = 6, snake_case_name.

1. First, **look** at the moon
2. Then \`wait()\`
   - nested _one_
   - [ ] nested two

> It is ***slow***.
> Be ~~quick~~ patient.

\`\`\`python
def tide(hours):
    return hours * 2
\`\`\`

| Place | Range |
| --- | ---: |
| Bay of **Fundy** | 16 m |
| Venice | 1 m |

---

See [the long story](https://example.org/tides?a=1) or https://example.com/x. The end: 42`;

describe('Markdown', () => {
  it('becomes blocks', () => {
    expect(read('## Two\n\none **two *three***\n\n---\n\n> quoted')).toEqual([
      { kind: 'heading', level: 2, children: [{ kind: 'text', text: 'Two' }] },
      {
        kind: 'paragraph',
        children: [
          { kind: 'text', text: 'one ' },
          {
            kind: 'strong',
            children: [
              { kind: 'text', text: 'two ' },
              { kind: 'emphasis', children: [{ kind: 'text', text: 'three' }] },
            ],
          },
        ],
      },
      { kind: 'rule' },
      {
        kind: 'quote',
        blocks: [{ kind: 'paragraph', children: [{ kind: 'text', text: 'quoted' }] }],
      },
    ]);
  });

  it('numbers lists from where they start, and nests them', () => {
    const [list] = read('3. three\n4. four\n   - below');
    expect(list).toMatchObject({
      kind: 'list',
      start: 3,
      items: [[{ kind: 'paragraph' }], [{ kind: 'paragraph' }, { kind: 'list', start: undefined }]],
    });
  });

  it('puts a check box before its words', () => {
    const items = [[{ kind: 'paragraph', children: [{ kind: 'text', text: '☑ done' }] }]];
    expect(read('- [x] done')).toEqual([{ kind: 'list', start: undefined, items }]);
  });

  it('takes no more of a code block’s language than a word', () => {
    expect(read('```c++ title="x"\n<b>&amp;</b>\n```')).toEqual([
      { kind: 'code', language: 'c++', text: '<b>&amp;</b>' },
    ]);
    expect(read('```<script>\nx\n```')).toMatchObject([{ language: '' }]);
  });

  it('shows HTML as the text that it is', () => {
    const html = '<img src=x onerror="alert(1)"> <script>alert(1)</script> <!-- <b>';
    expect(visible(read(html))).toBe(html.replace(/\s+/g, ''));
    expect(visible(read('a &lt;b&gt; <i>**c**</i>'))).toBe('a<b><i>c</i>');
  });

  it('loads no picture: its name links to it', () => {
    expect(read('![A cat](https://example.org/cat.png)')).toEqual([
      {
        kind: 'paragraph',
        children: [
          {
            kind: 'link',
            link: { url: 'https://example.org/cat.png', leadsTo: 'example.org' },
            children: [{ kind: 'text', text: 'Image: A cat' }],
          },
        ],
      },
    ]);
  });

  it('leaves a link that isn’t safe as it was written', () => {
    expect(visible(read('[a](javascript:alert(1)) ![b](data:text/html,x)'))).toBe(
      '[a](javascript:alert(1))![b](data:text/html,x)',
    );
  });
});

describe('a link', () => {
  it.each([
    ['https://example.org', 'example.org'],
    ['http://example.org:8080/a?b#c', 'example.org:8080'],
    ['HTTPS://Example.org/', 'Example.org'],
    ['https://münchen.example/ü', 'münchen.example'],
    ['mailto:me@example.org?subject=x', 'me@example.org'],
  ])('%s says where it leads: %s', (url, leadsTo) => {
    expect(safeLink(url)).toEqual({ url, leadsTo });
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '//example.org',
    '/settings',
    'https://good.example@evil.example/',
    'https://evil.example\\@good.example/',
    'https://evil.example/\u202egood',
    'https://',
    'https:///x',
    'intent://x#Intent;end',
  ])('isn’t made of %j', (url) => {
    expect(safeLink(url)).toBeUndefined();
  });

  it('isn’t made of an address that nobody can look over', () => {
    expect(safeLink(`https://example.org/${'x'.repeat(2_000)}`)).toBeUndefined();
  });

  it('leads where a browser would go', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (url) => {
        const leadsTo = safeLink(url)?.leadsTo.toLowerCase();
        const { host, port } = new URL(url);
        // A browser leaves out the scheme's own port.
        if (port !== '') expect([undefined, host]).toContain(leadsTo);
        else expect([undefined, host]).toContain(leadsTo?.replace(/:\d+$/, ''));
      }),
    );
  });
});

describe('Markdown that is still being written', () => {
  it('only grows: nothing that was shown is taken back', () => {
    const whole = visible(read(SAMPLE));
    const grow = createMarkdownReader();
    let before = 0;
    for (let length = 0; length <= SAMPLE.length; length += 1) {
      const shown = visible(blocksOf(grow(SAMPLE.slice(0, length), true)));
      expect(whole.startsWith(shown), `${SAMPLE.slice(0, length)}\n→ ${shown}`).toBe(true);
      expect(shown.length, SAMPLE.slice(0, length)).toBeGreaterThanOrEqual(before);
      before = shown.length;
    }
    expect(visible(blocksOf(grow(SAMPLE, false)))).toBe(whole);
  });

  it('keeps what is settled as the same objects', () => {
    const grow = createMarkdownReader();
    const early = grow(SAMPLE.slice(0, 400), true);
    const later = grow(SAMPLE.slice(0, 500), true);
    const ended = grow(SAMPLE, false);
    expect(early.length).toBeGreaterThan(4);
    for (const place of [0, 1, 2, 3]) {
      expect(later[place]).toBe(early[place]);
      expect(ended[place]).toBe(early[place]);
    }
  });

  it('is read as a whole in the end, however it arrived', () => {
    fc.assert(
      fc.property(markdown(), fc.array(fc.nat(40), { maxLength: 20 }), (text, steps) => {
        const grow = createMarkdownReader();
        let length = 0;
        for (const step of steps) grow(text.slice(0, (length += step)), true);
        expect(blocksOf(grow(text, false))).toEqual(read(text));
      }),
      { numRuns: 300 },
    );
  });

  it('loses nothing to line ends that Markdown reads as others', () => {
    const text = 'one\r\n\r\ntwo\r\n\r\nthree\r\n\r\n- four\r\n- five';
    const grow = createMarkdownReader();
    for (let length = 0; length <= text.length; length += 1) {
      const shown = visible(blocksOf(grow(text.slice(0, length), true)));
      expect('onetwothreefourfive'.startsWith(shown), shown).toBe(true);
    }
  });

  it('starts over when the text is another', () => {
    const grow = createMarkdownReader();
    grow('one\n\ntwo\n\nthree', true);
    expect(visible(blocksOf(grow('another', true)))).toBe('another');
  });
});

describe('hostile Markdown', () => {
  const long = 20_000;
  it.each(
    Object.entries({
      quotes: '>'.repeat(10_000),
      'quotes and lists': '> - '.repeat(5_000),
      lists: '- '.repeat(long),
      'deep lists': Array.from({ length: 200 }, (_, depth) => `${' '.repeat(depth)}- a`).join('\n'),
      'opening brackets': '['.repeat(10_000),
      links: '[a]('.repeat(long),
      pictures: '!['.repeat(long),
      'nested links': `${'['.repeat(5_000)}a${'](b)'.repeat(5_000)}`,
      stars: '*a **b '.repeat(5_000),
      'nested stars': `${'**'.repeat(10_000)}a${'**'.repeat(10_000)}`,
      underscores: '_a'.repeat(long),
      tildes: '~~a '.repeat(long),
      ticks: Array.from({ length: 300 }, (_, count) => `${'`'.repeat(count)}a`).join(' '),
      backslashes: '\\'.repeat(long),
      angles: '<a '.repeat(long),
      comments: '<!--'.repeat(long),
      pipes: `${'|a'.repeat(3_000)}\n${'|-'.repeat(3_000)}\n${`${'|b'.repeat(3_000)}\n`.repeat(5)}`,
      'empty lines': '\n'.repeat(90_000),
      spaces: `${' '.repeat(90_000)}a`,
      rules: '---\n'.repeat(long),
      definitions: '[a]: b\n'.repeat(10_000),
      addresses: 'http://'.repeat(10_000),
      mails: 'a@'.repeat(long),
      'one word': 'a'.repeat(2_000_000),
    }),
  )('%s cost little, whole and while they arrive', (_name, text) => {
    const started = performance.now();
    const all = blocksOf(readBlocks(text));
    const grow = createMarkdownReader();
    for (const part of [0.1, 0.4, 0.7, 1]) grow(text.slice(0, text.length * part), true);
    expect(depthOf(all)).toBeLessThan(40);
    // Each of them takes milliseconds on an idle machine; without bounds, seconds or no end.
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  it.each([
    ['longer', `# ${'a'.repeat(100_000)}`],
    ['made of more pieces', '---\n'.repeat(9_000)],
  ])('that is %s than any answer is shown as it was written', (_which, text) => {
    expect(read(text)).toEqual([{ kind: 'paragraph', children: [{ kind: 'text', text }] }]);
  });

  it('is nested no deeper than anybody reads, and what lies deeper is shown as it was written', () => {
    for (const text of [`${'> '.repeat(50)}deep`, `${'- '.repeat(50)}deep`]) {
      const blocks = read(text);
      expect(depthOf(blocks)).toBeGreaterThan(5);
      expect(depthOf(blocks)).toBeLessThan(20);
      expect(visible(blocks)).toMatch(/^[->]+deep$/);
    }
  });

  it('of any kind throws nothing and hides nothing', () => {
    fc.assert(
      fc.property(markdown(), (text) => {
        // What stands behind a fence, and cells that have no column, Markdown itself leaves out.
        const words = /```|~~~|\|/.test(text) ? [] : (text.match(/word\d+/g) ?? []);
        const shown = visible(read(text));
        for (const word of words) expect(shown).toContain(word);
        const grow = createMarkdownReader();
        for (let length = 0; length < text.length; length += 7) grow(text.slice(0, length), true);
      }),
      { numRuns: 1_000 },
    );
  });
});

function depthOf(blocks: readonly Block[]): number {
  const inlineDepth = (inlines: readonly Inline[]): number =>
    inlines.reduce(
      (most, inline) => Math.max(most, 'text' in inline ? 1 : 1 + inlineDepth(inline.children)),
      0,
    );
  return blocks.reduce((most, block) => {
    if (block.kind === 'quote') return Math.max(most, 1 + depthOf(block.blocks));
    if (block.kind === 'list') return Math.max(most, 1 + depthOf(block.items.flat()));
    return Math.max(most, 'children' in block ? 1 + inlineDepth(block.children) : 1);
  }, 0);
}

/** Pieces of Markdown in any order, with words that must not get lost. */
function markdown(): fc.Arbitrary<string> {
  let count = 0;
  const word = fc.constant(' ').map(() => `word${String(count++)}`);
  const mark = fc.constantFrom(
    ...['*', '**', '_', '`', '```', '~~', '[', '](', ')', '!', '<', '>', '&amp;', '\\', ' ', '\t'],
    ...['\n', '\n\n', '\n- ', '\n1. ', '\n> ', '\n# ', '\n```js\n', '\n| ', ' | ', '\n|-|-|\n'],
    ...['\n---\n', '\n===\n', '\n    ', '\r\n', 'https://a.example/', 'javascript:', '<b>', '$'],
  );
  return fc.array(fc.oneof(word, mark), { maxLength: 60 }).map((pieces) => pieces.join(''));
}
