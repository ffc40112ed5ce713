import { fieldsOf, type DeclaredField } from './field-registry.js';

/** A JSON schema (draft 2020-12) of an object. */
export interface ObjectSchema extends Readonly<Record<string, unknown>> {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly required: string[];
  readonly additionalProperties: false;
}

/** What OpenAPI has and JSON Schema has not; a schema says in its own way what is required. */
const OPENAPI_ONLY: ReadonlySet<string> = new Set(['enumName', 'example', 'nullable', 'required']);

/**
 * The JSON schema of a request class, from what its fields say for OpenAPI. `null` is not part of it, though it may be sent
 * wherever a field may be left out: it means the same.
 */
export function jsonSchemaOf(Dto: new () => object): ObjectSchema {
  const fields = [...fieldsOf(Dto.prototype as object)];
  return {
    type: 'object',
    properties: Object.fromEntries(fields.map(([name, field]) => [name, propertyOf(field)])),
    required: fields.filter(([, { required }]) => required).map(([name]) => name),
    additionalProperties: false,
  };
}

function propertyOf({ documentation }: DeclaredField): Record<string, unknown> {
  const { example, ...rest } = documentation;
  const type = 'enum' in rest && !('type' in rest) ? { type: 'string' } : {};
  return { ...type, ...withoutOpenApi(rest), ...(example !== undefined && { examples: [example] }) };
}

function withoutOpenApi(schema: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(schema).filter(
    ([name, value]) => !OPENAPI_ONLY.has(name) && value !== undefined,
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [
      name,
      name === 'anyOf' ? (value as Record<string, unknown>[]).map(withoutOpenApi) : value,
    ]),
  );
}
