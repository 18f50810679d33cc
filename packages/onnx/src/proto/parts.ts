/** Short ways to the parts of a file. */
import {
  ATTRIBUTE_TYPES,
  type AttributeProto,
  type DimensionProto,
  ELEMENT_TYPES,
  type ElementType,
  type GraphProto,
  type TensorProto,
  type ValueInfoProto,
} from './messages.js';

/** What an attribute holds; integers and floats are different things in a file. */
export type AttributeValue = Partial<Pick<AttributeProto, 'f' | 'i' | 's' | 'g' | 'floats' | 'ints' | 'strings'>>;

export const int = (i: number): AttributeValue => ({ i });
export const ints = (list: readonly number[]): AttributeValue => ({ ints: list });
export const text = (s: string): AttributeValue => ({ s });
export const texts = (strings: readonly string[]): AttributeValue => ({ strings });
export const graph = (g: GraphProto): AttributeValue => ({ g });

export function attribute(name: string, value: AttributeValue): AttributeProto {
  const kind = Object.keys(value)[0] as keyof typeof ATTRIBUTE_TYPES;
  return { name, ...value, type: ATTRIBUTE_TYPES[kind] };
}

/** Numbers of a file. Int64 ones must be whole and below 2⁵³. */
export function tensorProto(
  name: string,
  type: ElementType,
  dims: readonly number[],
  values: ArrayLike<number>,
): TensorProto {
  return { name, dims, dataType: ELEMENT_TYPES[type], rawData: littleEndian(type, values) };
}

const WRITERS = {
  float32: [4, (view: DataView, at: number, x: number) => view.setFloat32(at, x, true)],
  float64: [8, (view: DataView, at: number, x: number) => view.setFloat64(at, x, true)],
  int32: [4, (view: DataView, at: number, x: number) => view.setInt32(at, x, true)],
  int64: [8, (view: DataView, at: number, x: number) => view.setBigInt64(at, BigInt(x), true)],
  bool: [1, (view: DataView, at: number, x: number) => view.setUint8(at, x)],
} as const;

function littleEndian(type: ElementType, values: ArrayLike<number>): Uint8Array {
  const [bytes, write] = WRITERS[type];
  const view = new DataView(new ArrayBuffer(bytes * values.length));
  for (let i = 0; i < values.length; i++) write(view, i * bytes, values[i] as number);
  return new Uint8Array(view.buffer);
}

export function valueInfo(name: string, type: ElementType, dim: readonly DimensionProto[]): ValueInfoProto {
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES[type], shape: { dim } } } };
}
