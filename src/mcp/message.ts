import { JsonText, parseBody } from '../json/index.js';
import { ProblemError } from '../problems/problem.error.js';
import { listNames, textDocuments } from '../validation/index.js';

/** The largest request: a message with 1 MB of text and as much of tool calls, with room for escapes. */
export const MAX_MESSAGE_BYTES = 4 * 1_048_576;

/** What a client says about itself and its request is small. */
const MAX_PARAMETER_BYTES = 65_536;

/**
 * Reads the message that a body holds (JSON-RPC) as the tools need it: the arguments of a call as the body of a route is
 * read, in slices and with documents verbatim, and everything else as plain objects.
 * @param body as the body reader left it: its members that are objects are texts.
 * @throws ProblemError `malformed_request`, or `malformed_json`, `too_many_values`, `validation_failed` of the reader.
 */
export async function readMessage(body: unknown): Promise<unknown> {
  if (body instanceof JsonText)
    throw new ProblemError('malformed_request', 'The body is a list: send one message in each request.');
  if (typeof body !== 'object' || body === null) return body;
  return { ...plain(body, 'params'), ...('params' in body && { params: await readParameters(body.params) }) };
}

async function readParameters(params: unknown): Promise<unknown> {
  const members = await readMembers(params);
  if (typeof members !== 'object' || members === null || !('arguments' in members))
    return members && plain(members);
  const values = await readMembers(members.arguments, listNames, textDocuments);
  return { ...plain(members, 'arguments'), arguments: values };
}

/** Reads the members of an object; what is none stays as it is. */
async function readMembers(
  value: unknown,
  lists: ReadonlySet<string> = new Set(),
  texts: ReadonlyMap<string, number> = new Map(),
): Promise<object | null | undefined> {
  if (value === null || value === undefined) return value;
  return value instanceof JsonText
    ? ((await parseBody(Buffer.concat(await value.encoded()), lists, texts)) as object)
    : value;
}

/** The object with its texts parsed, without the member that is read in another way. */
function plain(object: object, without?: string): Record<string, unknown> {
  const members = Object.entries(object).filter(([name]) => name !== without);
  return Object.fromEntries(members.map(([name, value]) => [name, parsed(name, value)]));
}

function parsed(name: string, value: unknown): unknown {
  if (!(value instanceof JsonText)) return value;
  if (value.text.length <= MAX_PARAMETER_BYTES) return value.parse();
  throw new ProblemError(
    'malformed_request',
    `${name.slice(0, 100)} is larger than ${MAX_PARAMETER_BYTES} bytes.`,
  );
}
