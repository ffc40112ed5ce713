import {
  containerSchemas,
  FAULT_MESSAGES,
  fitsInBytes,
  JsonFault,
  JsonText,
  MAX_JSON_VALUES,
  readDocument,
  reasonForInvalidJson,
} from '../json/index.js';
import type { FieldError } from '../problems/problem.error.js';
import { listNames, textDocuments } from './field-registry.js';
import { Field, fieldErrors, type FieldOptions } from './fields.js';
import { ChoicesQueryField } from './query-fields.js';
import { check, FieldErrors } from './validate.js';

interface JsonBounds {
  readonly maxBytes: number;
  readonly objectOnly?: boolean;
}

/**
 * Any JSON object or array, or a text that holds one, up to `maxBytes` of JSON text; it is stored as text. White
 * space outside strings does not count, except in a text, which is measured before it is parsed.
 */
export function JsonField(options: FieldOptions & JsonBounds): PropertyDecorator {
  const { objectOnly = false, maxBytes } = options;
  const field = Field(options, {
    read: (value, path) => (options.nullable && value === null ? null : readJson(value, path, options)),
    documentation: objectOnly
      ? { type: 'object', additionalProperties: true }
      : { anyOf: containerSchemas(options.nullable ?? false) },
  });
  return (target, name) => {
    const known = textDocuments.get(String(name)) ?? 0;
    if (!objectOnly) textDocuments.set(String(name), Math.max(known, maxBytes));
    field(target, name);
  };
}

function readJson(value: unknown, path: string, { objectOnly, maxBytes }: JsonBounds): JsonText | undefined {
  if (value === undefined) return undefined;
  const what = objectOnly ? 'must be a JSON object' : 'must be a JSON object or array, or text of one';
  const tooLong = `must be at most ${maxBytes} bytes of JSON`;
  const isText = typeof value === 'string' && !objectOnly;
  if (isText && !fitsInBytes(value, maxBytes)) throw fieldErrors(path, tooLong);
  const found = isText ? parseText(value) : value;
  if (found instanceof JsonFault && found.reason in FAULT_MESSAGES) {
    throw fieldErrors(path, FAULT_MESSAGES[found.reason as keyof typeof FAULT_MESSAGES]);
  }
  const json = found instanceof JsonText ? found : serialize(found, path);
  if (!json || (objectOnly && !json.isObject)) throw fieldErrors(path, what);
  if (!json.fitsInBytes(maxBytes)) throw fieldErrors(path, tooLong);
  return json;
}

/** Parses a text to a document or a fault, as the body parser does. */
function parseText(text: string): JsonText | JsonFault {
  try {
    return readDocument(text, MAX_JSON_VALUES);
  } catch (error) {
    if (error instanceof JsonFault) return error;
    throw error;
  }
}

/** Serializes an object or array of an in-process caller; it may have a `toJSON` method. */
function serialize(value: unknown, path: string): JsonText | undefined {
  if (typeof value !== 'object' || value === null || value instanceof JsonFault) return undefined;
  const reason = reasonForInvalidJson(value);
  if (reason) throw fieldErrors(path, reason);
  const text = JSON.stringify(value);
  return text.startsWith('{') || text.startsWith('[') ? JsonText.of(text) : undefined;
}

/** A list of `min` to `max` objects, each validated by its own class. */
export function ListField(
  options: FieldOptions & { of: new () => object; min: number; max: number },
): PropertyDecorator {
  const { of, min, max } = options;
  const field = Field(options, {
    read: (value, path) => (value === undefined ? undefined : readList(value, path, options)),
    documentation: { type: [of], minItems: min, maxItems: max },
  });
  return (target, name) => {
    listNames.add(String(name));
    field(target, name);
  };
}

/** One or more of a fixed set of values, in a body. */
export function ChoicesField(
  options: Pick<FieldOptions, 'description'> & { values: readonly string[] },
): PropertyDecorator {
  const field = ChoicesQueryField(options, (path, index) => `${path}.${index}`);
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
    throw fieldErrors(path, `must be a list of ${min} to ${max} objects`);
  }
  const errors: FieldError[] = [];
  const items = value.map((item: unknown, index) => {
    const checked = check(of, item, `${path}.${index}`);
    errors.push(...checked.errors);
    return checked.value;
  });
  if (errors.length > 0) throw new FieldErrors(errors);
  return items;
}
