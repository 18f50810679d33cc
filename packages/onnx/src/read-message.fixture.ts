/** Files read back, to look at what stands in them. */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import { type Fields, type GraphProto, type ModelProto, modelFields, type NodeProto } from './proto/messages.js';

/** A message of these fields; those that are lists are lists. */
function readMessage(reader: BinaryReader, fields: Fields, end: number): Record<string, unknown> {
  const lists = Object.entries(fields).filter(([, [, kind]]) => typeof kind === 'object');
  const message: Record<string, unknown> = Object.fromEntries(lists.map(([name]) => [name, []]));
  while (reader.pos < end) {
    const [number, wire] = reader.tag();
    const [name, field] = Object.entries(fields).find(([, [own]]) => own === number) ?? [];
    if (name === undefined || field === undefined) {
      reader.skip(wire);
      continue;
    }
    const kind = typeof field[1] === 'object' ? field[1][0] : field[1];
    const read = (): unknown => {
      if (kind === 'int64') return Number(reader.int64());
      if (typeof kind === 'string') return reader[kind]();
      const length = reader.uint32();
      return readMessage(reader, kind(), reader.pos + length);
    };
    const value = read();
    const before = message[name];
    if (Array.isArray(before)) before.push(value);
    else message[name] = value;
  }
  return message;
}

/** A file as what was written. */
export function readModel(file: Uint8Array): ModelProto {
  return readMessage(new BinaryReader(file), modelFields, file.length) as unknown as ModelProto;
}

/** The operators of a graph and of those inside of its nodes, in their order. */
export function operatorsOf({ node }: GraphProto): string[] {
  const inside = ({ attribute }: NodeProto): string[] => attribute.flatMap(({ g }) => (g ? operatorsOf(g) : []));
  return node.flatMap((own) => [own.opType, ...inside(own)]);
}
