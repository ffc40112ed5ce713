import { invalidInput, ProblemError } from '../problems/problem.error.js';
import { JsonReader } from './reader.js';
import { JsonFault } from './tokens.js';
import { TextDocuments } from './text-documents.js';
import {
  FAULT_MESSAGES,
  isPlainObject,
  MAX_JSON_DEPTH,
  MAX_NAME_BYTES,
  MAX_NUMBER_BYTES,
  MAX_TEXT_BYTES,
  MAX_JSON_VALUES,
} from './values.js';

/** The most values outside the documents of a body; a full batch of events has 11 000. */
const MAX_FIELDS = 20_000;

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * Parses the body of a request: an object whose scalar members are JavaScript values, and whose members that are
 * objects or arrays are `JsonText`. The text is scanned before anything is built from it, and a large one in slices
 * with turns of the event loop in between, so that no body blocks other requests.
 * @param bytes UTF-8; the buffer is overwritten.
 * @param lists the members that are lists of objects, whose elements are parsed like the body itself.
 * @param texts the members that may be the text of a document, each with its maximum in bytes. Such a text becomes
 * `JsonText`, or the `JsonFault` that was found in it.
 * @throws ProblemError `malformed_json`; `too_many_values`; `validation_failed` where a document is nested too deep
 * or holds a number outside the range of a double, or where a number, a name or a text is too long.
 */
export async function parseBody(
  bytes: Buffer,
  lists: ReadonlySet<string>,
  texts: ReadonlyMap<string, number>,
): Promise<unknown> {
  const hasMark = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const reader = new JsonReader(hasMark ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes, {
    maxValues: MAX_JSON_VALUES,
    maxFields: MAX_FIELDS,
    maxDepth: MAX_JSON_DEPTH,
    onlyDoubles: true,
    maxNameBytes: MAX_NAME_BYTES,
    maxTextBytes: MAX_TEXT_BYTES,
    maxNumberBytes: MAX_NUMBER_BYTES,
    lists,
  });
  try {
    const body = await reader.readInSlices();
    if (isPlainObject(body)) await new TextDocuments(texts, reader.values).parse(body, lists);
    if (typeof body === 'object' && body !== null) return body;
  } catch (error) {
    throw error instanceof JsonFault ? toProblem(error, reader) : error;
  }
  throw new ProblemError('malformed_json', 'The body is not a JSON object.');
}

function toProblem({ reason, at }: JsonFault, reader: JsonReader): ProblemError {
  if (reason === 'malformed')
    return new ProblemError('malformed_json', `The body is not JSON at byte ${at}.`);
  if (reason === 'fields' || reason === 'values') {
    const limit = reason === 'values' ? `${MAX_JSON_VALUES} JSON values` : `${MAX_FIELDS} fields`;
    return new ProblemError('too_many_values', `The body holds more than ${limit}.`);
  }
  return invalidInput([{ field: reader.path, message: FAULT_MESSAGES[reason] }]);
}
