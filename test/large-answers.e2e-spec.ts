import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { getDataSourceToken } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { ConversationsTextService } from '../src/conversations/conversations.service.js';
import { READER } from '../src/database/connections.js';
import { EventsTextService } from '../src/events/events.service.js';
import { trafficFull } from '../src/http/traffic/index.js';
import { SnapshotsTextService } from '../src/snapshots/snapshots.service.js';
import { aMessage, anEvent } from './factories/index.js';
import { itOnSqlite } from './support/engine.js';
import { startService, type TestService } from './support/service.js';
import { turnsDuring } from './support/turns.js';

const MB = 1_048_576;
/** A megabyte is read in four parts, which become bytes first and are checked then. */
const TURNS_OF_A_MEGABYTE = 6;

describe('Large rows', () => {
  let service: TestService;
  let snapshots: SnapshotsTextService;
  let events: EventsTextService;
  let conversations: ConversationsTextService;

  beforeAll(async () => {
    service = await startService();
    snapshots = service.app.get(SnapshotsTextService, { strict: false });
    events = service.app.get(EventsTextService, { strict: false });
    conversations = service.app.get(ConversationsTextService, { strict: false });
  });
  afterAll(() => service.destroy());

  async function aSnapshotOf(bytes: number, day: string): Promise<number> {
    return (await snapshots.saveSnapshot({ state: 'x'.repeat(bytes) }, day)).id;
  }

  /** What is read of states, and in between what the calls add. */
  async function orderOf(calls: (done: (what: string) => void) => Promise<unknown>[]): Promise<string[]> {
    const order: string[] = [];
    const reader = service.app.get<DataSource>(getDataSourceToken(READER));
    const query = jest.spyOn(reader.logger, 'logQuery').mockImplementation((text) => {
      if (/"snapshot" AS/.test(text)) order.push('read');
    });
    await Promise.all(calls((what) => order.push(what)));
    query.mockRestore();
    return order;
  }

  it('are read and checked one after the other, alone and in lists; small ones do not wait for them', async () => {
    const large = [await aSnapshotOf(2 * MB, '2020-01-01'), await aSnapshotOf(2 * MB, '2021-01-01')];
    const small = await aSnapshotOf(10, '2019-01-01');
    const order = await orderOf((done) => [
      ...large.map((id) =>
        snapshots.getSnapshot(id).then(() => {
          done('large');
        }),
      ),
      snapshots.getLatestSnapshot().then(() => {
        done('latest');
      }),
      snapshots.findSnapshots({ view: 'full' }).then(() => {
        done('list');
      }),
      snapshots.getSnapshot(small).then(() => {
        done('small');
      }),
    ]);
    const others = order.join(' ').replace('read small ', '');
    expect(order).not.toEqual(others.split(' '));
    expect(others.split(' ').filter((_, index) => index % 2 === 0)).toEqual(['read', 'read', 'read', 'read']);
    expect(order.indexOf('small')).toBeLessThan(order.lastIndexOf('large'));
  });

  it('on pages and as single events are read one after the other, however many are asked for at once', async () => {
    const details = { text: 'x'.repeat(MB - 100) };
    const { id } = await events.saveEvent(anEvent({ details, node: 'large-pages' }));
    await events.saveEvent(anEvent({ details, node: 'large-pages' }));
    const order: string[] = [];
    const reader = service.app.get<DataSource>(getDataSourceToken(READER));
    const query = jest.spyOn(reader.logger, 'logQuery').mockImplementation((text) => {
      if (/"details"(?! IS)/.test(text) && /"summary"/.test(text)) order.push('read');
    });
    const until = ['2040-01-01', '2041-01-01', '2042-01-01'];
    await Promise.all(
      [
        ...until.map((end) => events.findEvents({ node: ['large-pages'], until: end })),
        events.getEvent(id),
        events.getEvent(id),
      ].map((call) => call.then(() => order.push('done'))),
    );
    query.mockRestore();
    const looks = until.map(() => 'read');
    const oneByOne = [...until, id, id].flatMap(() => ['read', 'done']);
    expect(order).toEqual([...looks, ...oneByOne]);
  });

  it('become answers with turns of others in between, in every list', async () => {
    const details = { text: 'x'.repeat(MB - 100) };
    const { id } = await events.saveEvent(anEvent({ details }));
    const { sessionId } = await conversations.saveMessage(aMessage({ toolCalls: [details] }));
    const reads = [
      () => events.findEvents({}),
      () => events.getEvent(id),
      () => events.getRecentEvents(),
      () => conversations.findMessages(sessionId),
      () => conversations.getSessionMessages(sessionId),
    ];
    for (const read of reads) expect(await turnsDuring(read)).toBeGreaterThanOrEqual(TURNS_OF_A_MEGABYTE);
  });

  it('are not resolved where there is no room for the answer', async () => {
    const { id } = await events.saveEvent(anEvent({ details: { text: 'x'.repeat(MB - 100) } }));
    let asked = 0;
    const refuse = (bytes: number): void => {
      asked = bytes;
      throw trafficFull();
    };
    await expect(events.resolveEvent(id, 'user', refuse)).rejects.toMatchObject({ code: 'traffic_full' });
    expect(asked).toBeGreaterThan(MB - 100);
    expect(await events.getEvent(id)).toMatchObject({ resolved: false });
  });

  // On a server the second write may be committed later than any answer takes.
  itOnSqlite('that are resolved become answers after the unit of work', async () => {
    const { id } = await events.saveEvent(anEvent({ details: { text: 'x'.repeat(MB - 100) } }));
    const order: string[] = [];
    await Promise.all([
      events.resolveEvent(id).then(() => order.push('resolved')),
      events.saveEvent(anEvent()).then(() => order.push('saved')),
    ]);
    expect(order).toEqual(['saved', 'resolved']);
  });
});
