/** Lines over axes, drawn anew in a millisecond. */
import { type ScaleContinuousNumeric, scaleLinear, scaleLog } from 'd3-scale';

/** One line. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Lines of one tone belong together; the first of them is solid. */
  readonly tone: 0 | 1;
  readonly dashed?: boolean;
  /** Shows where the points are. */
  readonly dots?: boolean;
}

export interface ChartOptions {
  readonly x: string;
  readonly y: string;
  readonly yScale?: 'linear' | 'log';
}

type Scale = ScaleContinuousNumeric<number, number>;

const HEIGHT = 240;
const MARGIN = { top: 26, right: 12, bottom: 38, left: 46 };
const TICKS = 5;

/** A chart that fills the width of its element. What is said of it in words belongs to whoever draws. */
export class LineChart {
  readonly #place: HTMLElement;
  readonly #options: ChartOptions;
  #lines: readonly Line[] = [];
  #summary = '';
  #isWaiting = false;

  constructor(place: HTMLElement, options: ChartOptions) {
    this.#place = place;
    this.#options = options;
    new ResizeObserver(() => this.#schedule()).observe(place);
  }

  /** Draws with the next frame. `summary` is the chart in words. */
  draw(lines: readonly Line[], summary: string): void {
    this.#lines = lines;
    this.#summary = summary;
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    requestAnimationFrame(() => {
      this.#isWaiting = false;
      const width = this.#place.clientWidth;
      if (this.#lines.length > 0 && width > 0) this.#place.replaceChildren(this.#legend(), this.#picture(width));
    });
  }

  #legend(): HTMLElement {
    const legend = document.createElement('p');
    legend.className = 'legend';
    for (const line of this.#lines) {
      const sample = document.createElement('i');
      sample.className = classOf(line);
      const entry = document.createElement('span');
      entry.append(sample, line.name);
      legend.append(entry);
    }
    return legend;
  }

  #picture(width: number): SVGElement {
    const svg = drawn('svg', { role: 'img', 'aria-label': this.#summary, width, height: HEIGHT });
    const { x, y } = this.#scales(width);
    const [left, right] = x.range() as [number, number];
    const [bottom, top] = y.range() as [number, number];
    for (const [value, text] of ticksOf(y, this.#options.yScale === 'log')) {
      svg.append(
        drawn('line', { class: 'grid', x1: left, x2: right, y1: y(value), y2: y(value) }),
        drawn('text', { x: left - 8, y: y(value) + 4, 'text-anchor': 'end' }, text),
      );
    }
    for (const [value, text] of ticksOf(x, false)) {
      svg.append(drawn('text', { x: x(value), y: bottom + 18, 'text-anchor': 'middle' }, text));
    }
    svg.append(
      drawn('text', { class: 'axis', x: 0, y: top - 12 }, this.#options.y),
      drawn('text', { class: 'axis', x: right, y: HEIGHT - 4, 'text-anchor': 'end' }, this.#options.x),
    );
    for (const line of this.#lines) {
      const places = line.points.map(([px, py]) => [x(px).toFixed(1), y(py).toFixed(1)] as const);
      const d = places.map((at, k) => `${k === 0 ? 'M' : 'L'}${at}`).join('');
      svg.append(drawn('path', { class: classOf(line), d }));
      if (line.dots !== true) continue;
      for (const [cx, cy] of places) svg.append(drawn('circle', { class: classOf(line), cx, cy, r: 3 }));
    }
    return svg;
  }

  #scales(width: number): { x: Scale; y: Scale } {
    const points = this.#lines.flatMap((line) => line.points);
    const [xs, ys] = [points.map(([px]) => px), points.map(([, py]) => py)];
    const x = scaleLinear(extent(xs), [MARGIN.left, width - MARGIN.right]);
    const range = [HEIGHT - MARGIN.bottom, MARGIN.top];
    const y =
      this.#options.yScale === 'log' ? scaleLog(extent(ys), range) : scaleLinear([0, ...extent(ys).slice(1)], range);
    return { x, y: y.nice() };
  }
}

function classOf({ tone, dashed }: Line): string {
  return `tone-${tone}${dashed === true ? ' dashed' : ''}`;
}

/** From the smallest to the largest, and something to draw where they are equal or none. */
function extent(values: readonly number[]): [number, number] {
  const [first = 1] = values;
  const least = values.reduce((a, b) => Math.min(a, b), first);
  const most = values.reduce((a, b) => Math.max(a, b), first);
  return least < most ? [least, most] : [least, least + 1];
}

/** Where an axis has numbers, and how they are written. Logarithmic axes have powers of ten. */
function ticksOf(scale: Scale, isLog: boolean): [number, string][] {
  if (!isLog) return scale.ticks(TICKS).map((value) => [value, value.toLocaleString('en')]);
  const [least = 0, most = 0] = scale.domain().map((value) => Math.round(Math.log10(value)));
  const step = Math.max(1, Math.ceil((most - least) / TICKS));
  const powers: [number, string][] = [];
  for (let power = most; power >= least; power -= step) powers.push([10 ** power, `10${superscript(power)}`]);
  return powers;
}

function drawn(name: string, attributes: Readonly<Record<string, string | number>>, text = ''): SVGElement {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  made.textContent = text;
  return made;
}

/** −4 is ⁻⁴. */
function superscript(power: number): string {
  return [...String(power)].map((character) => '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt('-0123456789'.indexOf(character))).join('');
}
