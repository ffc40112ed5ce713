import { applyDecorators, Injectable } from '@nestjs/common';
import { ApiHeader, ApiResponse } from '@nestjs/swagger';
import { hash } from 'node:crypto';
import type { Response } from 'express';
import { LRUCache } from 'lru-cache';
import { Changes } from '../../database/index.js';
import { JsonPieces, writeSizedJson } from '../../json/index.js';
import { callerGone } from '../endpoint/caller-signal.js';

/** The JSON text of an answer. */
export type SerializedAnswer<Answer> = (string | JsonPieces) & { readonly answer?: Answer };

/** Reads an answer; the signal says that nobody waits for it any more. */
type Read<Answer> = (signal: AbortSignal) => Promise<Answer>;

/** An answer that is being read. */
interface Pending {
  readonly written: Promise<string | JsonPieces>;
  readonly abort: AbortController;
  /** How many wait for it. */
  callers: number;
}

const MAX_CACHED_ANSWERS = 200;
const MAX_CACHE_CHARACTERS = 8_388_608;
const MAX_CACHED_ANSWER_CHARACTERS = 262_144;

/**
 * Sets an `ETag` on answers about a topic, and answers 304 where the client has the current one (RFC 9110, section
 * 13.1.2), without a read. Current answers are cached as text, and concurrent requests for the same URL share one
 * read. The version is taken before the read: an answer can be newer than its tag, never older.
 *
 * Controllers call it; it is no interceptor, because what Nest does around an interceptor costs a poll more than
 * everything else that the poll needs (docs/03-speed.md).
 */
@Injectable()
export class ConditionalAnswers {
  private readonly cache = new LRUCache<string, string>({
    max: MAX_CACHED_ANSWERS,
    maxSize: MAX_CACHE_CHARACTERS,
    maxEntrySize: MAX_CACHED_ANSWER_CHARACTERS,
    sizeCalculation: (answer) => answer.length + 1,
  });

  private readonly tags = new LRUCache<string, string>({ max: MAX_CACHED_ANSWERS });

  private readonly pending = new Map<string, Pending>();

  constructor(private readonly changes: Changes) {}

  /**
   * @param variant what decides the answer beside the address and what was written, such as the day.
   * @returns the answer; undefined where the client has the current one, which the adapter answers with 304.
   */
  async respond<Answer extends object>(
    response: Response,
    topic: string,
    read: Read<Answer>,
    variant = '',
  ): Promise<SerializedAnswer<Answer> | undefined> {
    const refreshing = this.changes.refresh();
    if (refreshing) await refreshing;
    const request = response.req;
    const version = `${request.originalUrl} ${this.changes.versionOf(topic)} ${variant}`;
    response.setHeader('ETag', this.tagOf(version));
    response.setHeader('Cache-Control', 'private, no-cache');
    // `*` matches any existing answer, so the answer has to be read first.
    if (request.fresh && request.headers['if-none-match'] !== '*') return undefined;
    const text = this.cache.get(version) ?? (await this.readOnce(response, version, read));
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

  private async readOnce(
    response: Response,
    version: string,
    read: Read<object>,
  ): Promise<string | JsonPieces> {
    const reading = this.pending.get(version) ?? this.begin(version, read);
    reading.callers++;
    const leave = (): void => {
      if (--reading.callers > 0) return;
      // Whoever asks now has it read anew.
      this.pending.delete(version);
      reading.abort.abort(callerGone());
    };
    response.once('close', leave);
    try {
      return await reading.written;
    } finally {
      response.off('close', leave);
    }
  }

  private begin(version: string, read: Read<object>): Pending {
    const abort = new AbortController();
    const written = this.readAndCache(version, read, abort.signal).finally(() => {
      if (!abort.signal.aborted) this.pending.delete(version);
    });
    const reading: Pending = { written, abort, callers: 0 };
    this.pending.set(version, reading);
    return reading;
  }

  private async readAndCache(
    version: string,
    read: Read<object>,
    signal: AbortSignal,
  ): Promise<string | JsonPieces> {
    const written = writeSizedJson(await read(signal));
    if (written instanceof JsonPieces) return written;
    this.cache.set(version, written.text);
    return written.text;
  }
}

/** Documents a GET that answers through `ConditionalAnswers`. */
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
