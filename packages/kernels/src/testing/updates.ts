/** Conformance of the optimizers' update rules: three steps each, against the formulas at the interface. */
import type { KernelTable } from '../kernels.js';
import type { ConformanceCase } from './case.js';
import { assertClose } from './compare.js';
import { sizes, spread } from './samples.js';
import { type Grid, Workspace } from './workspace.js';

/** Numbers of order 1 are compared, through a quotient and a root; float32 tables round at every operation. */
const BOUND = 64;
const STEPS = 3;

/** State of one number: parameter, gradient, then whatever the rule keeps. */
type State = [p: number, g: number, ...kept: number[]];

/** A rule as a kernel call and as a formula for one number. */
interface Rule {
  readonly name: string;
  /** Arrays beside parameter and gradient. */
  readonly kept: number;
  call(table: KernelTable, n: number, step: number, positions: readonly number[]): void;
  formula(state: State, step: number): State;
}

const lr = 0.125;
const momentum = 0.75;
const weightDecay = 0.0625;
const alpha = 0.875;
const eps = 0.015625;
const [beta1, beta2] = [0.875, 0.96875];
const at = (positions: readonly number[], i: number): number => positions[i] as number;

const sgd: readonly Rule[] = ([-1, 0, 1] as const).map((nesterov) => ({
  name: nesterov < 0 ? 'sgd' : `sgd, momentum, nesterov ${nesterov}`,
  kept: nesterov < 0 ? 0 : 1,
  call: (table, n, _step, positions) => {
    const velocity = nesterov < 0 ? -1 : at(positions, 2);
    table.sgd(n, at(positions, 0), at(positions, 1), velocity, lr, momentum, nesterov === 1 ? 1 : 0, weightDecay);
  },
  formula: ([p, gradient, v = 0]) => {
    const g = gradient + weightDecay * p;
    if (nesterov < 0) return [p - lr * g, gradient];
    const vNext = momentum * v + g;
    return [p - lr * (nesterov === 1 ? g + momentum * vNext : vNext), gradient, vNext];
  },
}));

const rmsprop: readonly Rule[] = [false, true].flatMap((centered) =>
  [false, true].flatMap((withMomentum) =>
    ([0, 1] as const).map((epsInside) => ({
      name: `rmsprop${centered ? ', centered' : ''}${withMomentum ? ', momentum' : ''}, eps inside ${epsInside}`,
      kept: 1 + Number(centered) + Number(withMomentum),
      call: (table: KernelTable, n: number, _step: number, positions: readonly number[]) => {
        const mean = centered ? at(positions, 3) : -1;
        const velocity = withMomentum ? at(positions, 3 + Number(centered)) : -1;
        const settings = [lr, alpha, eps, epsInside, momentum, weightDecay] as const;
        table.rmsprop(n, at(positions, 0), at(positions, 1), at(positions, 2), mean, velocity, ...settings);
      },
      formula: ([p, gradient, s = 0, ...rest]: State): State => {
        const g = gradient + weightDecay * p;
        const sNext = alpha * s + (1 - alpha) * g * g;
        const mNext = centered ? alpha * (rest[0] as number) + (1 - alpha) * g : 0;
        const q = centered ? Math.max(sNext - mNext * mNext, 0) : sNext;
        const step = g / (epsInside === 1 ? Math.sqrt(q + eps) : Math.sqrt(q) + eps);
        const vNext = withMomentum ? momentum * (rest[Number(centered)] as number) + step : step;
        return [p - lr * vNext, gradient, sNext, ...(centered ? [mNext] : []), ...(withMomentum ? [vNext] : [])];
      },
    })),
  ),
);

const adagrad: Rule = {
  name: 'adagrad',
  kept: 1,
  call: (table, n, _step, positions) => {
    table.adagrad(n, at(positions, 0), at(positions, 1), at(positions, 2), lr, eps, weightDecay);
  },
  formula: ([p, gradient, s = 0]) => {
    const g = gradient + weightDecay * p;
    const sNext = s + g * g;
    return [p - (lr * g) / (Math.sqrt(sNext) + eps), gradient, sNext];
  },
};

const adam: readonly Rule[] = ([0, 1] as const).map((decoupled) => ({
  name: decoupled === 1 ? 'adam, decoupled decay' : 'adam',
  kept: 2,
  call: (table, n, step, positions) => {
    const corrections = [1 - beta1 ** step, 1 - beta2 ** step] as const;
    const [p, g, m, v] = positions as [number, number, number, number];
    table.adam(n, p, g, m, v, lr, beta1, beta2, eps, ...corrections, weightDecay, decoupled);
  },
  formula: ([p, gradient, m = 0, v = 0], step) => {
    const g = decoupled === 1 ? gradient : gradient + weightDecay * p;
    const kept = decoupled === 1 ? p - lr * weightDecay * p : p;
    const mNext = beta1 * m + (1 - beta1) * g;
    const vNext = beta2 * v + (1 - beta2) * g * g;
    const corrected = mNext / (1 - beta1 ** step) / (Math.sqrt(vNext / (1 - beta2 ** step)) + eps);
    return [kept - lr * corrected, gradient, mNext, vNext];
  },
}));

function ruleCase(table: KernelTable, rule: Rule): ConformanceCase {
  const { dtype } = table;
  return {
    name: rule.name,
    run() {
      const next = spread(8);
      for (const n of sizes) {
        Workspace.use((workspace) => {
          const grids: Grid[] = Array.from({ length: 2 + rule.kept }, (_, i) =>
            workspace.grid(dtype, 1, n).fill(i < 2 ? next : () => 0),
          );
          const positions = grids.map((grid) => grid.at[0]);
          for (let step = 1; step <= STEPS; step++) {
            const before = Array.from({ length: n }, (_, j) => grids.map((grid) => grid.get(0, j)) as State);
            rule.call(table, n, step, positions);
            for (const [j, state] of before.entries()) {
              for (const [i, expected] of rule.formula(state, step).entries()) {
                const where = `${rule.name}, array ${i}, number ${j} of ${n}, step ${step}`;
                assertClose(where, dtype, (grids[i] as Grid).get(0, j), expected, BOUND, 1);
              }
            }
            for (const grid of grids) grid.assertSurroundingsUntouched(rule.name);
          }
        });
      }
    },
  };
}

export function updateCases(table: KernelTable): ConformanceCase[] {
  return [...sgd, ...rmsprop, adagrad, ...adam].map((rule) => ruleCase(table, rule));
}
