import { containerSchemas, JsonFault, JsonText, FAULTS, readDocument, whyNotJson } from '../json/index.js';
import type { FieldError } from '../problem/problem.error.js';
import { listNames } from './field-registry.js';
import { Field, unreadable, type FieldOptions } from './fields.js';
import { check, Unreadable } from './validate.js';

interface JsonBounds {
  readonly maxBytes: number;
  readonly objectOnly?: boolean;
}

/** The most bytes that a UTF-16 code unit becomes in UTF-8. */
const MOST_BYTES_A_UNIT = 3;

/** Any JSON object or array, or a text that holds one, up to `maxBytes` as JSON text; it is kept as its text. */
export function JsonField(options: FieldOptions & JsonBounds): PropertyDecorator {
  const { objectOnly = false } = options;
  return Field(options, {
    read: (value, path) => (options.nullable && value === null ? null : readJson(value, path, options)),
    documentation: objectOnly
      ? { type: 'object', additionalProperties: true }
      : { anyOf: containerSchemas(options.nullable ?? false) },
    rules: [],
  });
}

function readJson(value: unknown, path: string, { objectOnly, maxBytes }: JsonBounds): JsonText | undefined {
  if (value === undefined) return undefined;
  const what = objectOnly ? 'must be a JSON object' : 'must be a JSON object or array, or text of one';
  const isText = typeof value === 'string' && !objectOnly;
  const json = value instanceof JsonText ? value : isText ? textOf(value, path) : serialised(value, path);
  if (!json || (objectOnly && !json.text.startsWith('{'))) throw unreadable(path, what);
  if (!fits(json, maxBytes)) throw unreadable(path, `must be at most ${maxBytes} bytes of JSON`);
  return json;
}

/** What a text holds, to the letter. */
function textOf(text: string, path: string): JsonText | undefined {
  try {
    return readDocument(text);
  } catch (error) {
    if (error instanceof JsonFault && (error.reason === 'depth' || error.reason === 'number')) {
      throw unreadable(path, FAULTS[error.reason]);
    }
    if (error instanceof JsonFault) return undefined;
    throw error;
  }
}

/** An object or array of the same process; it may turn itself into something else (`toJSON`). */
function serialised(value: unknown, path: string): JsonText | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const reason = whyNotJson(value);
  if (reason) throw unreadable(path, reason);
  const text = JSON.stringify(value);
  return text.startsWith('{') || text.startsWith('[') ? new JsonText(text) : undefined;
}

export function fits({ text }: JsonText, maxBytes: number): boolean {
  return text.length * MOST_BYTES_A_UNIT <= maxBytes || Buffer.byteLength(text) <= maxBytes;
}

/** A list of `min` to `max` objects, each held to the rules of its own class. */
export function ListField(
  options: FieldOptions & { of: new () => object; min: number; max: number },
): PropertyDecorator {
  const { of, min, max } = options;
  const field = Field(options, {
    read: (value, path) => (value === undefined ? undefined : readList(value, path, options)),
    documentation: { type: [of], minItems: min, maxItems: max },
    rules: [],
  });
  return (target, name) => {
    listNames.add(String(name));
    field(target, name);
  };
}

function readList(
  value: unknown,
  path: string,
  options: { of: new () => object; min: number; max: number },
): unknown {
  const { of, min, max } = options;
  if (!Array.isArray(value) || value.length < min || value.length > max) {
    throw unreadable(path, `must be a list of ${min} to ${max} objects`);
  }
  const errors: FieldError[] = [];
  const items = value.map((item: unknown, index) => {
    const checked = check(of, item, `${path}.${index}`);
    errors.push(...checked.errors);
    return checked.value;
  });
  if (errors.length > 0) throw new Unreadable(errors);
  return items;
}
