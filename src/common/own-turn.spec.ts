import { describe, expect, it } from '@jest/globals';
import { ownTurn } from './own-turn.js';

describe('A turn of the event loop of its own', () => {
  it('is given to one after the other, with turns of others in between', async () => {
    const order: string[] = [];
    let isOver = false;
    const others = (): void => {
      if (order.at(-1) !== 'others') order.push('others');
      if (!isOver) setImmediate(others);
    };
    others();
    await Promise.all(['a', 'b', 'c'].map((name) => ownTurn().then(() => order.push(name))));
    isOver = true;
    expect(order).toEqual(['others', 'a', 'others', 'b', 'others', 'c']);
  });
});
