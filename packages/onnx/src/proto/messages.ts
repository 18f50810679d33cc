/**
 * The messages of an ONNX file, as far as they are written here, with their field numbers.
 *
 * Written down from `onnx/onnx.proto` of the ONNX project, https://github.com/onnx/onnx, copyright ONNX Project
 * Contributors, Apache License 2.0, which numbers them for good. Fields that nothing writes are left out.
 */

/** How a field is written. A message is described by its own fields; a list, which is not packed, by `[kind]`. */
export type Kind = 'int64' | 'int32' | 'float' | 'string' | 'bytes' | (() => Fields);

/** Of each field of a message its number and its kind. */
export type Fields = Readonly<Record<string, readonly [number: number, kind: Kind | readonly [Kind]]>>;

/** A file. */
export interface ModelProto {
  readonly irVersion: number;
  readonly opsetImport: readonly OperatorSetIdProto[];
  readonly producerName: string;
  readonly graph: GraphProto;
}

export interface OperatorSetIdProto {
  /** Empty for the operators of ONNX itself. */
  readonly domain: string;
  readonly version: number;
}

export interface GraphProto {
  readonly name: string;
  readonly node: readonly NodeProto[];
  readonly initializer: readonly TensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
}

export interface NodeProto {
  readonly name: string;
  readonly opType: string;
  /** An empty name stands for an input that is left out. */
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeProto[];
}

export interface AttributeProto {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: string;
  readonly g?: GraphProto;
  readonly floats?: readonly number[];
  readonly ints?: readonly number[];
  readonly strings?: readonly string[];
}

export interface TensorProto {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  /** Row-major and little-endian. */
  readonly rawData: Uint8Array;
}

export interface ValueInfoProto {
  readonly name: string;
  readonly type: TypeProto;
}

export interface TypeProto {
  readonly tensorType: {
    readonly elemType: number;
    readonly shape: { readonly dim: readonly DimensionProto[] };
  };
}

/** A size, or the name of one that is open. */
export type DimensionProto = { readonly dimValue: number } | { readonly dimParam: string };

/** `TensorProto.DataType`. */
export const ELEMENT_TYPES = { float32: 1, int32: 6, int64: 7, bool: 9, float64: 11 } as const;

/** What a tensor of a file can hold. */
export type ElementType = keyof typeof ELEMENT_TYPES;

/** `AttributeProto.AttributeType`. */
export const ATTRIBUTE_TYPES = { f: 1, i: 2, s: 3, g: 5, floats: 6, ints: 7, strings: 8 } as const;

const tensorFields: Fields = {
  dims: [1, ['int64']],
  dataType: [2, 'int32'],
  name: [8, 'string'],
  rawData: [9, 'bytes'],
};

const dimensionFields: Fields = { dimValue: [1, 'int64'], dimParam: [2, 'string'] };
const shapeFields: Fields = { dim: [1, [() => dimensionFields]] };
const tensorTypeFields: Fields = { elemType: [1, 'int32'], shape: [2, () => shapeFields] };
const typeFields: Fields = { tensorType: [1, () => tensorTypeFields] };
const valueInfoFields: Fields = { name: [1, 'string'], type: [2, () => typeFields] };

const attributeFields: Fields = {
  name: [1, 'string'],
  f: [2, 'float'],
  i: [3, 'int64'],
  s: [4, 'string'],
  g: [6, () => graphFields],
  floats: [7, ['float']],
  ints: [8, ['int64']],
  strings: [9, ['string']],
  type: [20, 'int32'],
};

const nodeFields: Fields = {
  input: [1, ['string']],
  output: [2, ['string']],
  name: [3, 'string'],
  opType: [4, 'string'],
  attribute: [5, [() => attributeFields]],
};

const graphFields: Fields = {
  node: [1, [() => nodeFields]],
  name: [2, 'string'],
  initializer: [5, [() => tensorFields]],
  input: [11, [() => valueInfoFields]],
  output: [12, [() => valueInfoFields]],
};

const operatorSetFields: Fields = { domain: [1, 'string'], version: [2, 'int64'] };

/** Of a {@link ModelProto}. */
export const modelFields: Fields = {
  irVersion: [1, 'int64'],
  producerName: [2, 'string'],
  graph: [7, () => graphFields],
  opsetImport: [8, [() => operatorSetFields]],
};
