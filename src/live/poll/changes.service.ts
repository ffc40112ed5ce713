import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import { JsonText } from '../../json/index.js';
import { ChangeReader, type Batch } from '../change-reader.js';
import type { ChangesQueryDto } from '../change.request.js';
import { WakeUps } from '../feed/wake-ups.js';
import { idOf } from '../place.js';
import type { Message } from '../rows/message.js';
import { Selection } from '../selection.js';
import { Audience } from '../stream/audience.js';
import type { ChangeDto, ChangesAnswer } from './changes.response.js';

/** An answer ends about here. */
const MAX_CHARACTERS = 1_048_576;
/** Nor is it longer looked for what fits, where little does. */
const MAX_SEARCH_MS = 20_000;
/** Who has waited for longer is looked at again before the answer. */
const TRUSTED_MS = 10_000;

interface Waiting {
  readonly limit: number;
  /** On the clock of `performance`. */
  readonly until: number;
  readonly signal: AbortSignal;
}

/** Answers requests that wait for changes. */
@Injectable()
export class ChangesService {
  constructor(
    private readonly reader: ChangeReader,
    private readonly wakeUps: WakeUps,
    private readonly audience: Audience,
  ) {}

  /**
   * What was committed after a place; where that is nothing, the answer waits for something.
   * @throws ProblemError `too_many_streams`; `unauthorized` or `forbidden` where the credential ended meanwhile; the problems
   *   of `Database.read`.
   */
  async poll(
    request: Request,
    response: Response,
    { after, wait, limit, ...filter }: ChangesQueryDto,
  ): Promise<ChangesAnswer> {
    const begun = performance.now();
    const signal = this.audience.join(request, response);
    const waiting = { limit, until: begun + wait * 1000, signal };
    const start = after ?? idOf(await this.reader.end());
    const answer = await this.collect(start, new Selection(filter), waiting);
    if (performance.now() - begun > TRUSTED_MS) await this.audience.requireStillAllowed(request);
    response.setHeader('Cache-Control', 'no-store');
    return answer;
  }

  private async collect(
    start: string,
    wanted: Selection,
    { limit, until, signal }: Waiting,
  ): Promise<ChangesAnswer> {
    const giveUp = performance.now() + MAX_SEARCH_MS;
    const messages: Message[] = [];
    let next = start;
    let size = 0;
    for (;;) {
      const { version } = this.wakeUps;
      const batch = await this.reader.afterId(next, wanted);
      const taken = batch.messages.slice(0, limit - messages.length);
      messages.push(...taken);
      for (const message of taken) size += message.size;
      next = nextOf(batch, taken);
      const now = performance.now();
      if (messages.length === limit || size > MAX_CHARACTERS || signal.aborted) break;
      if (!batch.isAtHead && now < giveUp) continue;
      if (messages.length > 0 || now >= until || !batch.isAtHead) break;
      await this.wait(version, until - now, signal);
    }
    return { changes: messages.map(toChange), next };
  }

  /** Not by `AbortSignal.timeout`, which may be collected before it fires where only another signal knows it. */
  private async wait(version: number, ms: number, signal: AbortSignal): Promise<void> {
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort();
    }, ms);
    await this.wakeUps.after(version, AbortSignal.any([signal, late.signal]));
    clearTimeout(timer);
  }
}

/** Where it goes on after a part of a batch. */
function nextOf({ messages, next }: Batch, taken: readonly Message[]): string {
  const last = taken.at(-1);
  return taken.length < messages.length && last ? last.id : idOf(next);
}

function toChange({ id, type, json }: Message): ChangeDto {
  return { id, type, data: JsonText.of(json) };
}
