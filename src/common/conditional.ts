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
import { hash } from 'node:crypto';
import type { Request, Response } from 'express';
import { LRUCache } from 'lru-cache';
import { map, of, type Observable } from 'rxjs';

/** Tells whether anything was written: the dependency injection token is the class. */
export abstract class Versions {
  /** A text that changes with every write, by whatever program, that could change an answer about the topic. */
  abstract versionOf(topic: string): string;
}

const TOPIC = 'conditional topic';

const MOST_KEPT_ANSWERS = 200;
const MOST_KEPT_CHARACTERS = 8_388_608;
const LARGEST_KEPT_ANSWER = 262_144;

/** Answers as text, by URL and version; one bound for all. */
@Injectable()
export class KeptAnswers extends LRUCache<string, string> {
  constructor() {
    super({
      max: MOST_KEPT_ANSWERS,
      maxSize: MOST_KEPT_CHARACTERS,
      maxEntrySize: LARGEST_KEPT_ANSWER,
      sizeCalculation: (answer) => answer.length + 1,
    });
  }
}

/**
 * Gives answers about a topic an `ETag`, and answers 304 to who has the current one already (RFC 9110, section
 * 13.1.2), without reading anything. Current answers are kept as text, so that one that was given already is given
 * to the next caller without reading either. The version is taken before the answer is read: an answer can be newer
 * than its tag, never older.
 */
@Injectable()
class ConditionalInterceptor implements NestInterceptor<unknown, string | undefined> {
  constructor(
    private readonly versions: Versions,
    private readonly answers: KeptAnswers,
    private readonly reflector: Reflector,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<string | undefined> {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const topic = this.reflector.get<string>(TOPIC, context.getHandler());
    const version = `${request.originalUrl} ${this.versions.versionOf(topic)}`;
    const response = http.getResponse<Response>();
    response.setHeader('ETag', `"${hash('sha1', version, 'base64url')}"`);
    response.setHeader('Cache-Control', 'private, no-cache');
    // Express turns the answer to a fresh request into 304 by itself. `*` matches whatever there is, so for that
    // the answer has to be found first.
    if (request.fresh && request.headers['if-none-match'] !== '*') return of(undefined);
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    const kept = this.answers.get(version);
    return kept === undefined ? next.handle().pipe(map((answer) => this.keep(version, answer))) : of(kept);
  }

  private keep(version: string, answer: unknown): string {
    const text = JSON.stringify(answer);
    this.answers.set(version, text);
    return text;
  }
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
