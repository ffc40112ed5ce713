import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeApi } from '../../src/http/docs/index.js';
import { AnswerChecker } from '../support/openapi.js';
import { Contract } from '../support/fuzz/contract.js';
import { Judge, type Case } from '../support/fuzz/judge.js';
import { fuzz } from '../support/fuzz/run.js';
import type { Answer } from '../support/fuzz/wire.js';
import { startService, type TestService } from '../support/service.js';

const REQUESTS = 2000;
const SEED = 20_261_122;

/** `npm run fuzz` sends twenty thousand, with another seed each time. */
describe('Requests made from the OpenAPI document, valid, almost valid and hostile,', () => {
  it(`find nothing in ${REQUESTS} with the seed ${SEED}`, async () => {
    const report = await fuzz({ requests: REQUESTS, seed: SEED });
    expect(report.findings.join('\n\n')).toBe('');
    expect(report.neverTaken).toEqual([]);
    expect(report.acceptedShare).toBeGreaterThan(0.3);
    expect(report.rowsReadBack).toBeGreaterThan(200);
  }, 180_000);
});

describe('The judge of the answers to them', () => {
  let service: TestService;
  let judge: Judge;

  beforeAll(async () => {
    service = await startService();
    const document = describeApi(service.app);
    judge = new Judge(new Contract(document), new AnswerChecker(document));
  });
  afterAll(() => service.destroy());

  const PROBLEM = {
    type: '/api/problems/validation_failed',
    title: 'The request is not valid',
    status: 400,
    detail: 'Not valid: limit.',
    code: 'validation_failed',
    requestId: 'abc',
    errors: [{ field: 'limit', message: 'is wrong' }],
  };

  function anAnswer(status: number, body: unknown, more: Partial<Answer> = {}): Answer {
    const type = status < 400 ? 'application/json; charset=utf-8' : 'application/problem+json; charset=utf-8';
    const headers = { 'content-type': type, 'x-request-id': 'abc' };
    return { status, headers, body, text: JSON.stringify(body), ...more };
  }

  function aCase(parts: Partial<Case> = {}, target = '/api/memory/events', method = 'GET'): Case {
    const request = { method, target, headers: {} };
    return { request, expects: { is: 'anything' }, mayHangUp: false, isLimited: false, ...parts };
  }

  const EMPTY = { events: [], nextCursor: null };
  const LIMIT = { is: 'refused', field: 'limit' } as const;

  it.each<[string, Case, Answer]>([
    ['a list', aCase({ expects: { is: 'taken' } }), anAnswer(200, EMPTY)],
    ['the refusal that was expected', aCase({ expects: LIMIT }), anAnswer(400, PROBLEM)],
    [
      'silence after bytes that are no request',
      aCase({ mayHangUp: true }),
      anAnswer(0, undefined, { text: '', headers: {} }),
    ],
  ])('is content with %s', (_, one, answer) => {
    expect(judge.violation(one, answer)).toBeUndefined();
  });

  it.each<[string, Case, Answer, RegExp]>([
    ['a fault of the service', aCase(), anAnswer(503, PROBLEM), /503/],
    ['no answer', aCase(), anAnswer(0, undefined, { error: 'reset' }), /reset/],
    ['a field that is not documented', aCase(), anAnswer(200, { ...EMPTY, more: 1 }), /additional/],
    ['a field of another type', aCase(), anAnswer(200, { events: {}, nextCursor: null }), /array/],
    ['a status that is not documented', aCase(), anAnswer(201, EMPTY), /201/],
    [
      'another type of content',
      aCase(),
      anAnswer(200, EMPTY, { headers: { 'content-type': 'text/html' } }),
      /html/,
    ],
    ['success where there is no operation', aCase({}, '/api/nowhere'), anAnswer(200, EMPTY), /no operation/],
    ['an error that is no problem', aCase(), anAnswer(400, PROBLEM, { headers: {} }), /untyped/],
    ['a status that contradicts the code', aCase(), anAnswer(404, PROBLEM), /validation_failed/],
    ['a code that nobody knows', aCase(), anAnswer(400, { ...PROBLEM, code: 'oops' }), /oops/],
    ['a request id of its own', aCase(), anAnswer(400, { ...PROBLEM, requestId: 'other' }), /requestId/],
    ['bad input without a field', aCase(), anAnswer(400, { ...PROBLEM, errors: [] }), /no field/],
    [
      'the wrong field',
      aCase({ expects: LIMIT }),
      anAnswer(400, { ...PROBLEM, errors: [{ field: 'since', message: 'x' }] }),
      /limit/,
    ],
    ['bad input that was taken', aCase({ expects: LIMIT }), anAnswer(200, EMPTY), /400 was expected/],
    [
      'a valid request that was refused',
      aCase({ expects: { is: 'taken' } }),
      anAnswer(400, PROBLEM),
      /valid request/,
    ],
    [
      'an error that tells SQL',
      aCase(),
      anAnswer(400, { ...PROBLEM, detail: 'SELECT id FROM events' }),
      /insides/,
    ],
  ])('notices %s', (_, one, answer, wrong) => {
    expect(judge.violation(one, answer)).toMatch(wrong);
  });
});
