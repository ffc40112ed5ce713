import type { Role } from '../auth/roles.js';
import { JsonText } from '../json/index.js';
import { jsonSchemaOf, validate, type ObjectSchema } from '../validation/index.js';
import type { Memory, MemoryAccess } from './memory.js';

/** What a tool does to the memory, for clients that ask their user first. Nothing reaches beyond the memory. */
interface Effect {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
}

export const READS: Effect = { readOnlyHint: true, destructiveHint: false, idempotentHint: true };
export const ADDS: Effect = { readOnlyHint: false, destructiveHint: false, idempotentHint: false };
/** A repetition changes nothing. */
export const CHANGES_ONCE: Effect = { readOnlyHint: false, destructiveHint: false, idempotentHint: true };
export const REPLACES: Effect = { readOnlyHint: false, destructiveHint: true, idempotentHint: true };

interface ToolDefinition<Input extends object> {
  readonly name: string;
  readonly title: string;
  /** For the model: when to use it, what comes back, an example. */
  readonly description: string;
  readonly roles: readonly Role[];
  readonly effect: Effect;
  /** The request class of the arguments. */
  readonly input: new () => Input;
  /** The schema of the answer, where that is small. */
  readonly output?: ObjectSchema;
  readonly run: (memory: Memory, input: Input, signal: AbortSignal) => Promise<object>;
}

/** A tool of the memory. */
export interface Tool {
  readonly roles: readonly Role[];
  /** As `tools/list` shows it. */
  readonly listed: {
    readonly name: string;
    readonly title: string;
    readonly description: string;
    readonly inputSchema: ObjectSchema;
    readonly outputSchema?: ObjectSchema;
    readonly annotations: Effect & { readonly openWorldHint: false };
  };
  /** @throws ProblemError where the arguments are not valid, or the memory refuses. */
  readonly call: (access: MemoryAccess, values: unknown, signal: AbortSignal) => Promise<object>;
}

export function defineTool<Input extends object>(definition: ToolDefinition<Input>): Tool {
  const { name, title, description, roles, effect, input, output, run } = definition;
  const inputSchema = jsonSchemaOf(input);
  return {
    roles,
    listed: {
      name,
      title,
      description,
      inputSchema,
      ...(output && { outputSchema: output }),
      annotations: { ...effect, openWorldHint: false },
    },
    call: async (access, values, signal) => {
      const valid = validate(input, withLists(values, inputSchema));
      return access(effect.readOnlyHint ? 'read' : 'write', (memory) => run(memory, valid, signal));
    },
  };
}

/** A list of texts is short; a longer one is left as it is, and refused. */
const MAX_LIST_CHARACTERS = 65_536;

/** The arguments with their lists parsed: the reader of bodies leaves every list as a text. */
function withLists(values: unknown, { properties }: ObjectSchema): unknown {
  if (typeof values !== 'object' || values === null) return values;
  return Object.fromEntries(
    Object.entries(values).map(([name, value]: [string, unknown]) => {
      const isList = value instanceof JsonText && properties[name]?.['type'] === 'array';
      return [name, isList && value.text.length <= MAX_LIST_CHARACTERS ? value.parse() : value];
    }),
  );
}
