/** Pages and pictures in a real browser: what units do under the pointer and the keyboard, and whether words are cut off. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  attentionMatrix,
  bars,
  characterHeatMap,
  curves,
  gradientCurves,
  heatMap,
  panels,
  tree,
  unitReport,
} from './index.js';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const isThere = existsSync(executablePath);
if (!isThere) process.stderr.write(`Nothing is looked at: there is no ${executablePath} (CHROMIUM=… names another).\n`);

const folder = mkdtempSync(join(tmpdir(), 'unroll-viz-'));
let browser: Browser | undefined;

beforeAll(async () => {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'];
  if (isThere) {
    browser = await chromium.launch({
      executablePath,
      args: [...args, '--disable-component-update', '--disable-sync'],
    });
  }
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A page that shows `contents` from a file; what it asks for, throws or complains about goes to `complaints`. */
async function opened(name: string, contents: string, complaints: string[] = []): Promise<Page> {
  if (browser === undefined) throw new Error('There is no browser.');
  const file = join(folder, name);
  writeFileSync(file, contents);
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  const { href } = pathToFileURL(file);
  page.on('request', (request) => {
    if (request.url() !== href) complaints.push(request.url());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(href);
  return page;
}

const text = 'if (a) {\n\tb("é😀")\n}\n'.repeat(3);
const characters = [...text];
const depth = characters.map((_, i) => (i % 19 > 6 && i % 19 < 17 ? 0.9 : -0.05));
const units = [
  { name: 'unit 0', values: characters.map((_, i) => i / 100), score: 0.1 },
  { name: 'unit </script> 1', values: depth, score: 0.95, notes: 'inside of <braces>' },
  { name: 'unit 2', values: characters.map((_, i) => (i === 3 ? Number.NaN : 0)), score: -0.2 },
];

describe.runIf(isThere)('the report of units', () => {
  test('units are ranked, shown, walked through and found', async () => {
    const complaints: string[] = [];
    const html = unitReport({ title: 'Units & "co"', text, units, score: 'correlation with depth' });
    const page = await opened('report.html', html, complaints);
    const shown = page.locator('#shown');
    const classes = (): Promise<string[]> =>
      page.evaluate(`[...document.querySelectorAll('#text span')].map((s) => s.className)`);
    const classesOf = (values: readonly number[]): string[] => {
      const greatest = Math.max(...values.filter(Number.isFinite).map(Math.abs)) || 1;
      return values.map((value, i) => {
        const step = Math.round((value / greatest) * 44);
        const color = Number.isNaN(value) ? 'x' : step === 0 ? '' : `${step > 0 ? 'a' : 'b'}${Math.abs(step)}`;
        return (characters[i] === '\n' ? 'end ' : '') + color;
      });
    };
    expect(await page.locator('#text').evaluate((element) => element.textContent)).toBe(text);
    expect(await page.locator('#ranked').textContent()).toBe('3 units, ranked by their score: correlation with depth.');
    expect(await page.locator('li b').allTextContents()).toEqual(['unit </script> 1', 'unit 0', 'unit 2']);
    expect(await shown.textContent()).toBe('unit </script> 1, score 0.95: inside of <braces>');
    expect(await classes()).toEqual(classesOf(depth));

    await page.locator('li').nth(2).hover();
    await expect.poll(() => shown.textContent()).toBe('unit 2, score −0.2');
    expect(await classes()).toEqual(classesOf(units[2]?.values ?? []));
    await page.locator('h1').hover();
    await expect.poll(() => shown.textContent()).toContain('unit </script> 1');

    await page.locator('#units').focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => shown.textContent()).toBe('unit 0, score 0.1');
    expect(await classes()).toEqual(classesOf(units[0]?.values ?? []));
    expect(await page.locator('[aria-selected=true] b').allTextContents()).toEqual(['unit 0']);
    await page.keyboard.press('Home');
    await expect.poll(() => shown.textContent()).toContain('unit </script> 1');

    await page.locator('#text').focus();
    const value = page.locator('#value');
    await page.keyboard.press('End');
    expect(await value.textContent()).toBe(`character ${characters.length}, newline: −0.041`);
    await page.keyboard.press('Home');
    for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight'])
      await page.keyboard.press(key);
    expect(await value.textContent()).toBe('character 15, “😀”: 0.9');
    await page.keyboard.press('ArrowUp');
    expect(await page.locator('.here').count()).toBe(1);

    await page.locator('#find').fill('BRACES inside');
    expect(await page.locator('li:visible').count()).toBe(1);
    expect(complaints).toEqual([]);
    await page.close();
  });

  test('256 units over 5,000 characters: the arrows pick any of them', async () => {
    const long = characters.concat(...Array.from({ length: 80 }, () => characters)).slice(0, 5000);
    const many = Array.from({ length: 256 }, (_, u) => ({
      name: `unit ${u}`,
      values: long.map((_, i) => Math.abs(((i * (u + 1)) % 200) - 100) / 100 - 0.5),
    }));
    const page = await opened('many.html', unitReport({ title: 'Many', text: long.join(''), units: many }));
    await page.locator('#units').focus();
    for (let i = 0; i < 20; i++) await page.keyboard.press('ArrowDown');
    await expect.poll(() => page.locator('#shown').textContent()).toBe('unit 20');
    await page.close();
  });

  test('on a phone, everything is within the width', async () => {
    const page = await opened('phone.html', unitReport({ title: 'Units', text, units, score: 'correlation' }));
    await page.setViewportSize({ width: 360, height: 640 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
    expect(await page.locator('li').first().isVisible()).toBe(true);
    await page.close();
  });
});

const long = 'a long name with WWW and mmm, wide letters';
const pictures: Readonly<Record<string, string>> = {
  curves: curves(
    [long, 'b', 'c'].map((name, k) => ({ name, y: [1e6, 2e6 + k, 3e6] })),
    { title: 'A title that is wide', x: long, y: long },
  ),
  'curves with one end': curves(Array.from({ length: 24 }, (_, i) => ({ name: `line ${i}`, y: [i, 5] }))),
  'a logarithmic scale': curves([{ name: long, y: [1e-12, 1] }], { yScale: 'log', title: long.repeat(3) }),
  gradients: gradientCurves([{ name: 'RNN', norms: [1e-20, 1] }], { title: 'How far?' }),
  'a heat map': heatMap([[-1.234, 0.5, 1]], { rows: [long], columns: ['WMWMWM', 'b', long], x: 'x', y: 'y' }),
  'a small heat map': heatMap([[1]], { title: long, x: long, y: long }),
  'a large heat map': heatMap(
    Array.from({ length: 100 }, (_, r) => Array.from({ length: 300 }, (_, c) => (r * c) % 7)),
  ),
  attention: attentionMatrix([[0.123, 0.877]], { source: [long, 'Wort'], target: ['MMMMWWWW'] }),
  panels: panels([
    { name: long, panels: [long, 'MMMWWW'].map((caption) => ({ values: [[1, 0.5]], caption })) },
    { name: 'b', panels: [{ values: [[1, 0]], caption: long }] },
  ]),
  'a tree': tree(
    {
      name: long,
      note: 'MMWW',
      value: 1,
      children: ['i', long, 'MWMW'].map((name) => ({ name, note: name, children: [] })),
    },
    { title: 'A tree' },
  ),
  'a text': characterHeatMap(text, depth, { title: long }),
  bars: bars([
    { name: long, value: -123_456.7 },
    { name: 'b', value: 9_999_999 },
  ]),
};

describe.runIf(isThere)('pictures', () => {
  test.each(Object.keys(pictures))('no word of %s is cut off, and none lies on another', async (name) => {
    const page = await opened('picture.svg', pictures[name] ?? '');
    const found: unknown = await page.evaluate(`(() => {
      const { right, bottom } = document.documentElement.getBoundingClientRect();
      const boxes = [...document.querySelectorAll('text')].map((element) => ({ said: element.textContent, box: element.getBoundingClientRect() }));
      const outside = boxes.filter(({ box }) => box.left < 0 || box.top < 0 || box.right > right || box.bottom > bottom);
      const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 3;
      const pairs = boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => meet(a.box, b.box)).map((b) => [a.said, b.said]));
      return { outside: outside.map(({ said }) => said), pairs };
    })()`);
    expect(found).toEqual({ outside: [], pairs: [] });
    await page.close();
  });

  test('in an <img>, the ground follows the colour scheme of the page', async () => {
    const image = `data:image/svg+xml;base64,${Buffer.from(pictures.bars ?? '').toString('base64')}`;
    const grounds: string[] = [];
    for (const scheme of ['light', 'dark']) {
      const page = await opened(`${scheme}.html`, `<html style="color-scheme: ${scheme}"><img src="${image}">`);
      grounds.push((await page.locator('img').screenshot()).toString('base64'));
      await page.close();
    }
    expect(grounds[0]).not.toBe(grounds[1]);
  });
});
