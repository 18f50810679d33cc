/** What was saved as JSON, checked before it is believed. */
import { checkOptions, ValueError } from '@unroll/core';

/** The form of a saved object, for messages. */
export interface SavedForm<Field extends string> {
  readonly op: string;
  readonly fields: readonly Field[];
  readonly rule: string;
  readonly mend: string;
}

/** The fields of what `JSON.parse` made. Errors: `ValueError` for what is no object, and for fields of other names. */
export function readSaved<Field extends string>(
  form: SavedForm<Field>,
  json: unknown,
): Readonly<Partial<Record<Field, unknown>>> {
  if (typeof json !== 'object' || json === null)
    throw refuseSaved(form, `this is ${json === null ? 'null' : `a ${typeof json}`}`);
  checkOptions(form.op, json, form.fields);
  return json as Partial<Record<Field, unknown>>;
}

/** The error that says what is wrong with it. */
export function refuseSaved({ op, rule, mend }: SavedForm<string>, what: string): ValueError {
  return new ValueError({ op, what, rule, mend });
}
