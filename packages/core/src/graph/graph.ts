/** A computational graph as plain data: what every drawing is made from, and the JSON form itself. */
import type { DataType } from '@unroll/kernels';
import type { Shape } from '../tensor/shape.js';

/**
 * What a node is. An `input` is a tensor that came in from outside and is no parameter; a `constant` is a number written
 * in the program. A `view` is an operation that only reads the same numbers in another way. A `loss` is an operation
 * too: one with a single number as result that depends on a parameter and that nothing else in the recording reads.
 */
export type GraphNodeKind = 'parameter' | 'input' | 'constant' | 'operation' | 'view' | 'loss';

/** One node of a {@link Graph}. */
export interface GraphNode {
  /** `n0`, `n1`, … in the order in which the program came to them. */
  readonly id: string;
  readonly kind: GraphNodeKind;
  /** A parameter's name, a constant's digits, the name of an operation; of an input just `input`. */
  readonly label: string;
  /** Of its value. */
  readonly shape: Shape;
  readonly dtype: DataType;
  /** The innermost scope that it stands in. Null for none, and for all that comes in from outside. */
  readonly scope: string | null;
}

/** That one node reads the value of another. */
export interface GraphEdge {
  /** The node that is read. */
  readonly from: string;
  /** The node that reads. */
  readonly to: string;
  /** Which input of `to` it is; for a folded edge, in the first of the reads that it stands for. */
  readonly input: number;
  /** How many steps after it was made the value is read, if both nodes are in one loop; negative in a loop that runs backwards. */
  readonly delay: number;
  /** In a folded graph: which step alone it belongs to. What `first` reads is where a loop begins, as the initial state. */
  readonly only: 'first' | 'last' | null;
}

/** A part of the program that has a name: one call of `namedScope`, or in a folded graph all steps of a loop. */
export interface GraphScope {
  /** `s0`, `s1`, … in the order in which the program came to them. */
  readonly id: string;
  readonly name: string;
  /** Which turn of a loop over time it is; null outside of one. */
  readonly step: number | 'every' | null;
  /** The scope around it. */
  readonly outer: string | null;
}

/** A computational graph, as `exportGraph` answers it in the format `json`. */
export interface Graph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  readonly scopes: readonly GraphScope[];
}
