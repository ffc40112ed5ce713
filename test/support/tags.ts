import { expect } from '@jest/globals';
import { ask, type Instances } from './instances.js';

/**
 * In each round one instance acknowledges a write, and then the other is asked with the tag from before it: it has to
 * answer with what was written. Where nobody writes, neither has anything new.
 * @param lanes so many rounds run at the same time, each on a preference of its own.
 */
export async function expectNoTagThatLies({ both }: Instances, rounds: number, lanes: number): Promise<void> {
  async function lane(number: number): Promise<void> {
    const path = `/memory/preferences/lane-${number}`;
    let etag: string | undefined;
    for (let round = 0; round < rounds / lanes; round++) {
      const [writer, reader] = round % 2 === 0 ? both : [both[1], both[0]];
      const written = await ask(writer, 'PUT', path, { send: { value: round } });
      expect(written.status).toBe(200);
      const answer = await ask(reader, 'GET', path, { etag });
      expect([answer.status, answer.etag === etag]).toEqual([200, false]);
      expect(answer.body).toMatchObject({ preference: { value: String(round) } });
      etag = answer.etag;
    }
  }
  await Promise.all(Array.from({ length: lanes }, (_, number) => lane(number)));
  const path = '/memory/preferences/lane-0';
  const { etag } = await ask(both[0], 'GET', path);
  for (let round = 0; round < rounds / 10; round++) {
    const answers = await Promise.all(both.map((service) => ask(service, 'GET', path, { etag })));
    expect(answers.map(({ status }) => status)).toEqual([304, 304]);
    expect(answers.map((answer) => answer.etag)).toEqual([etag, etag]);
  }
}
