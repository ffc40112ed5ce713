import { Ajv, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import type { OpenAPIObject } from '@nestjs/swagger';

interface OpenApiNode {
  [key: string]: unknown;
}

/** Says how an answer differs from what the OpenAPI document promises for its operation and status. */
export class AnswerChecker {
  private readonly ajv: Ajv;
  private readonly known = new Map<string, ValidateFunction>();
  private readonly document: OpenApiNode;

  constructor(document: OpenAPIObject) {
    this.document = closed(JSON.parse(JSON.stringify(document))) as OpenApiNode;
    this.ajv = new Ajv({ strict: false, allErrors: true });
    (formats as unknown as (ajv: Ajv) => void)(this.ajv);
    this.ajv.addSchema(this.document, 'api');
  }

  /** @returns what is wrong, or undefined. */
  mismatch(method: string, path: string, status: number, type: string, body: unknown): string | undefined {
    const template = this.templateOf(path);
    if (!template) return status === 404 ? undefined : `no such path in the document: ${path}`;
    const operation = at(this.document, 'paths', template, method.toLowerCase());
    if (!operation)
      return status === 404 ? undefined : `no such operation in the document: ${method} ${template}`;
    const response = at(operation, 'responses', String(status));
    if (!response) return `${method} ${template} does not document the status ${status}`;
    if (status === 204 || status === 304) return body === '' ? undefined : `a ${status} has no body`;
    const media = type.split(';')[0] ?? '';
    if (!at(response, 'content', media)) return `${method} ${template} ${status} does not document ${media}`;
    const place = [
      'paths',
      template,
      method.toLowerCase(),
      'responses',
      String(status),
      'content',
      media,
      'schema',
    ];
    const validate = this.validatorAt(place);
    return validate(body)
      ? undefined
      : `${method} ${template} ${status}: ${this.ajv.errorsText(validate.errors)}`;
  }

  private templateOf(path: string): string | undefined {
    const templates = Object.keys(this.document.paths as OpenApiNode);
    return (
      templates.find((template) => template === path) ??
      templates.find((template) => new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+')}$`).test(path))
    );
  }

  private validatorAt(place: string[]): ValidateFunction {
    const pointer = place
      .map((part) => encodeURIComponent(part.replace(/~/g, '~0').replace(/\//g, '~1')))
      .join('/');
    const known = this.known.get(pointer) ?? this.ajv.compile({ $ref: `api#/${pointer}` });
    this.known.set(pointer, known);
    return known;
  }
}

function at(node: OpenApiNode, ...keys: string[]): OpenApiNode | undefined {
  return keys.reduce<OpenApiNode | undefined>((inner, key) => inner?.[key] as OpenApiNode | undefined, node);
}

/** Objects with named properties hold nothing else: an undocumented field in an answer is a finding. */
function closed(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== 'object' || node === null) return node;
  const copy = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, closed(value)]));
  const names = copy.properties;
  const isSchema = copy.type === 'object' && typeof names === 'object' && names !== null;
  return isSchema ? { additionalProperties: false, ...copy } : copy;
}
