/** From recordings at different sizes to one program for all sizes. */
import { ValueError } from '@unroll/core';
import type { Probe } from '../recording/probes.js';
import type { Step, Traced, TracedValue } from '../recording/traced.js';
import { AMOUNTS, type Amount, fitAmount, type Sizes } from './amount.js';
import { deriveConstant } from './derivation.js';
import type { Program, Source, Value } from './program.js';

/** Errors: `ValueError` where the recordings differ in more than numbers that follow from the sizes. */
export function merge(traces: readonly Traced[], probes: readonly Probe[]): Program {
  const sizes = probes.map((probe) => probe.sizes);
  const steps = traces.map((trace) => trace.steps);
  requireSameSteps(steps, sizes);
  const { values, outputs } = traces[0] as Traced;
  requireSameOutputs(traces);
  const valueAt = (i: number): Value =>
    mergeValue(
      traces.map((trace) => trace.values[i] as TracedValue),
      probes,
    );
  return { values: values.map((_, i) => valueAt(i)), steps: mergeSteps(steps, sizes), outputs };
}

/** What messages say of an open program: `N = 3, T = 6`. */
export function formatSizes(sizes: Sizes): string {
  return sizes.size === 0
    ? 'the sizes of the example'
    : [...sizes].map(([name, size]) => `${name} = ${size}`).join(', ');
}

function mergeValue(all: readonly TracedValue[], probes: readonly Probe[]): Value {
  const { shape: firstShape, dtype } = all[0] as TracedValue;
  const sizes = probes.map((probe) => probe.sizes);
  const shape = firstShape.map((_, axis) =>
    fitAmount(
      all.map((value) => value.shape[axis] ?? Number.NaN),
      sizes,
    ),
  );
  if (all.some((value) => value.shape.length !== firstShape.length) || shape.includes(null)) {
    return { shape: [], dtype, source: { kind: 'unknown', shapes: all.map((value) => value.shape) } };
  }
  return { shape: shape as Amount[], dtype, source: sourceOf(all, probes) };
}

function sourceOf(all: readonly TracedValue[], probes: readonly Probe[]): Source {
  const leaf = all[0]?.leaf ?? null;
  if (leaf === null) return { kind: 'computed' };
  if (leaf.kind !== 'constant') return leaf;
  const data = all.map((value) => (value.leaf?.kind === 'constant' ? value.leaf.data : []));
  const isFixed = all.every(({ shape }) => shape.every((size, axis) => size === all[0]?.shape[axis]));
  if (isFixed && data.every((own) => Array.prototype.every.call(own, (x: number, i) => Object.is(x, leaf.data[i])))) {
    return leaf;
  }
  const fill = fillOf(
    data,
    probes.map((probe) => probe.sizes),
  );
  if (fill !== null) return fill;
  const derivation = deriveConstant(all, probes);
  if (derivation !== null) return { kind: 'derived', derivation };
  return { kind: 'unknown', shapes: all.map(({ shape }) => shape) };
}

/** One number everywhere, which may follow from the sizes: `T`, or `1 / T`. */
function fillOf(data: readonly ArrayLike<number>[], sizes: readonly Sizes[]): Source | null {
  const isUniform = data.every((own) => Array.prototype.every.call(own, (x: number) => Object.is(x, own[0])));
  if (!isUniform) return null;
  const values = data.map((own) => own[0] ?? 0);
  const value = fitAmount(values, sizes);
  if (value !== null) return { kind: 'fill', value, inverse: false };
  const counts = values.map((x) => Math.round(1 / x));
  const areInverse = values.every((x, p) => x === 1 / (counts[p] ?? 0) || x === Math.fround(1 / (counts[p] ?? 0)));
  const count = areInverse ? fitAmount(counts, sizes) : null;
  return count === null ? null : { kind: 'fill', value: count, inverse: true };
}

function mergeSteps(all: readonly (readonly Step[])[], sizes: readonly Sizes[]): Step[] {
  return (all[0] ?? []).map((step, i) => {
    const same = all.map((steps) => steps[i] as Step);
    if (step.kind === 'operation') {
      const attributes = same.map((other) => (other.kind === 'operation' ? other.attributes : null));
      return { ...step, attributes: mergeAttributes(step.name, attributes, sizes) };
    }
    const bodies = same.map((other) => (other.kind === 'run' ? other.body : step.body));
    return {
      ...step,
      body: {
        ...step.body,
        steps: mergeSteps(
          bodies.map((body) => body.steps),
          sizes,
        ),
      },
    };
  });
}

const SAME = 'it must be the same at all sizes';

/** Numbers that differ become amounts, however deep they stand. Errors: `ValueError` for what else differs. */
function mergeAttributes(op: string, all: readonly unknown[], sizes: readonly Sizes[]): unknown {
  const first = all[0];
  if (typeof first === 'number') {
    const amount = fitAmount(all as readonly number[], sizes);
    if (amount === null)
      throw differs(`a number of the operation ${op} is ${all.join(', ')}`, sizes, `it must be ${AMOUNTS}`);
    return amount;
  }
  const partOf = (key: string | number): unknown =>
    mergeAttributes(
      op,
      all.map((own) => (own as Readonly<Record<string | number, unknown>>)[key]),
      sizes,
    );
  if (Array.isArray(first)) {
    const counts = all.map((own) => (own as readonly unknown[]).length);
    if (new Set(counts).size === 1) return first.map((_, i) => partOf(i));
    throw differs(`the operation ${op} is given ${counts.join(', ')} numbers`, sizes, SAME);
  }
  if (typeof first === 'object' && first !== null && Object.getPrototypeOf(first) === Object.prototype) {
    return Object.fromEntries(Object.keys(first).map((key) => [key, partOf(key)]));
  }
  // What is neither a plain object nor a choice belongs to operations that have no form.
  const isChoice = typeof first === 'boolean' || typeof first === 'string';
  if (!isChoice || new Set(all).size === 1) return first;
  throw differs(`an option of the operation ${op} is ${all.join(', ')}`, sizes, SAME);
}

function differs(what: string, sizes: readonly Sizes[], rule: string): ValueError {
  return new ValueError({
    op: 'exportOnnx',
    what: `${what} in recordings with ${sizes.map(formatSizes).join('; ')}`,
    rule,
    mend: 'Fix the size it comes from: null in axes',
  });
}

/** Errors: `ValueError` naming the first step that is another in one of the recordings. */
function requireSameSteps(all: readonly (readonly Step[])[], sizes: readonly Sizes[]): void {
  const length = Math.max(...all.map((steps) => steps.length));
  for (let i = 0; i < length; i++) {
    const [one, ...others] = all.map((steps) => steps[i]);
    const p = others.findIndex((other) => wiring(other) !== wiring(one)) + 1;
    if (p > 0) throw otherSteps([one, others[p - 1]], [sizes[0] as Sizes, sizes[p] as Sizes]);
    if (one?.kind !== 'run') continue;
    const bodies = all.map((steps) => steps[i]).map((step) => (step?.kind === 'run' ? step.body.steps : []));
    requireSameSteps(bodies, sizes);
  }
}

/** Errors: `ValueError` where not all recordings return the same. */
function requireSameOutputs(traces: readonly Traced[]): void {
  const returned = traces.map(({ outputs }) => outputs.map(([name]) => name).join(', '));
  const other = returned.find((names) => names !== returned[0]);
  const isSame = traces.every(({ outputs }) => JSON.stringify(outputs) === JSON.stringify(traces[0]?.outputs));
  if (isSame) return;
  throw new ValueError({
    op: 'exportOnnx',
    what: `the program returns ${other === undefined ? 'tensors that it made otherwise' : `'${other}' and not '${returned[0]}'`} with other inputs`,
    rule: 'a file has the same outputs each time',
    mend: 'Return what is there in any case',
  });
}

/** What must be equal in all recordings. */
function wiring(step: Step | undefined): string {
  if (step === undefined) return 'nothing';
  if (step.kind === 'operation') return JSON.stringify([step.name, step.inputs, step.output]);
  const { x, state, mask, reverse, outputs, finalState, body } = step;
  const { x: row, state: before, output, nextState } = body;
  return JSON.stringify([x, state, mask, reverse, outputs, finalState, row, before, output, nextState]);
}

function otherSteps(steps: readonly (Step | undefined)[], sizes: readonly Sizes[]): ValueError {
  const named = steps.map((step, p) => {
    const what = step === undefined ? 'over already' : step.kind === 'run' ? 'at a run of a cell' : `at ${step.name}`;
    const own = sizes[p] as Sizes;
    return `${what} ${own.size > 0 ? `with ${formatSizes(own)}` : p === 0 ? 'in one recording' : 'in another'}`;
  });
  const place = steps.map((step) => (step?.kind === 'operation' ? step.place : '')).find((name) => name !== '');
  return new ValueError({
    op: 'exportOnnx',
    what: `the program takes other steps with other inputs${place === undefined ? '' : ` (in ${place})`}: it is ${named.join(', and ')}`,
    rule: 'it is written out as it ran, so neither the length of its own loops can stay open nor what it decides by numbers that it reads; cells under unroll and in layers run for any time',
    mend: "Run a cell with unroll, or fix the size: { axes: { input: ['N', null, null] } }",
  });
}
