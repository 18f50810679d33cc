/**
 * Checks for whoever writes operations, cells or losses of their own.
 *
 * @packageDocumentation
 */
export { GradcheckError, type GradcheckOptions, gradcheck } from './gradcheck.js';
export { drawSample } from './samples.js';
