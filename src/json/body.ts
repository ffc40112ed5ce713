import { invalidInput, ProblemError } from '../problems/problem.error.js';
import { JsonReader } from './reader.js';
import { JsonFault } from './tokens.js';
import { TextDocuments } from './text-documents.js';
import {
  FAULTS,
  isPlainObject,
  MAX_JSON_DEPTH,
  MOST_NAME,
  MOST_NUMBER,
  MOST_TEXT,
  MOST_VALUES,
} from './values.js';

/** The most values outside the documents of a body: a full batch has 11 000. */
const MOST_FIELDS = 20_000;

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * Reads the body of a request: an object whose scalar members are what they are, and whose members that are objects
 * or arrays are `JsonText`. It is looked through before anything of it is built, and what is large with turns of the
 * event loop in between, so that no body holds up the requests of others.
 * @param bytes UTF-8, which is used up.
 * @param lists the members that are lists of objects, which are read like the body itself.
 * @param texts the members that may be the text of a document, each with its most bytes. Where one is, it becomes
 *   `JsonText`, or the `JsonFault` that was found in it.
 * @throws ProblemError `malformed_json`; `too_many_values`; `validation_failed` where a document is nested too deep or holds
 *   a number that no double can hold, or a number, a name or a text that is too long.
 */
export async function parseBody(
  bytes: Buffer,
  lists: ReadonlySet<string>,
  texts: ReadonlyMap<string, number>,
): Promise<unknown> {
  const hasMark = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const reader = new JsonReader(hasMark ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes, {
    mostValues: MOST_VALUES,
    mostFields: MOST_FIELDS,
    mostDepth: MAX_JSON_DEPTH,
    onlyDoubles: true,
    mostName: MOST_NAME,
    mostText: MOST_TEXT,
    mostNumber: MOST_NUMBER,
    lists,
  });
  try {
    const body = await reader.readInSlices();
    if (isPlainObject(body)) await new TextDocuments(texts, reader.values).unpack(body, lists);
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
    const most = reason === 'values' ? `${MOST_VALUES} JSON values` : `${MOST_FIELDS} fields`;
    return new ProblemError('too_many_values', `The body holds more than ${most}.`);
  }
  return invalidInput([{ field: reader.path, message: FAULTS[reason] }]);
}
