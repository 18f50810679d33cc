/** From a message to bytes. */
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Fields, Kind } from './messages.js';

/** The bytes of a message that has these fields. A field that is undefined is left out. */
export function writeMessage(message: object, fields: Fields): Uint8Array {
  const writer = new BinaryWriter();
  writeFields(writer, message, fields);
  return writer.finish();
}

function writeFields(writer: BinaryWriter, message: object, fields: Fields): void {
  const values: Readonly<Record<string, unknown>> = { ...message };
  for (const [name, value] of Object.entries(values)) {
    const field = fields[name];
    if (field === undefined || value === undefined) continue;
    const [number, kind] = field;
    if (typeof kind === 'string' || typeof kind === 'function') writeField(writer, number, kind, value);
    else for (const entry of value as readonly unknown[]) writeField(writer, number, kind[0], entry);
  }
}

function writeField(writer: BinaryWriter, number: number, kind: Kind, value: unknown): void {
  if (kind === 'int64') writer.tag(number, WireType.Varint).int64(value as number);
  else if (kind === 'int32') writer.tag(number, WireType.Varint).int32(value as number);
  else if (kind === 'float') writer.tag(number, WireType.Bit32).float(value as number);
  else if (kind === 'string') writer.tag(number, WireType.LengthDelimited).string(value as string);
  else if (kind === 'bytes') writer.tag(number, WireType.LengthDelimited).bytes(value as Uint8Array);
  else {
    writer.tag(number, WireType.LengthDelimited).fork();
    writeFields(writer, value as object, kind());
    writer.join();
  }
}
