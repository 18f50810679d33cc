/** Draws `docs/performance.svg` from `results.json`: the time of every contender in every workload. */
import { readFileSync, writeFileSync } from 'node:fs';
import * as Plot from '@observablehq/plot';
import { parseHTML } from 'linkedom';

const { races } = JSON.parse(readFileSync(new URL('../results.json', import.meta.url), 'utf8'));
const bars = races
  .filter(({ workload }) => /^(W\d|S)$/.test(workload))
  .flatMap(({ workload, rows }) => {
    const ours = rows.find(({ contender }) => contender === 'Unroll');
    return rows.map(({ contender, medianMs }) => ({ workload, contender, times: medianMs / ours.medianMs }));
  });
const workloads = ['W1', 'W2', 'W3', 'W4', 'W5', 'W6', 'S'].filter((name) => bars.some((bar) => bar.workload === name));
const contenders = [...new Set(bars.map(({ contender }) => contender))];
const colors = ['#efb118', '#97bbf5', '#4269d0', '#9c6b4e', '#ff725c', '#ff9e8f', '#a463f2', '#6cc5b0'];
/** Two digits that count; whole numbers from 10 on. */
const digits = (times) => (times < 10 ? times.toPrecision(2) : times.toFixed(0));

const { document } = parseHTML('<!doctype html><html></html>');
const drawn = Plot.plot({
  document,
  width: 860,
  height: 70 + workloads.length * 110,
  marginLeft: 140,
  marginRight: 80,
  style: { background: 'white', color: '#333' },
  x: {
    type: 'log',
    domain: [0.4, 1.5 * Math.max(...bars.map(({ times }) => times))],
    label: 'times as long as Unroll (logarithmic)',
    grid: true,
    tickFormat: (x) => `${x} ×`,
  },
  y: { label: null, domain: contenders },
  fy: { label: null, domain: workloads },
  color: { domain: contenders, range: colors },
  marks: [
    Plot.ruleX([1]),
    Plot.barX(bars, { fy: 'workload', y: 'contender', x1: 1, x2: 'times', fill: 'contender' }),
    // Beside the end of each bar.
    ...[
      { of: bars.filter(({ times }) => times >= 1), textAnchor: 'start', dx: 4 },
      { of: bars.filter(({ times }) => times < 1), textAnchor: 'end', dx: -4 },
    ].map(({ of, ...place }) =>
      Plot.text(of, { fy: 'workload', y: 'contender', x: 'times', text: ({ times }) => digits(times), ...place }),
    ),
  ],
});
drawn.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
writeFileSync(new URL('../../../docs/performance.svg', import.meta.url), `${drawn.outerHTML}\n`);
