/** This file does not import the reference kernels. */
import { float64Kernels } from '@unroll/kernels';
import { expect, test } from 'vitest';
import { type Contents, fromBase64, readFixture } from './files.fixture.js';
import { readNpy } from './npy.js';
import { readSafetensors } from './safetensors.js';

test.skipIf(float64Kernels() !== undefined)('float64 without an engine is an error that names the import', () => {
  const { plain } = readFixture('safetensors-files') as { readonly plain: string };
  expect(() => readSafetensors(fromBase64(plain))).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: tensor (in 'b.c', in readSafetensors): no engine for float64 is loaded; float64 tensors run on the reference kernels, which are imported explicitly. Add: import '@unroll/kernels/reference'.]`,
  );
  const { kinds } = readFixture('npy-files') as {
    readonly kinds: Record<string, Contents & { readonly file: string }>;
  };
  expect(() => readNpy(fromBase64(kinds['<f8']?.file ?? ''))).toThrowErrorMatchingInlineSnapshot(
    `[DataTypeError: tensor (in the array, in readNpy): no engine for float64 is loaded; float64 tensors run on the reference kernels, which are imported explicitly. Add: import '@unroll/kernels/reference'.]`,
  );
});
