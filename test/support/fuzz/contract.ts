import type { OpenAPIObject } from '@nestjs/swagger';

/** A schema of the document with what it refers to put in its place. */
export type Schema = Readonly<Record<string, unknown>>;

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

export interface Operation {
  /** `GET /api/memory/events/{id}`. */
  readonly id: string;
  readonly method: string;
  readonly template: string;
  readonly parameters: readonly Parameter[];
  readonly body: { readonly required: boolean; readonly schema: Schema } | undefined;
  readonly isSecured: boolean;
  readonly statuses: ReadonlySet<number>;
}

type Node = Record<string, unknown>;

const METHODS = ['get', 'post', 'put', 'patch', 'delete', 'head', 'options'];

/** What the service promises in its OpenAPI document, in the form in which requests are made from it. */
export class Contract {
  readonly operations: readonly Operation[];

  constructor(private readonly document: OpenAPIObject) {
    this.operations = Object.entries(document.paths).flatMap(([template, item]) =>
      Object.entries(item as Node)
        .filter(([method]) => METHODS.includes(method))
        .map(([method, node]) => this.operationOf(method.toUpperCase(), template, node as Node)),
    );
  }

  /**
   * The operation that a request reaches. Express, and with it this service, reads paths without regard to case and
   * to one slash at the end.
   */
  find(method: string, target: string): Operation | undefined {
    const path = pathOf(target).replace(/(?<=.)\/$/, '');
    const wanted = method === 'HEAD' ? 'GET' : method;
    const fitting = this.operations.filter((one) => one.method === wanted && fits(one.template, path));
    return fitting.find(({ template }) => !template.includes('{')) ?? fitting[0];
  }

  private operationOf(method: string, template: string, node: Node): Operation {
    const parameters = ((node['parameters'] ?? []) as Node[]).map((one) => ({
      name: String(one['name']),
      in: one['in'] as Parameter['in'],
      required: one['required'] === true,
      schema: this.resolved(one['schema'] as Schema),
    }));
    const body = node['requestBody'] as { required?: boolean; content: Record<string, Node> } | undefined;
    const json = body?.content['application/json'];
    return {
      id: `${method} ${template}`,
      method,
      template,
      parameters,
      body: json && {
        required: body.required === true,
        schema: this.resolved(json['schema'] as Schema),
      },
      isSecured: Array.isArray(node['security']) && node['security'].length > 0,
      statuses: new Set(Object.keys(node['responses'] as Node).map(Number)),
    };
  }

  /** Follows `$ref` and merges `allOf`, all the way down. What stands beside them goes before what they lead to. */
  private resolved(given: Schema): Schema {
    const { $ref, allOf = [], ...own } = given;
    const name = typeof $ref === 'string' ? $ref.split('/').at(-1) : undefined;
    const target = name === undefined ? {} : this.resolved(this.named(name));
    const parts = (allOf as Schema[]).map((part) => this.resolved(part));
    const merged: Node = Object.assign({}, target, ...parts, own) as Node;
    if (merged['items']) merged['items'] = this.resolved(merged['items'] as Schema);
    for (const choice of ['anyOf', 'oneOf']) {
      if (merged[choice]) merged[choice] = (merged[choice] as Schema[]).map((part) => this.resolved(part));
    }
    if (merged['properties']) {
      const properties = Object.entries(merged['properties'] as Record<string, Schema>);
      merged['properties'] = Object.fromEntries(properties.map(([key, part]) => [key, this.resolved(part)]));
    }
    return merged;
  }

  private named(name: string): Schema {
    return (this.document.components?.schemas?.[name] ?? {}) as Schema;
  }
}

/** The path of a request target, without query, and without the origin that an absolute target has. */
export function pathOf(target: string): string {
  return (target.replace(/^https?:\/\/[^/?#]*/i, '').split(/[?#]/)[0] ?? '') || '/';
}

/** The values of the parameters in a path, decoded. */
export function parametersIn(template: string, target: string): Record<string, string> {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const values =
    patternOf(template)
      .exec(pathOf(target).replace(/(?<=.)\/$/, ''))
      ?.slice(1) ?? [];
  return Object.fromEntries(names.map((name, index) => [name, decoded(values[index] ?? '')]));
}

function fits(template: string, path: string): boolean {
  return patternOf(template).test(path);
}

const patterns = new Map<string, RegExp>();

function patternOf(template: string): RegExp {
  const known = patterns.get(template) ?? new RegExp(`^${template.replace(/\{\w+\}/g, '([^/]+)')}$`, 'i');
  patterns.set(template, known);
  return known;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
