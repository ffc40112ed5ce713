import { PROBLEMS, type ProblemCode } from '../../../src/problems/catalogue.js';
import type { AnswerChecker } from '../openapi.js';
import type { Contract, Operation } from './contract.js';
import type { Expectation, WireRequest } from './draft.js';
import { pathOf } from './contract.js';
import type { Answer } from './wire.js';

/** Past it, an address and a token may be more than headers may be. */
const LONG_TARGET = 8000;
/** Internals of the service that no answer may contain. */
const INTERNALS = /\bat \S+ \(|node_modules|\.ts:\d|\.js:\d|SELECT |INSERT INTO|SQLITE_|jarvis\.db/;
const PROBLEM = 'application/problem+json';
const REQUEST_ID = /^[\w.:-]{1,128}$/;
/** Statuses that depend on rows and time, which a valid request may get. */
const STATE_DEPENDENT = [404, 409, 429];
const OTHER_PATHS = ['/api/docs', '/api/openapi.json'];

export interface Case {
  readonly request: WireRequest;
  readonly expects: Expectation;
  readonly mayHangUp: boolean;
  /** Whether the credential may not do everything. */
  readonly isLimited: boolean;
}

/** Checks an answer: by itself, against the OpenAPI document, and against the expectation. */
export class Judge {
  constructor(
    private readonly contract: Contract,
    private readonly checker: AnswerChecker,
  ) {}

  /** @returns what is wrong, or undefined. */
  violation(one: Case, answer: Answer): string | undefined {
    if (answer.status === 0) return one.mayHangUp ? undefined : `no answer: ${answer.error ?? 'closed'}`;
    if (answer.status >= 500) return `${answer.status}: a fault of the service`;
    return (
      this.wrongByItself(one.request, answer) ??
      (one.request.bytes ? undefined : this.wrongByDocument(one.request, answer)) ??
      this.wrongByExpectation(one, answer)
    );
  }

  private wrongByItself(request: WireRequest, answer: Answer): string | undefined {
    const inside = INTERNALS.exec(answer.text)?.[0];
    if (inside !== undefined && answer.status >= 400 && !wasSent(request, inside))
      return `it tells its insides: ${inside}`;
    if (answer.status >= 400 && request.method !== 'HEAD') return wrongProblem(answer);
    return undefined;
  }

  private wrongByDocument({ method, target }: WireRequest, answer: Answer): string | undefined {
    const operation = this.contract.find(method, target);
    if (!operation) return wrongOutside(method, target, answer);
    // Before any route is looked for, a request may turn out to be no HTTP that this service speaks.
    if (isBelowRoutes(answer)) return undefined;
    if (method === 'HEAD') {
      return operation.statuses.has(answer.status) ? undefined : `HEAD: ${answer.status} is not documented`;
    }
    const type = answer.headers['content-type'] ?? '';
    const isEmpty = answer.status === 204 || answer.status === 304;
    const body = isEmpty || !/[/+]json\b/.test(type) ? answer.text : answer.body;
    const path = operation.template.replace(/\{\w+\}/g, 'x');
    return this.checker.mismatch(operation.method, path, answer.status, type, body);
  }

  private wrongByExpectation({ request, expects, isLimited }: Case, answer: Answer): string | undefined {
    const { status } = answer;
    if (isLimited && (status === 401 || status === 403)) return undefined;
    // Twenty names of a query may each be valid, and together be longer than headers may be.
    if (status === 431 && request.target.length > LONG_TARGET) return undefined;
    switch (expects.is) {
      case 'anything':
        return undefined;
      case 'taken':
        return isAccepted(status, this.contract.find(request.method, request.target))
          ? undefined
          : `a valid request was refused with ${status}`;
      case 'status':
        return expects.statuses.includes(status)
          ? undefined
          : `${status} where ${expects.statuses.join(' or ')} was expected`;
      case 'refused':
        if (expects.orMissing === true && status === 404) return undefined;
        return wrongRefusal(expects.field, answer);
    }
  }
}

function isAccepted(status: number, operation: Operation | undefined): boolean {
  if ((status >= 200 && status < 300) || status === 304) return true;
  return STATE_DEPENDENT.includes(status) && operation?.statuses.has(status) === true;
}

function wrongRefusal(field: string | undefined, { status, body }: Answer): string | undefined {
  if (status !== 400) return `${status} where 400 was expected${field ? ` for ${field}` : ''}`;
  if (field === undefined) return undefined;
  const { code, errors = [] } = body as { code?: string; errors?: { field: string }[] };
  if (code !== 'validation_failed') return `${String(code)} where validation_failed was expected`;
  const fields = errors.map((error) => error.field);
  return fields.some((one) => one === field || one.startsWith(`${field}.`))
    ? undefined
    : `the field ${JSON.stringify(field)} was expected among ${JSON.stringify(fields)}`;
}

/** What no operation of the document is reached by. */
function wrongOutside(method: string, target: string, { status, headers }: Answer): string | undefined {
  if (method === 'OPTIONS')
    return [200, 204, 400, 404, 414, 431].includes(status) ? undefined : `OPTIONS: ${status}`;
  const path = pathOf(target).toLowerCase();
  if (OTHER_PATHS.some((served) => path.startsWith(served))) return status < 500 ? undefined : `${status}`;
  if (status >= 400) return undefined;
  return `${status} ${headers['content-type'] ?? ''} where the document has no operation`;
}

function isBelowRoutes({ status, body }: Answer): boolean {
  const code = (body as { code?: string } | undefined)?.code;
  return status === 431 || (status === 400 && code === 'malformed_request');
}

/** An error answer is a problem document, whole and in agreement with itself. */
function wrongProblem({ status, headers, body }: Answer): string | undefined {
  if (!headers['content-type']?.startsWith(PROBLEM))
    return `${status} is ${headers['content-type'] ?? 'untyped'}`;
  const problem = body as Record<string, unknown>;
  const code = String(problem['code']) as ProblemCode;
  if (!(code in PROBLEMS)) return `the code ${code} is not known`;
  if (PROBLEMS[code].status !== status || problem['status'] !== status)
    return `${code} with the status ${status}`;
  if (problem['type'] !== `/api/problems/${code}`) return `the type is ${String(problem['type'])}`;
  if (problem['title'] !== PROBLEMS[code].title) return `the title is ${String(problem['title'])}`;
  if (!/\S/.test(String(problem['detail'] ?? ''))) return 'it has no detail';
  const id = String(problem['requestId']);
  if (!REQUEST_ID.test(id) || headers['x-request-id'] !== id) return `the requestId is ${id}`;
  return wrongErrors(code, problem['errors']);
}

function wrongErrors(code: ProblemCode, errors: unknown): string | undefined {
  if (code !== 'validation_failed') return errors === undefined ? undefined : `${code} names fields`;
  const isList = Array.isArray(errors) && errors.length > 0 && errors.length <= 20;
  return isList ? undefined : 'validation_failed names no field, or too many';
}

function wasSent({ target, headers, body }: WireRequest, text: string): boolean {
  const sent = `${target} ${safelyDecoded(target)} ${JSON.stringify(headers)} ${String(body ?? '')}`;
  return sent.includes(text.trim());
}

function safelyDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
