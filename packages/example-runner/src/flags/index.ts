/** Options without a command line: what browsers can use of this package. */
export {
  above,
  describeFlags,
  type Flag,
  type Flags,
  flagOf,
  type Options,
  oneOf,
  share,
  text,
  toggle,
  whole,
  withDefaults,
} from './flags.js';
export { UsageError } from './usage-error.js';
