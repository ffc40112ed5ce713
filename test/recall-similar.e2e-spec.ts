import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { EventsService, type EventInput, type SimilarDto } from '../src/events/index.js';
import { ProblemError } from '../src/problems/problem.error.js';
import { RecallService } from '../src/recall/index.js';
import { anEvent } from './factories/index.js';
import { aKey } from './factories/keys.js';
import { expectProblem } from './factories/problem.js';
import { startService, type TestService } from './support/service.js';

const DAY_MS = 86_400_000;
/** The index takes rows in by so many. */
const BATCH_ROWS = 256;
/** The alert comes every ten days at three in the night. */
const FIRST = Date.UTC(2026, 0, 1, 3);

const at = (days: number): string => new Date(FIRST + days * DAY_MS).toISOString();
const minutes = (count: number): number => count / 1440;

const diskAlert = (percent: number, days: number, node = 'pve2'): EventInput =>
  anEvent({ summary: `Disk usage on ${node} is at ${percent} %`, node, timestamp: at(days) });

const anAction = (summary: string, days: number, parts: Partial<EventInput> = {}): EventInput =>
  anEvent({ type: 'action', source: 'jarvis', summary, node: 'pve2', timestamp: at(days), ...parts });

/** On a busy machine a search may take longer than an answer waits for it. */
function waitForRecall(): void {
  jest.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
}

describe('Seen before', () => {
  let service: TestService;

  beforeAll(async () => {
    service = await startService();
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  afterAll(() => service.destroy());

  async function save(event: EventInput): Promise<number> {
    return (await service.app.get(EventsService).saveEvent(event)).id;
  }

  /** As the service resolves it, at a time of the past. */
  async function resolve(id: number, days: number): Promise<void> {
    const statement =
      "UPDATE events SET resolved = true, resolved_at = ?, resolved_by = 'jarvis' WHERE id = ?";
    await service.store.run(statement, at(days), id);
  }

  async function similarTo(id: number): Promise<SimilarDto> {
    const { body } = await service.call('get', `/memory/events/${id}/similar`).expect(200);
    return body.similar;
  }

  /** Three incidents: a reboot, after which it was back the next morning; and twice a clean-up, which helped. */
  async function tellStory(node: string): Promise<number[]> {
    const one = await save(diskAlert(91, 0, node));
    await save(anAction(`Rebooted ${node}`, minutes(5), { node }));
    await resolve(one, minutes(10));
    const two = await save(diskAlert(97, 0.5, node));
    await save(anAction('Removed 3 old backups', 0.5 + minutes(5), { node }));
    await resolve(two, 0.5 + minutes(20));
    const three = await save(diskAlert(92, 10, node));
    await save(
      anAction('Removed 12 old backups', 10 + minutes(1), { node: null, details: { eventId: three } }),
    );
    await save(anAction('Restarted the mail server', 10 + minutes(2), { node: 'pve9' }));
    await save(anAction('Defragmented the attic', 10 + minutes(40), { node }));
    await resolve(three, 10 + minutes(30));
    return [one, two, three];
  }

  describe('of a story', () => {
    let ids: number[];
    let last: number;

    beforeAll(async () => {
      ids = await tellStory('pve2');
      await save(diskAlert(88, 11, 'pve3'));
      await save(anEvent({ summary: 'Disk usage of the backup storage is high', timestamp: at(12) }));
      await save(anEvent({ summary: 'Garage door is open', timestamp: at(12) }));
      last = await save(diskAlert(95, 20));
    });

    it('says what the pattern is, and how often and when it was seen', async () => {
      expect((await similarTo(last)).pattern).toMatchObject({
        text: 'disk usage on # is at # %',
        source: 'monitor',
        type: 'alert',
        node: 'pve2',
        timesSeen: 4,
        timesSeenIsAtLeast: false,
        timesSeenOnAllNodes: 5,
        timesSeenOnAllNodesIsAtLeast: false,
        firstSeen: at(0),
        lastSeen: at(20),
        examined: 4,
        usualHour: { hour: 3, times: 3, of: 4 },
        resolved: { times: 3, of: 4 },
        medianTimeToResolve: { seconds: 20 * 60, of: 3 },
      });
    });

    it('says what was done, and after which of it the alert stayed away for a day', async () => {
      expect((await similarTo(last)).pattern.actions).toEqual([
        {
          summary: 'Removed 12 old backups',
          lastTaken: at(10 + minutes(1)),
          times: 2,
          stayedAway: { times: 2, of: 2 },
          ids: expect.any(Array),
        },
        {
          summary: 'Rebooted pve2',
          lastTaken: at(minutes(5)),
          times: 1,
          stayedAway: { times: 0, of: 1 },
          ids: expect.any(Array),
        },
      ]);
    });

    it('has the events before it, the newest first, without itself', async () => {
      const { earlier } = await similarTo(last);
      expect(earlier.map(({ id }) => id)).toEqual([...ids].reverse());
      expect(earlier[0]).toEqual({
        id: ids[2],
        timestamp: at(10),
        type: 'alert',
        severity: 'info',
        source: 'monitor',
        node: 'pve2',
        summary: 'Disk usage on pve2 is at 92 %',
        resolved: true,
        resolvedAt: at(10 + minutes(30)),
        resolvedBy: 'jarvis',
      });
      const ofSecond = await similarTo(ids[1] ?? 0);
      expect(ofSecond.earlier.map(({ id }) => id)).toEqual([ids[0]]);
      expect(ofSecond.pattern.timesSeen).toBe(4);
    });

    it('has what there was on other nodes, and other events with such a text', async () => {
      const { onOtherNodes, near } = await similarTo(last);
      expect(onOtherNodes.map(({ node }) => node)).toEqual(['pve3']);
      expect(near.map(({ summary }) => summary)).toEqual(['Disk usage of the backup storage is high']);
      expect(near[0]).toMatchObject({ score: expect.any(Number), count: 1 });
    });

    it('is the same in process', async () => {
      const recall = service.app.get(RecallService);
      expect(await recall.findSimilar(last)).toEqual(await similarTo(last));
      expect(await recall.findSimilar(999_999)).toBeNull();
      await expect(recall.findSimilar(0)).rejects.toMatchObject({ code: 'validation_failed' });
    });

    it('is told of the event that is saved, where it is asked for', async () => {
      waitForRecall();
      const { body, headers } = await service
        .call('post', '/memory/events?recall=true')
        .send(diskAlert(99, 21))
        .expect(201);
      expect(headers['location']).toBe(`/api/memory/events/${String(body.event.id)}`);
      expect(body.similar.pattern.timesSeen).toBe(5);
      expect(body.similar.earlier[0].id).toBe(last);
      expect(body.similar).toEqual(await similarTo(body.event.id));
    });
  });

  it('never: the first of its pattern', async () => {
    waitForRecall();
    const { body } = await service
      .call('post', '/memory/events?recall=true')
      .send(anEvent({ summary: 'The zeppelin has landed', node: null }))
      .expect(201);
    expect(body.similar).toMatchObject({
      pattern: {
        timesSeen: 1,
        firstSeen: body.event.timestamp,
        lastSeen: body.event.timestamp,
        usualHour: null,
        resolved: { times: 0, of: 1 },
        medianTimeToResolve: null,
        actions: [],
      },
      earlier: [],
      onOtherNodes: [],
      near: [],
    });
  });

  it.each([
    ['/memory/events', {}],
    ['/memory/events?recall=false', {}],
  ])('is not told by %s', async (path) => {
    const { body } = await service.call('post', path).send(anEvent()).expect(201);
    expect(Object.keys(body)).toEqual(['event']);
  });

  describe('does not keep an event from being saved', () => {
    async function saveRecalling(): Promise<{
      event: { id: number };
      similar: unknown;
      whyNotSimilar: string;
    }> {
      const { body } = await service.call('post', '/memory/events?recall=true').send(anEvent()).expect(201);
      await service.call('get', `/memory/events/${String(body.event.id)}`).expect(200);
      return body;
    }

    it('where it fails', async () => {
      jest.spyOn(service.app.get(RecallService), 'findSimilar').mockRejectedValue(new Error('secret detail'));
      expect(await saveRecalling()).toMatchObject({ similar: null, whyNotSimilar: 'Recall failed.' });
    });

    it('where too many are searching', async () => {
      const full = new ProblemError('read_queue_full', 'Too many reads are waiting.');
      jest.spyOn(service.app.get(RecallService), 'findSimilar').mockRejectedValue(full);
      expect(await saveRecalling()).toMatchObject({ similar: null, whyNotSimilar: full.message });
    });

    it('and not longer than a moment, where it is slow', async () => {
      jest.spyOn(service.app.get(RecallService), 'findSimilar').mockReturnValue(new Promise(() => undefined));
      expect(await saveRecalling()).toMatchObject({
        similar: null,
        whyNotSimilar: expect.stringMatching(/longer/),
      });
    });

    it('by a key that may not read', async () => {
      const { secret } = await aKey(service, 'ingest');
      const { body } = await service
        .callAnonymously('post', '/memory/events?recall=true')
        .set('X-API-Key', secret)
        .send(anEvent())
        .expect(201);
      expect(body).toMatchObject({ similar: null, whyNotSimilar: expect.stringMatching(/may not read/) });
    });
  });

  it.each([
    ['/memory/events/999999/similar', 404, 'not_found', []],
    ['/memory/events/0/similar', 400, 'validation_failed', ['id']],
    ['/memory/events/abc/similar', 400, 'validation_failed', ['id']],
    ['/memory/events/1/similar?limit=3', 400, 'validation_failed', ['limit']],
  ] as const)('%s is %i', async (path, status, code, fields) => {
    const { body } = await service.call('get', path).expect(status);
    expectProblem(body, code, fields);
  });

  it.each([
    ['/memory/events?recall=maybe', 'recall'],
    ['/memory/events?remember=true', 'remember'],
    ['/memory/events/batch?recall=true', 'recall'],
  ])('%s is refused', async (path, field) => {
    const { body } = await service.call('post', path).send(anEvent()).expect(400);
    expectProblem(body, 'validation_failed', [field]);
  });

  describe('where there are many events, which the index holds', () => {
    const MANY = 3000;

    beforeAll(async () => {
      await tellStory('pve-7');
      await save(anEvent({ summary: 'Fan 3 of the rack is very loud', node: 'pve-8', timestamp: at(29) }));
      for (let first = 0; first < MANY; first += 1000) {
        const events = Array.from({ length: 1000 }, (_, index) =>
          anEvent({
            summary: `Fan ${index} is loud`,
            node: 'pve-8',
            timestamp: at(30 + minutes(first + index)),
          }),
        );
        await service.call('post', '/memory/events/batch').send({ events }).expect(201);
      }
      await indexedUpTo(MANY - BATCH_ROWS);
    });

    async function indexedUpTo(id: number): Promise<void> {
      const mark = "SELECT mark FROM search_marks WHERE kind = 'event'";
      while (Number((await service.store.run<{ mark: number }>(mark))[0]?.mark) < id) await sleep(20);
    }

    it('finds those that it took in, and those that were changed since', async () => {
      const id = await save(diskAlert(93, 20, 'pve-7'));
      const { pattern, earlier } = await similarTo(id);
      expect(pattern).toMatchObject({ timesSeen: 4, medianTimeToResolve: { seconds: 20 * 60, of: 3 } });
      expect(pattern.actions.map(({ summary }) => summary)).toEqual([
        'Removed 12 old backups',
        'Rebooted pve-7',
      ]);
      const [changed] = earlier;
      await service.store.run("UPDATE events SET summary = 'Something else' WHERE id = ?", changed?.id);
      expect((await similarTo(id)).pattern.timesSeen).toBe(3);
    });

    it('counts all, examines the newest thousand, and knows the first', async () => {
      const id = await save(anEvent({ summary: 'Fan 5 is loud', node: 'pve-8', timestamp: at(90) }));
      const { pattern, earlier, near } = await similarTo(id);
      expect(near.map(({ summary }) => summary)).toEqual(['Fan 3 of the rack is very loud']);
      expect(pattern).toMatchObject({
        timesSeen: MANY + 1,
        timesSeenIsAtLeast: false,
        examined: 1000,
        firstSeen: at(30),
        lastSeen: at(90),
        resolved: { times: 0, of: 1000 },
      });
      expect(earlier).toHaveLength(20);
      expect(earlier[0]?.timestamp).toBe(at(30 + minutes(MANY - 1)));
    });

    it('finds what was before an old one', async () => {
      const [row] = await service.store.run<{ id: number }>(
        "SELECT id FROM events WHERE summary = 'Fan 30 is loud' ORDER BY id LIMIT 1",
      );
      const id = Number(row?.id);
      const { earlier } = await similarTo(id);
      expect(earlier.map((event) => event.id)).toEqual(
        Array.from({ length: 20 }, (_, index) => id - 1 - index),
      );
    });
  });
});
