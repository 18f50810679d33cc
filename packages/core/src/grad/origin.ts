/** Numbers that are not finite: which a tensor holds, where they came from, and what is said about it. */
import { AnomalyError, type Complaint, formatShape } from '../errors.js';
import { engine, type Scope } from '../tape/engine.js';
import { formatScope } from '../tape/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { Parameter } from '../tensor/variable.js';

/** What can stand in the place of a finite number. */
export type Kind = 'NaN' | 'Infinity' | '-Infinity';

/** How one kind came to be in a tensor. */
export interface Origin {
  readonly kind: Kind;
  readonly complaint: Complaint;
  /** Where the operation stands that the complaint names. */
  readonly scope: Scope | null;
  /** Its stack tells where that operation was called; null when nobody looked then. */
  readonly call: Error | null;
  /** No operation computed it: it came in with the data, or is written in the program, as the −∞ of a mask. */
  readonly isGiven: boolean;
  /** Of a NaN that was an infinity before: how that came to be. */
  readonly earlier: Origin | null;
}

/** The origin of each kind that a tensor holds, NaN first. */
export type Trail = ReadonlyMap<Kind, Origin>;

/** An operation that has run, forwards or backwards. */
export interface Maker {
  readonly name: string;
  readonly inputs: readonly Tensor[];
  readonly scope: Scope | null;
  readonly call: Error | null;
}

const KINDS: readonly Kind[] = ['NaN', 'Infinity', '-Infinity'];

/** The kinds that a tensor holds, NaN first. */
export function kindsIn(t: Tensor): readonly Kind[] {
  if (t.dtype === 'int32') return [];
  const found = new Set<string>();
  for (const value of t.data) if (!Number.isFinite(value)) found.add(String(value));
  return found.size === 0 ? [] : KINDS.filter((kind) => found.has(kind));
}

/** The first origin of a trail that an operation has computed. */
export function computedIn(trail: Trail | undefined): Origin | null {
  for (const origin of trail?.values() ?? []) if (!origin.isGiven) return origin;
  return null;
}

/** `maker` has computed it. */
export function made(kind: Kind, maker: Maker, result: Tensor, earlier: Origin | null): Origin {
  const { name, inputs } = maker;
  return originOf(kind, maker, earlier, {
    what: `the result is ${placesOf(kind, result)}`,
    ...shown(named(inputs), earlier),
    mend: `Keep the inputs of ${name} where it is finite, with clamp or with where before it`,
  });
}

/** The adjoint of `maker` has computed it as gradient of input `i`; null for a share that is not computed yet. */
export function madeBackward(kind: Kind, maker: Maker, i: number, gradient: Tensor, share: Tensor | null): Origin {
  const { name, inputs } = maker;
  return backwardOf(kind, maker, {
    what: `the gradient of ${nameOf(inputs, i)} is ${share === null ? 'not finite' : placesOf(kind, share)}`,
    ...shown({ ...named(inputs), gradient }),
    mend: `Keep the inputs of ${name} where its derivative is finite, with clamp or with where before it`,
  });
}

/** Gradients of input `i` that were finite one by one are not when they have been added up; `maker` added the last. */
export function madeBySumming(kind: Kind, maker: Maker, i: number, total: Tensor): Origin {
  return backwardOf(kind, maker, {
    what: `the gradient of ${nameOf(maker.inputs, i)}, added up over all uses, is ${placesOf(kind, total)}`,
    ...shown(named(maker.inputs)),
    mend: 'Scale the loss, or clip gradients on the way with onGrad',
  });
}

/** A loss that was recorded when nobody looked; `maker` is its last operation. */
export function unseen(kind: Kind, maker: Maker): Origin {
  return originOf(kind, maker, null, {
    what: `the loss is ${kind}`,
    rule: 'it was recorded before anomalies were sought',
    mend: 'Call record inside detectAnomaly too',
  });
}

/** A listener of `onGrad` has put it in the place of a gradient. */
export function answered(kind: Kind, gradient: Tensor): Origin {
  const nobody: Maker = { name: 'onGrad', inputs: [], scope: engine.scope, call: null };
  return originOf(kind, nobody, null, {
    what: `a listener has answered with ${placesOf(kind, gradient)}`,
    arrays: { gradient },
    mend: 'Return a finite gradient',
  });
}

/** It was in input `i` before `maker` read that. */
export function cameIn(kind: Kind, maker: Maker, i: number): Origin {
  const input = maker.inputs[i] as Tensor;
  const name = nameOf(maker.inputs, i);
  // Of a part of something larger, the place in that says more: the sequence and the step.
  const { base } = input;
  const places = base === null ? placesOf(kind, input) : `${placesOf(kind, base)} of ${formatShape(base.shape)}`;
  const origin = originOf(kind, maker, null, {
    what: `${name} came in with ${places}`,
    ...shown({ [name]: input }),
    mend: 'Check the data, or what has written the parameter',
  });
  return { ...origin, isGiven: true };
}

/** The caller of `maker` has written it: what `pad` fills in. */
export function written(kind: Kind, maker: Maker, result: Tensor): Origin {
  const origin = originOf(kind, maker, null, {
    what: `it is told to fill in ${kind}`,
    arrays: { result },
    mend: 'Fill in a finite number',
  });
  return { ...origin, isGiven: true };
}

/** What to throw; the scopes around it that are still open will add themselves. */
export function anomaly(origin: Origin, open: Scope | null = engine.scope): AnomalyError {
  const { complaint, call, earlier } = origin;
  if (call !== null && earlier !== null) call.cause = anomaly(earlier, null);
  const error = new AnomalyError(complaint, call === null ? {} : { cause: call });
  for (let { scope } = origin; scope !== null && scope !== open; scope = scope.outer) error.at(formatScope(scope));
  return error;
}

function backwardOf(kind: Kind, maker: Maker, complaint: Omit<Complaint, 'op'>): Origin {
  const hint = maker.call === null ? '. Call record inside detectAnomaly too, to see where it was called' : '';
  const mend = `${complaint.mend}${hint}`;
  return originOf(kind, { ...maker, name: `backward of ${maker.name}` }, null, { ...complaint, mend });
}

function originOf(
  kind: Kind,
  { name, scope, call }: Maker,
  earlier: Origin | null,
  complaint: Omit<Complaint, 'op'>,
): Origin {
  return { kind, complaint: { op: name, ...complaint }, scope, call, isGiven: false, earlier };
}

/** What a message shows of some arrays: shapes and ranges. */
function shown(
  arrays: Readonly<Record<string, Tensor>>,
  earlier: Origin | null = null,
): Pick<Complaint, 'arrays' | 'rule'> {
  const ranges = Object.entries(arrays).map(([name, t]) => rangeOf(name, t));
  if (earlier !== null) ranges.push(`the infinity began in ${earlier.complaint.op}`);
  return { arrays, rule: ranges.join(', ') };
}

/** Messages show so many inputs; more only `concat` and its like have. */
const SHOWN = 4;

function named(inputs: readonly Tensor[]): Record<string, Tensor> {
  return Object.fromEntries(inputs.slice(0, SHOWN).map((t, i) => [nameOf(inputs, i), t]));
}

function nameOf(inputs: readonly Tensor[], i: number): string {
  const input = inputs[i];
  return input instanceof Parameter ? `inputs[${i}] (${input.name})` : `inputs[${i}]`;
}

/** `NaN in 2 of 6 places, first at [0, 2]`. */
function placesOf(kind: Kind, t: Tensor): string {
  if (t.size === 1) return kind;
  const { data } = t;
  const isIt = (value: number): boolean => !Number.isFinite(value) && String(value) === kind;
  let left = data.findIndex(isIt);
  const first = t.shape.map(() => 0);
  for (let axis = t.rank - 1; axis >= 0; axis--) {
    const size = t.shape[axis] as number;
    first[axis] = left % size;
    left = Math.floor(left / size);
  }
  return `${kind} in ${data.filter(isIt).length} of ${t.size} places, first at [${first.join(', ')}]`;
}

/** `x goes from -1 to 0.5 and holds 1 NaN and 2 infinite numbers`. */
function rangeOf(name: string, t: Tensor): string {
  let [low, high, nan, infinite] = [Infinity, -Infinity, 0, 0];
  for (const value of t.data) {
    if (Number.isNaN(value)) nan += 1;
    else if (!Number.isFinite(value)) infinite += 1;
    else {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  const held = [...(nan > 0 ? [`${nan} NaN`] : []), ...(infinite > 0 ? [`${infinite} infinite`] : [])];
  const holds = held.length > 0 ? [`holds ${held.join(' and ')}`] : [];
  const goes = low > high ? [] : [low === high ? `is ${short(low)}` : `goes from ${short(low)} to ${short(high)}`];
  return t.size === 0 ? `${name} is empty` : `${name} ${[...goes, ...holds].join(' and ')}`;
}

const short = (value: number): string => String(Number(value.toPrecision(4)));
