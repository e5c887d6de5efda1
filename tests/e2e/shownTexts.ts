/** The texts that a page shows and tells: those that aren't translated, and those that are cut off. */
import type { Page } from 'playwright';
import { expect } from 'vitest';

/** Of all visible texts, accessible names and titles, the parts outside of ⟦…⟧ that have letters; each once. */
export function outsideOfMarks(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const NAMES = ['aria-label', 'aria-valuetext', 'title', 'alt', 'placeholder'];
    const texts = new Set([document.title]);
    const isWhole = (text: string) => text.split('⟦').length === text.split('⟧').length;
    /** A text of which a part is bold is several nodes. */
    const wholeText = (node: Node): string => {
      const text = node.textContent ?? '';
      return isWhole(text) || node.parentNode === null ? text : wholeText(node.parentNode);
    };
    for (const element of document.body.querySelectorAll('*')) {
      if (!element.checkVisibility() || element.closest('script, style') !== null) continue;
      for (const name of NAMES) texts.add(element.getAttribute(name) ?? '');
      for (const node of element.childNodes) {
        if (node.nodeType === Node.TEXT_NODE) texts.add(wholeText(node));
      }
    }
    const withoutMarked = (text: string): string => {
      const rest = text.replace(/⟦[^⟦⟧]*⟧/g, '');
      return rest === text ? text : withoutMarked(rest);
    };
    const outside = [...texts].map((text) => withoutMarked(text).trim());
    return [...new Set(outside)].filter((text) => /\p{L}/u.test(text));
  });
}

/** Doubles the size of text that a person has set in the browser; returns to the usual one at the next load of the page. */
export async function doubleText(page: Page): Promise<void> {
  const title = page.getByRole('heading', { level: 1 });
  const sizeOfTitle = () => title.evaluate((shown) => parseFloat(getComputedStyle(shown).fontSize));
  const usual = await sizeOfTitle();
  await page.addStyleTag({ content: 'html { font-size: 32px }' });
  expect(await sizeOfTitle(), 'the size that a person has set counts').toBe(2 * usual);
}

/**
 * The visible texts of which a part is outside of the page, or of a box that neither grows nor scrolls. A text that is
 * shortened to some lines isn't among them: it ends with an ellipsis, and is whole elsewhere.
 */
export function cutOffTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const SLACK = 1.5;
    /** Where an element's content is cut, by side; a scrolling box lets a person reach the rest. */
    const boxesOf = (element: Element): DOMRect[] => {
      const boxes: DOMRect[] = [];
      for (let box: Element | null = element; box !== null; box = box.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(box);
        const isCut = (overflow: string) => overflow === 'hidden' || overflow === 'clip';
        const { left, top, width, height } = box.getBoundingClientRect();
        const [x, w] = isCut(overflowX) ? [left, width] : [-1e6, 2e6];
        const [y, h] = isCut(overflowY) ? [top, height] : [-1e6, 2e6];
        boxes.push(new DOMRect(x, y, w, h));
        const scrolls = [overflowX, overflowY].some((each) => each === 'auto' || each === 'scroll');
        // What is outside of a box that scrolls is reached by scrolling, if it is below and not beside.
        if (scrolls) {
          boxes.push(new DOMRect(left, -1e6, width, 2e6));
          return boxes;
        }
      }
      boxes.push(new DOMRect(0, -1e6, document.documentElement.clientWidth, 2e6));
      return boxes;
    };
    const cut: string[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = (node.textContent ?? '').trim();
      if (element === null || text === '' || !element.checkVisibility()) continue;
      if (element.closest('script, style, [data-code]') !== null) continue;
      const { webkitLineClamp, textOverflow } = getComputedStyle(element);
      if (webkitLineClamp !== 'none' || textOverflow === 'ellipsis') continue;
      // Only told, as to a screen reader.
      if (getComputedStyle(element).opacity === '0') continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const shown = range.getBoundingClientRect();
      const isOutside = ({ left, right, top, bottom }: DOMRect) =>
        shown.left < left - SLACK ||
        shown.right > right + SLACK ||
        shown.top < top - SLACK ||
        shown.bottom > bottom + SLACK;
      if (boxesOf(element).some(isOutside)) cut.push(text);
    }
    return cut;
  });
}
