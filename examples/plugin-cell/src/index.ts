/**
 * The antisymmetric recurrent network of Chang et al. (2019), a cell for Unroll.
 *
 * @packageDocumentation
 */
export { AntisymmetricCell, type AntisymmetricCellOptions, type AntisymmetricState } from './antisymmetric-cell.js';
