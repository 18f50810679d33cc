/**
 * The style, the skeleton and the script of a report. The script is a string, since it runs in the page and not here: it has to
 * stand in the page as it is, whatever a bundler makes of this package. The tests run it in a browser.
 */
import { colorRules } from './theme.js';

export const PAGE_STYLE: string = `
${colorRules(':root')}
:root { color-scheme: light dark }
* { box-sizing: border-box }
body { display: grid; grid-template: auto minmax(0, 1fr) auto / minmax(0, 1fr) 19rem; gap: 0.75rem 1.5rem; height: 100vh; margin: 0;
  padding: 1rem 1.25rem; background: var(--paper); color: var(--ink); font: 0.95rem/1.5 system-ui, sans-serif }
h1 { grid-column: 1 / 3; margin: 0; font-size: 1.25rem }
#text { overflow-y: auto; margin: 0; padding: 0.75rem 1rem; border: 1px solid var(--rule); border-radius: 6px;
  font: 0.95rem/1.7 ui-monospace, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: break-word }
#text span { padding: 0.15em 0 }
#text .end::before { content: '↵'; opacity: 0.45 }
#text .x { background: repeating-linear-gradient(45deg, transparent 0 2px, var(--quiet) 2px 3px) }
#text .here { outline: 2px solid var(--line2); outline-offset: -1px }
aside { display: flex; flex-direction: column; min-height: 0 }
aside p { margin: 0 0 0.5rem; color: var(--quiet); font-size: 0.85rem }
label { display: block; font-size: 0.85rem; color: var(--quiet) }
input { width: 100%; margin: 0.15rem 0 0.5rem; padding: 0.35rem 0.5rem; border: 1px solid var(--quiet); border-radius: 6px;
  background: var(--paper); color: inherit; font: inherit }
ul { flex: 1; min-height: 6rem; overflow-y: auto; margin: 0; padding: 0; border: 1px solid var(--rule); border-radius: 6px; list-style: none }
li { padding: 0.3rem 0.7rem; border-bottom: 1px solid var(--rule); cursor: pointer }
li:hover { box-shadow: inset 3px 0 var(--line1) }
li[aria-selected='true'] { background: color-mix(in srgb, var(--line1) 16%, var(--paper)); box-shadow: inset 3px 0 var(--line1) }
li b { font-weight: 600 }
li i { float: right; font-style: normal; font-variant-numeric: tabular-nums }
li small { display: block; color: var(--quiet); font-size: 0.85rem }
:focus-visible { outline: 2px solid var(--line1); outline-offset: 1px }
footer { grid-column: 1 / 3; display: flex; flex-wrap: wrap; gap: 0 2rem; min-height: 1.5em; color: var(--quiet); font-size: 0.9rem }
footer output { color: var(--ink); font-variant-numeric: tabular-nums }
footer .scale { display: inline-block; width: 8rem; height: 0.8rem; margin: 0 0.4rem; border: 1px solid var(--rule); vertical-align: -0.1rem;
  background: linear-gradient(to right in srgb, var(--below), var(--paper), var(--above)) }
@media (max-width: 46rem) {
  body { grid-template: auto minmax(0, 3fr) minmax(0, 2fr) auto / minmax(0, 1fr) }
  h1, footer { grid-column: 1 }
}
`;

export const PAGE_BODY: string = `
<noscript>This page needs JavaScript, all of which it brings along.</noscript>
<pre id="text" tabindex="0" role="group" aria-label="The text. Arrow keys go from character to character." aria-describedby="shown"></pre>
<aside>
<p id="ranked"></p>
<label>Find a unit by its name or notes<input id="find" type="search" autocomplete="off"></label>
<ul id="units" role="listbox" tabindex="0" aria-label="Units"></ul>
</aside>
<footer>
<span id="shown" role="status"></span>
<span><span id="least"></span><span class="scale"></span><span id="greatest"></span></span>
<output id="value" aria-live="polite"></output>
</footer>`;

export const PAGE_SCRIPT: string = `
'use strict';
const part = (id) => document.getElementById(id);
const { steps, letters, characters, score, units } = JSON.parse(part('data').textContent);
const stepOf = new Map([...letters].map((letter, i) => [letter, i === 0 ? NaN : i - 1 - steps]));
const said = (number) => String(Number(number.toPrecision(2))).replace('-', '\\u2212');

// The text: a span for each character, whose class is its colour.
const spans = characters.map((character) => {
  const span = document.createElement('span');
  span.textContent = character;
  return span;
});
part('text').append(...spans);
const baseClass = characters.map((character) => (character === '\\n' ? 'end ' : ''));
const classOf = (step) => (Number.isNaN(step) ? 'x' : step === 0 ? '' : (step > 0 ? 'a' : 'b') + Math.abs(step));

// Colours of a unit. Spans that keep their colour are left alone, and a pointer in a hurry is served once a frame.
let drawn = [];
let shown = -1;
let wanted = -1;
let picked = 0;
function show(i) {
  if (wanted === shown) requestAnimationFrame(draw);
  wanted = i;
}
function draw() {
  const unit = units[wanted];
  shown = wanted;
  unit.steps ??= Array.from(unit.values, (letter) => stepOf.get(letter));
  unit.steps.forEach((step, i) => {
    if (!Object.is(drawn[i], step)) spans[i].className = baseClass[i] + classOf(step) + (i === here ? ' here' : '');
  });
  drawn = unit.steps;
  part('shown').textContent = unit.name + (unit.score === null ? '' : ', score ' + unit.score) + (unit.notes === null ? '' : ': ' + unit.notes);
  part('least').textContent = said(-unit.greatest);
  part('greatest').textContent = said(unit.greatest);
  sayValue();
}

// One character and its number.
let here = -1;
let spoken = -1;
function sayValue() {
  if (spoken < 0 || shown < 0) return;
  const character = characters[spoken];
  const name = { '\\n': 'newline', '\\t': 'tab', ' ': 'space' }[character] ?? '\\u201c' + character + '\\u201d';
  const step = units[shown].steps[spoken];
  const value = Number.isNaN(step) ? 'not finite' : said((step / steps) * units[shown].greatest);
  part('value').textContent = 'character ' + (spoken + 1) + ', ' + name + ': ' + value;
}
function go(i) {
  spans[here]?.classList.remove('here');
  here = Math.max(0, Math.min(characters.length - 1, i));
  spans[here].classList.add('here');
  spans[here].scrollIntoView({ block: 'nearest' });
  spoken = here;
  sayValue();
}
// The character above or below is the nearest one of the next line, as it is laid out now.
function lineFrom(i, direction) {
  const { top, left } = spans[i].getBoundingClientRect();
  let best = i;
  let lineTop;
  for (let k = i + direction; k >= 0 && k < spans.length; k += direction) {
    const box = spans[k].getBoundingClientRect();
    if (Math.abs(box.top - top) < 4) continue;
    lineTop ??= box.top;
    if (Math.abs(box.top - lineTop) > 4) break;
    const better = best === i || Math.abs(box.left - left) < Math.abs(spans[best].getBoundingClientRect().left - left);
    if (better) best = k;
  }
  return best;
}
part('text').addEventListener('keydown', (event) => {
  const from = Math.max(here, 0);
  const to = {
    ArrowRight: () => here + 1,
    ArrowLeft: () => here - 1,
    ArrowDown: () => lineFrom(from, 1),
    ArrowUp: () => lineFrom(from, -1),
    Home: () => 0,
    End: () => characters.length - 1,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  go(to());
});
const placeOf = new Map(spans.map((span, i) => [span, i]));
part('text').addEventListener('mouseover', ({ target }) => {
  spoken = placeOf.get(target) ?? here;
  sayValue();
});
part('text').addEventListener('click', ({ target }) => {
  if (placeOf.has(target)) go(placeOf.get(target));
});

// The list of units.
const items = units.map((unit, i) => {
  const item = document.createElement('li');
  item.id = 'unit-' + i;
  item.setAttribute('role', 'option');
  const name = document.createElement('b');
  name.textContent = unit.name;
  const parts = [name];
  if (unit.score !== null) {
    const number = document.createElement('i');
    number.textContent = unit.score;
    parts.unshift(number);
  }
  if (unit.notes !== null) {
    const notes = document.createElement('small');
    notes.textContent = unit.notes;
    parts.push(notes);
  }
  item.append(...parts);
  return item;
});
part('units').append(...items);
part('ranked').textContent = units.length + (units.length === 1 ? ' unit' : ' units') +
  (score === null ? '' : ', ranked by their score: ' + score) + '.';
function pick(i) {
  items[picked].setAttribute('aria-selected', 'false');
  picked = i;
  items[i].setAttribute('aria-selected', 'true');
  items[i].scrollIntoView({ block: 'nearest' });
  part('units').setAttribute('aria-activedescendant', items[i].id);
  show(i);
}
const itemAt = (target) => items.indexOf(target.closest?.('li'));
part('units').addEventListener('mouseover', ({ target }) => {
  if (itemAt(target) >= 0) show(itemAt(target));
});
part('units').addEventListener('mouseleave', () => show(picked));
part('units').addEventListener('click', ({ target }) => {
  if (itemAt(target) >= 0) pick(itemAt(target));
});
part('units').addEventListener('keydown', (event) => {
  const visible = items.map((_, i) => i).filter((i) => !items[i].hidden);
  const at = visible.indexOf(picked);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? 0 : at - 1, PageDown: at + 10, PageUp: at - 10, Home: 0, End: visible.length - 1 }[event.key];
  if (to === undefined || visible.length === 0) return;
  event.preventDefault();
  pick(visible[Math.max(0, Math.min(visible.length - 1, to))]);
});
part('find').addEventListener('input', ({ target }) => {
  const words = target.value.toLowerCase().split(/\\s+/);
  items.forEach((item, i) => {
    const text = (units[i].name + ' ' + (units[i].notes ?? '')).toLowerCase();
    item.hidden = !words.every((word) => text.includes(word));
  });
});
pick(0);
`;
