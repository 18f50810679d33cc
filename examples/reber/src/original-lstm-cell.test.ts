import '@unroll/kernels/reference';
import { describeCell } from '@unroll/nn/testing';
import { test } from 'vitest';
import { OriginalLSTMCell } from './original-lstm-cell.js';

const cases = describeCell({
  create: (options) => new OriginalLSTMCell({ inputSize: 3, hiddenSize: 4, ...options }),
});
for (const { name, run } of cases) test(name, run);
