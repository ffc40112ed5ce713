import { isUtf8 } from 'node:buffer';
import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request, Response } from 'express';
import { parseBody } from '../../json/index.js';
import { ProblemError } from '../../problems/problem.error.js';
import type { Traffic } from '../traffic/index.js';
import { listNames, textDocuments } from '../../validation/index.js';
import { BODY_LIMIT_METADATA, DEFAULT_BODY_BYTES } from './body-limits.js';
import { BodyQueue } from './body-queue.js';
import { collectBody } from './collect-body.js';
import { hasBody, isChunked } from './has-body.js';
import { encodingOf } from './inflate.js';

/** Methods for which a body has no meaning: one is refused, as unknown input is everywhere. */
const BODILESS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'DELETE']);
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]+)/i;

/**
 * Reads the JSON body of a request after the access guard, so that no body of an unauthorized caller is buffered. All
 * other bodies are refused: forms and text with 415, what is not UTF-8 with 400 (decoding would silently replace it),
 * what exceeds the limit of the route with 413.
 */
@Injectable()
export class BodyGuard implements CanActivate {
  private readonly queue = new BodyQueue();

  constructor(
    private readonly reflector: Reflector,
    private readonly traffic: Traffic,
    private readonly stallMs: number,
  ) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const request = context.switchToHttp().getRequest<Request>();
    return hasBody(request) ? this.read(request, context) : true;
  }

  private async read(request: Request, context: ExecutionContext): Promise<true> {
    // A client may announce chunks before it knows that there are none.
    const isMaybeEmpty = request.headers['content-type'] === undefined && isChunked(request);
    if (!isMaybeEmpty) requireJson(request);
    const encoding = encodingOf(request);
    const response = context.switchToHttp().getResponse<Response>();
    const limit =
      this.reflector.get<number | undefined>(BODY_LIMIT_METADATA, context.getHandler()) ?? DEFAULT_BODY_BYTES;
    const share = this.traffic.shareOf(response);
    const bytes = await collectBody(response, share, { encoding, limit, stallMs: this.stallMs });
    if (isMaybeEmpty && bytes.length > 0) requireJson(request);
    await this.queue.waitForTurn(response, bytes.length);
    if (!isUtf8(bytes)) throw new ProblemError('malformed_json', 'The body is not UTF-8.');
    request.body = bytes.length > 0 ? await parseBody(bytes, listNames, textDocuments) : {};
    return true;
  }
}

function requireJson(request: Request): void {
  if (BODILESS.has(request.method)) {
    throw new ProblemError('malformed_request', `A ${request.method} request takes no body.`);
  }
  const type = request.headers['content-type'];
  if (!request.is('application/json')) {
    throw new ProblemError(
      'unsupported_media_type',
      type ? 'The body is not JSON.' : 'The body has no Content-Type.',
    );
  }
  const charset = CHARSET.exec(type ?? '')?.[1]?.toLowerCase() ?? 'utf-8';
  if (charset !== 'utf-8') {
    throw new ProblemError('unsupported_media_type', `The charset ${charset.slice(0, 40)} is not read.`);
  }
}
