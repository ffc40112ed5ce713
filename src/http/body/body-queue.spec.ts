import { EventEmitter } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Response } from 'express';
import { ANSWERED, BodyQueue } from './body-queue.js';

const LARGE = 1_048_577;
const MEDIUM = 16_385;

function aResponse(): Response {
  return Object.assign(new EventEmitter(), { closed: false }) as unknown as Response;
}

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await nextTurn();
}

describe('The turns of bodies', () => {
  it('let one large body after the other through, each once the one before it was answered', async () => {
    const turns = new BodyQueue();
    const begun: string[] = [];
    const [first, second] = [aResponse(), aResponse()];
    void turns.waitForTurn(first, LARGE).then(() => begun.push('first'));
    void turns.waitForTurn(second, LARGE).then(() => begun.push('second'));
    await someTurns();
    expect(begun).toEqual(['first']);
    await turns.waitForTurn(aResponse(), LARGE - 1);
    first.emit('close');
    await someTurns();
    expect(begun).toEqual(['first']);
    first.emit(ANSWERED);
    await someTurns();
    expect(begun).toEqual(['first', 'second']);
  });

  it('are given up by who closes the connection while waiting', async () => {
    const turns = new BodyQueue();
    const [first, gone, last] = [aResponse(), aResponse(), aResponse()];
    await turns.waitForTurn(first, LARGE);
    const waiting = turns.waitForTurn(gone, LARGE);
    const after = turns.waitForTurn(last, LARGE);
    Object.assign(gone, { closed: true }).emit('close');
    await expect(waiting).rejects.toMatchObject({ code: 'malformed_request' });
    first.emit(ANSWERED);
    await after;
  });

  it('give each body of some size a turn of the event loop, with turns of others in between', async () => {
    const turns = new BodyQueue();
    const order: string[] = [];
    let isOver = false;
    const others = (): void => {
      if (order.at(-1) !== 'others') order.push('others');
      if (!isOver) setImmediate(others);
    };
    others();
    await Promise.all(
      ['a', 'b', 'c'].map((name) => turns.waitForTurn(aResponse(), MEDIUM).then(() => order.push(name))),
    );
    isOver = true;
    expect(order).toEqual(['others', 'a', 'others', 'b', 'others', 'c']);
  });
});
