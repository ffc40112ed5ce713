import { applyDecorators, HttpCode, SetMetadata, UseGuards, type Type } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCookieAuth,
  ApiExtension,
  ApiExtraModels,
  ApiOperation,
  ApiResponse,
  ApiSecurity,
  type ApiResponseOptions,
  getSchemaPath,
} from '@nestjs/swagger';
import { BODY_LIMIT_METADATA } from '../body/body-limits.js';
import { PROBLEMS, problemType, type ProblemCode } from '../../problems/catalogue.js';
import { ProblemDto } from '../../problems/problem.dto.js';
import { RefuseQueryGuard } from './refuse-query.guard.js';
import { describeAnswer } from './response-fields.js';
import { ROLES, ROUTE_ROLES, type Role } from '../../auth/roles.js';

interface EndpointOptions<Answer> {
  readonly summary: string;
  readonly description?: string;
  /** The class of the answer; none for 204. */
  readonly answer?: Type<Answer>;
  readonly status?: 200 | 201 | 204;
  /** The problems of this endpoint in addition to the common ones. */
  readonly problems?: readonly ProblemCode[];
  /** The roles that may call it. A route that is neither public nor has roles is refused to everyone. */
  readonly roles?: readonly Role[];
  /** Whether the route has query parameters; otherwise any is refused. */
  readonly takesQuery?: boolean;
  /** The largest body in bytes; default `DEFAULT_BODY_BYTES`. */
  readonly body?: number;
  /** Whether the answer carries a `Location` header; see `created`. */
  readonly location?: boolean;
}

/** The problems of every route below `/memory`. */
export const READ_PROBLEMS = [
  'unauthorized',
  'database_unavailable',
  'database_busy',
  'read_queue_full',
  'traffic_full',
] as const;
export const WRITE_PROBLEMS = [...READ_PROBLEMS, 'write_queue_full', 'storage_full'] as const;
const OF_BODIES = [
  'validation_failed',
  'malformed_json',
  'too_many_values',
  'request_timeout',
  'payload_too_large',
  'unsupported_media_type',
] as const;
export const BODY_PROBLEMS = [...WRITE_PROBLEMS, ...OF_BODIES] as const;
/** The problems of a route that reads what a body asks for. */
export const READ_BODY_PROBLEMS = [...READ_PROBLEMS, ...OF_BODIES] as const;

/** The problems of a route that takes a password from anybody. */
export const LOGIN_PROBLEMS = ['wrong_password', 'too_many_requests', 'traffic_full', ...OF_BODIES] as const;

/** The problem of every endpoint but health. */
const LIMIT_PROBLEMS = ['too_many_requests'] as const;
const ROLE_PROBLEMS = ['unauthorized', 'forbidden'] as const;
/** The name of the second security scheme in the OpenAPI document; the others are Swagger's `bearer` and `cookie`. */
export const API_KEY_SCHEME = 'apiKey';

/** The problems of every endpoint: an unknown query parameter or body, an undecodable path, a fault. */
const COMMON_PROBLEMS = ['validation_failed', 'malformed_request', 'internal_error'] as const;

/** Documents the problems of every endpoint; `Endpoint` includes them. */
export function CommonProblems(): ClassDecorator & MethodDecorator {
  return applyDecorators(...problemResponses(COMMON_PROBLEMS));
}

/** One decorator an endpoint: status, summary, answer, problems and `Location`. */
export function Endpoint<Answer>(options: EndpointOptions<Answer>): MethodDecorator {
  const { summary, description, answer, status = 200, problems = [], takesQuery, roles, body } = options;
  const headers = options.location
    ? {
        Location: { description: 'Path of the new resource.', schema: { type: 'string' } },
      }
    : undefined;
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ summary, description: describeRoles(description, roles) }),
    ...(answer || status === 204 ? [successResponse(status, answer, headers)] : []),
    ...problemResponses([
      ...(roles ? ROLE_PROBLEMS : []),
      ...problems,
      ...LIMIT_PROBLEMS,
      ...COMMON_PROBLEMS,
    ]),
    ...(roles ? [requireRoles(roles)] : []),
    ...(body === undefined ? [] : [SetMetadata(BODY_LIMIT_METADATA, body)]),
    ...(takesQuery ? [] : [UseGuards(RefuseQueryGuard)]),
  );
}

/** An endpoint whose answer is no JSON documents it itself. */
function successResponse(
  status: number,
  answer: Type | undefined,
  headers: ApiResponseOptions['headers'],
): MethodDecorator {
  const effect = answer ? describeAnswer(answer) : 'Done; no body.';
  const description = status === 201 ? `${effect} It is saved: on disk.` : effect;
  return ApiResponse({ status, description, type: answer, headers });
}

/** Lists the roles in the description, because Swagger UI does not show `x-roles`. */
function describeRoles(description: string | undefined, roles: readonly Role[] | undefined): string {
  const callers = roles
    ? ROLES.filter((role) => roles.includes(role))
        .map(roleName)
        .join(', ')
    : 'everybody';
  return [...(description === undefined ? [] : [description]), `May be called by: ${callers}.`].join('\n\n');
}

function roleName(role: Role): string {
  return role === 'operator' ? 'operator (your token)' : role;
}

/**
 * Metadata for the guard, and the same for the OpenAPI document: any credential is accepted, and `x-roles` names
 * the roles.
 */
function requireRoles(roles: readonly Role[]): MethodDecorator {
  return applyDecorators(
    SetMetadata(ROUTE_ROLES, roles),
    ApiBearerAuth(),
    ApiSecurity(API_KEY_SCHEME),
    ApiCookieAuth(),
    ApiExtension('x-roles', [...roles]),
  );
}

function problemResponses(codes: readonly ProblemCode[]): (ClassDecorator & MethodDecorator)[] {
  const groups = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const { status } = PROBLEMS[code];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return [...groups].map(([status, members]) =>
    applyDecorators(
      ApiExtraModels(ProblemDto),
      ApiResponse({
        status,
        description: members.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
        content: {
          'application/problem+json': {
            schema: { $ref: getSchemaPath(ProblemDto) },
            examples: Object.fromEntries(members.map((code) => [code, { value: exampleOf(code) }])),
          },
        },
      }),
    ),
  );
}

function exampleOf(code: ProblemCode): ProblemDto {
  const { status, title, remedy } = PROBLEMS[code];
  const errors = [{ field: 'severity', message: 'must be one of: info, warning, error, critical' }];
  return {
    type: problemType(code),
    title,
    status,
    detail: code === 'validation_failed' ? 'Not valid: severity.' : remedy,
    code,
    requestId: '0d9af0c3-0d3f-4b35-a31c-1f6f0de9d4b5',
    ...(code === 'validation_failed' && { errors }),
  };
}
