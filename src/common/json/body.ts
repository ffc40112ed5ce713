import { invalidInput, ProblemError } from '../problem/problem.error.js';
import { JsonReader } from './reader.js';
import { JsonFault } from './tokens.js';
import { FAULTS, MAX_JSON_DEPTH } from './values.js';

/** The most values that a body holds, and the most that lie outside its documents: a full batch has 11 000. */
export const MOST_VALUES = 200_000;
const MOST_FIELDS = 20_000;

const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * Reads the body of a request: an object whose scalar members are what they are, and whose members that are objects
 * or arrays are `JsonText`. It is looked through before anything of it is built, and what is large with turns of the
 * event loop in between, so that no body holds up the requests of others.
 * @param bytes UTF-8, which is used up.
 * @param lists the members that are lists of objects, which are read like the body itself.
 * @throws ProblemError `malformed_json`; `too_many_values`; `validation_failed` where a document is nested too deep or
 *   holds a number that no double can hold.
 */
export async function parseBody(bytes: Buffer, lists: ReadonlySet<string>): Promise<unknown> {
  const hasMark = bytes.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK);
  const reader = new JsonReader(hasMark ? bytes.subarray(BYTE_ORDER_MARK.length) : bytes, {
    mostValues: MOST_VALUES,
    mostFields: MOST_FIELDS,
    mostDepth: MAX_JSON_DEPTH,
    onlyDoubles: true,
    lists,
  });
  try {
    const body = await reader.readInSlices();
    if (typeof body === 'object' && body !== null) return body;
  } catch (error) {
    throw error instanceof JsonFault ? toProblem(error, reader) : error;
  }
  throw new ProblemError('malformed_json', 'The body is not a JSON object.');
}

function toProblem({ reason, at }: JsonFault, reader: JsonReader): ProblemError {
  if (reason === 'depth' || reason === 'number') {
    return invalidInput([{ field: reader.path, message: FAULTS[reason] }]);
  }
  if (reason === 'malformed')
    return new ProblemError('malformed_json', `The body is not JSON at byte ${at}.`);
  const most = reason === 'values' ? `${MOST_VALUES} JSON values` : `${MOST_FIELDS} fields`;
  return new ProblemError('too_many_values', `The body holds more than ${most}.`);
}
