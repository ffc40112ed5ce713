import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  Controller,
  ForbiddenException,
  Get,
  HttpException,
  Logger,
  Module,
  Param,
  Res,
  type LoggerService,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Response } from 'express';
import request from 'supertest';
import { assignRequestId } from './middleware/request-id.js';
import { requestSteps } from './middleware/request-steps.js';
import { PROBLEMS, type ProblemCode } from '../problems/catalogue.js';
import { invalidInput, notFound, ProblemError } from '../problems/problem.error.js';
import { ProblemFilter } from './problem.filter.js';

const INSIDE = 'SELECT password FROM /var/lib/jarvis.db';

const THROWN: Readonly<Record<string, unknown>> = {
  plain: new Error(INSIDE),
  text: INSIDE,
  nothing: undefined,
  frozen: Object.freeze({ sql: INSIDE }),
  http500: new HttpException(INSIDE, 502),
  // A status on an error that is none of Nest's proves nothing about what its message holds.
  foreign: Object.assign(new Error(INSIDE), { status: 400 }),
  forbidden: new ForbiddenException('not for you'),
  teapot: new HttpException('short and stout', 418),
  missing: notFound('event'),
  invalid: invalidInput([{ field: 'type', message: 'is required' }]),
  retry: new ProblemError('database_busy', 'Locked.', { retryAfterSeconds: 7, cause: new Error(INSIDE) }),
  crowd: new ProblemError('write_queue_full', 'Full.', { retryAfterSeconds: 1 }),
};

@Controller()
class ThrowingController {
  @Get('throw/:what')
  throwIt(@Param('what') what: string): never {
    throw THROWN[what];
  }

  @Get('late')
  async late(@Res() response: Response): Promise<never> {
    await new Promise<void>((sent) => {
      response.write('half an answer', () => {
        sent();
      });
    });
    throw new Error(INSIDE);
  }
}

@Module({ controllers: [ThrowingController] })
class ThrowingModule {}

describe('The problem filter', () => {
  const logged: string[] = [];
  let app: NestExpressApplication;

  beforeAll(async () => {
    app = await NestFactory.create<NestExpressApplication>(ThrowingModule, { logger: recorder(logged) });
    app.use(requestSteps([assignRequestId]));
    app.useGlobalFilters(new ProblemFilter());
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await app.close();
    Logger.overrideLogger(false);
  });

  it.each<[string, ProblemCode, string]>([
    ['plain', 'internal_error', 'Something went wrong inside the service.'],
    ['text', 'internal_error', 'Something went wrong inside the service.'],
    ['nothing', 'internal_error', 'Something went wrong inside the service.'],
    ['frozen', 'internal_error', 'Something went wrong inside the service.'],
    ['http500', 'internal_error', 'Something went wrong inside the service.'],
    ['foreign', 'internal_error', 'Something went wrong inside the service.'],
    ['forbidden', 'malformed_request', 'not for you'],
    ['teapot', 'malformed_request', 'short and stout'],
    ['missing', 'not_found', 'There is no such event.'],
    ['invalid', 'validation_failed', 'Not valid: type.'],
    ['retry', 'database_busy', 'Locked.'],
    ['crowd', 'write_queue_full', 'Full.'],
  ])('answers %s with %s', async (what, code, detail) => {
    const { status, headers, text } = await request(app.getHttpServer()).get(`/throw/${what}`);
    expect(status).toBe(PROBLEMS[code].status);
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(text).not.toContain('SELECT');
    expect(JSON.parse(text)).toEqual({
      type: `/api/problems/${code}`,
      title: PROBLEMS[code].title,
      status,
      detail: expect.stringContaining(detail),
      code,
      requestId: headers['x-request-id'],
      ...(what === 'invalid' ? { errors: [{ field: 'type', message: 'is required' }] } : {}),
    });
  });

  it('says when to try again', async () => {
    const { headers } = await request(app.getHttpServer()).get('/throw/retry');
    expect(headers['retry-after']).toBe('7');
  });

  it('writes the cause of a fault and the id of the request to the log, and nothing of bad requests', async () => {
    logged.length = 0;
    await request(app.getHttpServer()).get('/throw/retry').set('X-Request-Id', 'find-me');
    await request(app.getHttpServer()).get('/throw/invalid').set('X-Request-Id', 'bad-request');
    expect(logged.join('\n')).toContain(INSIDE);
    expect(logged.join('\n')).toContain('GET /throw/retry find-me');
    expect(logged.join('\n')).not.toContain('bad-request');
  });

  it('writes nothing of requests that were too many: the line of each request tells', async () => {
    logged.length = 0;
    await request(app.getHttpServer()).get('/throw/crowd');
    expect(logged).toEqual([]);
    await request(app.getHttpServer()).get('/throw/retry');
    expect(logged.join()).toContain('database_busy');
  });

  it('cuts the connection where half of an answer is out, so that it is not taken for a whole one', async () => {
    await expect(request(app.getHttpServer()).get('/late')).rejects.toThrow(/aborted|hang up|reset/);
  });
});

describe('A problem of bad input', () => {
  it('lists the first twenty mistakes and counts the others', () => {
    const errors = Array.from({ length: 23 }, (_, index) => ({ field: `f${index}`, message: 'is wrong' }));
    const problem = invalidInput(errors);
    expect(problem.errors).toEqual(errors.slice(0, 20));
    expect(problem.message).toMatch(/^Not valid: f0, .*f19 and 3 more\.$/);
  });

  it('calls the body as a whole the body', () => {
    expect(invalidInput([{ field: '', message: 'must be a JSON object' }]).message).toBe(
      'Not valid: the body.',
    );
  });
});

describe('The catalogue of problems', () => {
  it('names each in snake_case, with an error status, a title and a remedy', () => {
    for (const [code, { status, title, remedy }] of Object.entries(PROBLEMS)) {
      expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(status).toBeGreaterThanOrEqual(400);
      expect(title).toMatch(/^[A-Z].*[^.]$/);
      expect(remedy).toMatch(/\.$/);
    }
  });
});

function recorder(log: string[]): LoggerService {
  const take = (...parts: unknown[]): void => {
    log.push(parts.map(String).join(' '));
  };
  return { log: take, error: take, warn: take };
}
