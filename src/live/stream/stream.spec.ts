import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import type { Follower } from '../follower.js';
import { Selection } from '../selection.js';
import { Stream } from './stream.js';

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

describe('A stream that waits for an earlier answer on its connection', () => {
  let server: Server;
  const responses: Response[] = [];
  beforeEach(async () => {
    server = createServer((_, response) => responses.push(response as Response)).listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('may be ended more than once, as each look at a credential that has expired does', async () => {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.write(REQUEST + REQUEST);
    while (responses.length < 2) await nextTurn();
    const [earlier, response] = responses;
    const errors: unknown[] = [];
    response!.on('error', (error) => errors.push(error));
    response!.locals = {};
    const stream = new Stream(response!, new Selection(), {} as Follower, () => undefined);
    stream.begin();
    stream.end();
    stream.end();
    await nextTurn();
    expect(errors).toEqual([]);
    earlier!.end('answer');
    await once(client.resume(), 'close');
  });
});
