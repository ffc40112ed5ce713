import {
  applyDecorators,
  Injectable,
  SetMetadata,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { of, type Observable } from 'rxjs';

/** Tells whether anything was written: the dependency injection token is the class. */
export abstract class Versions {
  /** A text that changes with every write, by whatever program, that could change an answer about the topic. */
  abstract versionOf(topic: string): string;
}

const TOPIC = 'conditional topic';

/**
 * Gives answers about a topic an `ETag`, and answers 304 to who has the current one already (RFC 9110, section
 * 13.1.2), without reading anything. The tag is made of the version that was current before the answer was read,
 * so it can be older than the answer but never newer.
 */
@Injectable()
export class ConditionalInterceptor implements NestInterceptor {
  constructor(
    private readonly versions: Versions,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const topic = this.reflector.get<string>(TOPIC, context.getHandler());
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    response.setHeader('ETag', tagOf(request.originalUrl, this.versions.versionOf(topic)));
    response.setHeader('Cache-Control', 'private, no-cache');
    // Express turns an answer to a fresh request into 304 by itself.
    return request.fresh ? of(undefined) : next.handle();
  }
}

/** Only a URL that was answered once has a tag, so a request that is not valid never counts as fresh. */
function tagOf(url: string, version: string): string {
  return `"${createHash('sha1').update(url).update(' ').update(version).digest('base64url')}"`;
}

/** Makes a GET conditional on what was written about a topic. */
export function Conditional(topic: string): MethodDecorator {
  return applyDecorators(
    SetMetadata(TOPIC, topic),
    UseInterceptors(ConditionalInterceptor),
    ApiHeader({
      name: 'If-None-Match',
      description: 'The `ETag` of an earlier answer: 304 while nothing was written since.',
      required: false,
    }),
    ApiResponse({ status: 304, description: 'Nothing was written since the answer with this tag.' }),
  );
}
