import type { OpenAPIObject } from '@nestjs/swagger';

type Node = Record<string, unknown>;

export interface Operation {
  readonly method: 'get' | 'post' | 'put' | 'delete';
  /** Below `/api`, with `{parameters}`. */
  readonly path: string;
  readonly needsToken: boolean;
  /** The operation as the document has it. */
  readonly node: Node;
}

/** Every operation of the document. */
export function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Node>).map(([method, node]) => ({
      method: method as Operation['method'],
      path: path.replace(/^\/api/, ''),
      needsToken: Array.isArray(node['security']) && node['security'].length > 0,
      node,
    })),
  );
}

/** The path as Swagger UI sends it: with the examples of its parameters, the first of a choice, the defaults of its query. */
export function examplePath(document: OpenAPIObject, { path, node }: Operation): string {
  const query: string[] = [];
  let filled = path;
  for (const parameter of (node['parameters'] ?? []) as Node[]) {
    const name = String(parameter['name']);
    const schema = resolve(document, parameter['schema'] as Node);
    const [first] = parameter['required'] === true ? ((schema['enum'] ?? []) as unknown[]) : [];
    const value = parameter['example'] ?? schema['example'] ?? schema['default'] ?? first;
    if (parameter['in'] === 'path') filled = filled.replace(`{${name}}`, encodeURIComponent(String(value)));
    else if (parameter['in'] === 'query' && value !== undefined)
      query.push(`${name}=${encodeURIComponent(String(value))}`);
  }
  return query.length > 0 ? `${filled}?${query.join('&')}` : filled;
}

/** What an operation takes as JSON. */
function mediaOf({ node }: Operation): { schema: Node; examples?: Record<string, Node> } | undefined {
  const body = node['requestBody'] as
    { content: Record<string, { schema: Node; examples?: Record<string, Node> }> } | undefined;
  return body?.content['application/json'];
}

/** Whether its fields do not all go together, so that it has whole bodies as examples. */
export function takesOneOfSeveral(operation: Operation): boolean {
  return mediaOf(operation)?.examples !== undefined;
}

/** The body that Swagger UI shows for an operation: the first of its own, else one made of the examples in its schema. */
export function exampleBody(document: OpenAPIObject, operation: Operation): unknown {
  const media = mediaOf(operation);
  const [first] = Object.values(media?.examples ?? {});
  return first ? first['value'] : media && exampleOf(document, media.schema);
}

/** An example of a schema: the one that it has, else one made of the examples of its parts. */
export function exampleOf(document: OpenAPIObject, given: Node): unknown {
  const schema = resolve(document, given);
  if ('example' in schema) return schema['example'];
  if ('default' in schema) return schema['default'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  if (schema['type'] === 'array') return [exampleOf(document, schema['items'] as Node)];
  if (schema['type'] === 'object') {
    const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Node>);
    return Object.fromEntries(properties.map(([name, part]) => [name, exampleOf(document, part)]));
  }
  return { string: 'string', integer: 0, number: 0, boolean: true }[String(schema['type'])];
}

/** Follows `$ref` and merges `allOf`; what stands beside them goes before what they lead to. */
function resolve(document: OpenAPIObject, { $ref, allOf = [], ...own }: Node): Node {
  const name = typeof $ref === 'string' ? $ref.split('/').at(-1) : undefined;
  const target =
    name === undefined ? {} : resolve(document, (document.components?.schemas?.[name] ?? {}) as Node);
  const parts = (allOf as Node[]).map((part) => resolve(document, part));
  return Object.assign({}, target, ...parts, own) as Node;
}
