/** A setup file: every test of the run computes on the ndarray loops that the fast kernels are checked against. */
import { useKernels } from '@unroll/kernels';
import { reference } from '@unroll/kernels/reference';

useKernels(reference);
