import { applyDecorators, Injectable } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { hash } from 'node:crypto';
import type { Response } from 'express';
import { LRUCache } from 'lru-cache';
import { Changes } from '../../database/index.js';
import { writeJson } from '../../json/index.js';

/** The JSON text of an answer. */
export type SerializedAnswer<Answer> = string & { readonly answer?: Answer };

const MOST_KEPT_ANSWERS = 200;
const MOST_KEPT_CHARACTERS = 8_388_608;
const LARGEST_KEPT_ANSWER = 262_144;

/**
 * Gives answers about a topic an `ETag`, and answers 304 to who has the current one already (RFC 9110, section
 * 13.1.2), without reading anything. Current answers are kept as text for the next caller, and callers who ask at the
 * same time share one. The version is taken before the answer is read: an answer can be newer
 * than its tag, never older.
 *
 * It is called by the controllers and is no interceptor, because what Nest does around an interceptor costs a poll
 * more than everything else that the poll needs (docs/03-speed.md).
 */
@Injectable()
export class ConditionalAnswers {
  private readonly kept = new LRUCache<string, string>({
    max: MOST_KEPT_ANSWERS,
    maxSize: MOST_KEPT_CHARACTERS,
    maxEntrySize: LARGEST_KEPT_ANSWER,
    sizeCalculation: (answer) => answer.length + 1,
  });

  private readonly tags = new LRUCache<string, string>({ max: MOST_KEPT_ANSWERS });

  private readonly pending = new Map<string, Promise<string>>();

  constructor(private readonly changes: Changes) {}

  /** @returns the answer; nothing where the caller has it already, which the adapter answers with 304. */
  async give<Answer extends object>(
    response: Response,
    topic: string,
    read: () => Promise<Answer>,
  ): Promise<SerializedAnswer<Answer> | undefined> {
    const request = response.req;
    const version = `${request.originalUrl} ${this.changes.versionOf(topic)}`;
    response.setHeader('ETag', this.tagOf(version));
    response.setHeader('Cache-Control', 'private, no-cache');
    // `*` matches whatever there is, so for that the answer has to be found first.
    if (request.fresh && request.headers['if-none-match'] !== '*') return undefined;
    const text = this.kept.get(version) ?? (await this.readOnce(version, read));
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    return text;
  }

  private tagOf(version: string): string {
    const known = this.tags.get(version);
    if (known !== undefined) return known;
    const tag = `"${hash('sha1', version, 'base64url')}"`;
    this.tags.set(version, tag);
    return tag;
  }

  private readOnce(version: string, read: () => Promise<object>): Promise<string> {
    const pending = this.pending.get(version);
    if (pending) return pending;
    const reading = this.readAndKeep(version, read).finally(() => this.pending.delete(version));
    this.pending.set(version, reading);
    return reading;
  }

  private async readAndKeep(version: string, read: () => Promise<object>): Promise<string> {
    const text = writeJson(await read());
    this.kept.set(version, text);
    return text;
  }
}

/** Documents a GET that is answered by `ConditionalAnswers`. */
export function Conditional(): MethodDecorator {
  return applyDecorators(
    ApiHeader({
      name: 'If-None-Match',
      description: 'The `ETag` of an earlier answer: 304 while nothing was written since.',
      required: false,
    }),
    ApiResponse({ status: 304, description: 'Nothing was written since the answer with this tag.' }),
  );
}
