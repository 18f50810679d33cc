/** What listeners of `onGrad` hear and answer during a walk backwards. */
import { DataTypeError, ShapeError } from '../errors.js';
import { lookOn } from '../tape/engine.js';
import { sameShape } from '../tensor/shape.js';
import { type GradListener, hostTensor, Tensor } from '../tensor/tensor.js';
import type { Gradients } from './gradients.js';

/**
 * Calls the listeners of a node whose gradient is complete, and puts their answers in its place; tells whether there
 * was one. In a walk that is itself recorded they are a part of it, so that what they do is differentiated again.
 */
export function tellGradient(
  gradients: Gradients,
  node: number,
  listeners: ReadonlySet<GradListener>,
  recorded: boolean,
): boolean {
  let answered = false;
  for (const listener of listeners) {
    const gradient = gradients.get(node) as Tensor;
    // The memory of a walk is used again within it: outside of it live copies only.
    const answer: unknown = recorded ? listener(gradient) : lookOn(() => copyOf(listener(copyOf(gradient))));
    if (answer === undefined) continue;
    checkAnswer(answer, gradient);
    gradients.replace(node, answer);
    answered = true;
  }
  return answered;
}

function copyOf<T>(value: T): T | Tensor {
  return value instanceof Tensor ? hostTensor(value.data, value.shape, value.dtype) : value;
}

function checkAnswer(answer: unknown, gradient: Tensor): asserts answer is Tensor {
  if (!(answer instanceof Tensor)) {
    throw new DataTypeError({
      op: 'onGrad',
      what: `a listener answers with ${answer === null ? 'null' : `a ${typeof answer}`}`,
      arrays: { gradient },
      rule: 'it returns the gradient to go on with, or nothing',
      mend: 'Put its body in braces, so that it returns nothing',
    });
  }
  const arrays = { gradient, answer };
  if (!sameShape(answer.shape, gradient.shape)) {
    throw new ShapeError({
      op: 'onGrad',
      what: 'a listener answers with another shape',
      arrays,
      rule: 'the answer takes the place of the gradient',
      mend: 'Reshape it, or return nothing',
    });
  }
  if (answer.dtype === gradient.dtype) return;
  throw new DataTypeError({
    op: 'onGrad',
    what: `a listener answers with a ${answer.dtype} tensor`,
    arrays,
    rule: `the gradient is ${gradient.dtype}`,
    mend: `Convert with cast(answer, '${gradient.dtype}'), or return nothing`,
  });
}
