import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { Changes } from '../../database/index.js';
import { JsonPieces, JsonText } from '../../json/index.js';
import { ConditionalAnswers } from './conditional.js';

function aResponse(originalUrl: string): Response {
  return Object.assign(new EventEmitter(), {
    req: { originalUrl, fresh: false, headers: {} },
    setHeader: () => undefined,
  }) as unknown as Response;
}

describe('Answers that are asked for at the same time', () => {
  const changes = new Changes();
  const answers = new ConditionalAnswers(changes);
  /** Larger than what is kept. */
  const large = { a: 'x'.repeat(300_000) };
  let reads = 0;
  const read = async (): Promise<object> => {
    reads++;
    return Promise.resolve(large);
  };

  it('are read once for all who ask for the same, and anew afterwards', async () => {
    reads = 0;
    const give = () => answers.respond(aResponse('/latest'), 'snapshots', read);
    const texts = await Promise.all(Array.from({ length: 60 }, give));
    expect(reads).toBe(1);
    expect(new Set(texts)).toEqual(new Set([JSON.stringify(large)]));
    await give();
    expect(reads).toBe(2);
  });

  it('are read for each URL, and again where something was written in between', async () => {
    reads = 0;
    const given = [
      answers.respond(aResponse('/1'), 'snapshots', read),
      answers.respond(aResponse('/2'), 'snapshots', read),
    ];
    changes.committed(1, [{ topic: 'snapshots', kind: 'insert', ids: [1], isComplete: true }]);
    given.push(answers.respond(aResponse('/1'), 'snapshots', read));
    await Promise.all(given);
    expect(reads).toBe(3);
  });

  it('hold a large document as it is, and are not kept', async () => {
    reads = 0;
    const document = JsonText.ofUtf8(Buffer.from(JSON.stringify(['x'.repeat(1_200_000)])));
    const answer = async (): Promise<object> => {
      reads++;
      return Promise.resolve({ id: 1, document });
    };
    const give = () => answers.respond(aResponse('/document'), 'snapshots', answer);
    const [first, second] = await Promise.all([give(), give()]);
    expect(first).toBeInstanceOf(JsonPieces);
    expect([second, reads]).toEqual([first, 1]);
    expect((first as JsonPieces).pieces).toEqual(['{"id":1,"document":', document.utf8, '}']);
    await give();
    expect(reads).toBe(2);
  });

  it('fail for all who wait, and are read again by the next', async () => {
    const failing = (): Promise<object> => Promise.reject(new Error('gone'));
    const give = () => answers.respond(aResponse('/gone'), 'snapshots', failing);
    const results = await Promise.allSettled([give(), give()]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await answers.respond(aResponse('/gone'), 'snapshots', read)).toBe(JSON.stringify(large));
  });

  describe('by callers who leave', () => {
    const given: { signal: AbortSignal; end: () => void }[] = [];
    const slow = (signal: AbortSignal): Promise<object> =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
        });
        given.push({
          signal,
          end: () => {
            resolve(large);
          },
        });
      });

    it('are read on while one of them waits', async () => {
      const [first, second] = [aResponse('/slow'), aResponse('/slow')];
      const both = [first, second].map((response) => answers.respond(response, 'snapshots', slow));
      first.emit('close');
      expect(given.at(-1)!.signal.aborted).toBe(false);
      given.at(-1)!.end();
      expect(await Promise.all(both)).toEqual([JSON.stringify(large), JSON.stringify(large)]);
      second.emit('close');
      expect(given.at(-1)!.signal.aborted).toBe(false);
    });

    it('are given up when nobody waits, and read anew for the next', async () => {
      const response = aResponse('/slow');
      const abandoned = answers.respond(response, 'snapshots', slow);
      response.emit('close');
      const next = answers.respond(aResponse('/slow'), 'snapshots', slow);
      await expect(abandoned).rejects.toMatchObject({ code: 'malformed_request' });
      given.at(-1)!.end();
      expect(await next).toBe(JSON.stringify(large));
    });
  });
});
