import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { TrafficBudget } from '../traffic/index.js';
import { collectBody } from './collect-body.js';

const RULES = { encoding: 'identity', limit: 1000, stallMs: 1000 } as const;
const BODY = '{"summary":"It is here."}';
const head = (length: number): string => `POST / HTTP/1.1\r\nHost: here\r\nContent-Length: ${length}\r\n\r\n`;

describe('A body', () => {
  let server: Server;
  let client: Socket;

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    await once(client, 'connect');
  });

  afterEach(() => {
    client.destroy();
    server.close();
  });

  /** Collects the next body as a route does: in the call by which Node hands over the head. */
  function collectNext(onHead: () => void = () => undefined): Promise<{ text: string; listened: boolean }> {
    return new Promise((resolve, reject) => {
      server.once('request', (request: IncomingMessage, response: ServerResponse) => {
        let listened = false;
        request.on('newListener', (event) => (listened ||= event === 'data'));
        const share = new TrafficBudget(100_000).share('somebody');
        onHead();
        collectBody(response as unknown as Response, share, RULES)
          .then((bytes) => {
            resolve({ text: bytes.toString(), listened });
          })
          .catch(reject);
      });
    });
  }

  it('that comes with its head is taken whole, without listening for pieces', async () => {
    const collected = collectNext();
    client.write(head(BODY.length) + BODY);
    expect(await collected).toEqual({ text: BODY, listened: false });
  });

  it('that comes later is put together', async () => {
    const collected = collectNext(() => {
      setTimeout(() => client.write(BODY.slice(0, 9)), 20);
      setTimeout(() => client.write(BODY.slice(9)), 60);
    });
    client.write(head(BODY.length));
    expect(await collected).toEqual({ text: BODY, listened: true });
  });

  it('that is cut off at once is no body', async () => {
    const collected = collectNext(() => {
      client.resetAndDestroy();
    });
    client.write(head(BODY.length) + BODY.slice(0, 9));
    await expect(collected).rejects.toMatchObject({ code: 'malformed_request' });
  });

  it('over the limit that comes with its head is refused', async () => {
    const collected = collectNext();
    client.write(
      `POST / HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n${'x'.repeat(1001)}\r\n0\r\n\r\n`,
    );
    await expect(collected).rejects.toMatchObject({ code: 'payload_too_large' });
  });
});
