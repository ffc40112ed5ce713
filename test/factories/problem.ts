import { expect } from '@jest/globals';
import { PROBLEMS, type ProblemCode } from '../../src/problems/catalogue.js';

/** Expects a whole problem document of this kind that names exactly these fields, in any order. */
export function expectProblem(body: unknown, code: ProblemCode, fields: readonly string[] = []): void {
  const { status, title } = PROBLEMS[code];
  expect(body).toEqual({
    type: `/api/problems/${code}`,
    title,
    status,
    detail: expect.stringMatching(/\S/),
    code,
    requestId: expect.stringMatching(/^[\w.:-]{1,128}$/),
    ...(fields.length > 0 && { errors: expect.any(Array) }),
  });
  expect(namedFields(body)).toEqual([...fields].sort());
}

/** The fields that a problem names, sorted. */
export function namedFields(problem: unknown): string[] {
  const { errors = [] } = problem as { errors?: readonly { field: string; message: string }[] };
  for (const { message } of errors) expect(message).toMatch(/\S/);
  return errors.map(({ field }) => field).sort();
}
